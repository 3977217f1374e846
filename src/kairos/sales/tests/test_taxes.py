"""Taxes are arranged by leaders, kept exact, and changed with one undo."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet
from kairos.sales.actions.taxes import create_tax, update_tax
from kairos.sales.models import Tax
from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]


@pytest.fixture
def business_tax(world: World) -> Tax:
    return create_tax(values={"name": "Business tax", "percent": Decimal(5)}, by=world.ada)


def test_a_leader_adds_a_tax_and_a_salesperson_does_not(world: World, as_: As) -> None:
    given = {"name": "VAT", "percent": "7.125", "is_included": "1"}
    assert as_(world.sam).post("/taxes/new", given).status_code in (403, 404)
    assert not Tax.objects.exists()
    assert as_(world.lena).post("/taxes/new", given).status_code == 200
    assert Tax.objects.values_list("name", "percent", "is_included").get() == ("VAT", Decimal("7.125"), True)


def test_more_than_all_of_it_is_refused(world: World, as_: As, business_tax: Tax) -> None:
    answer = as_(world.ada).post(f"/taxes/{business_tax.pk}/field/percent", {"value": "101", "was": "5"})
    assert "A tax is from 0 to 100 percent." in answer.content.decode()
    business_tax.refresh_from_db()
    assert business_tax.percent == Decimal(5)


def test_a_changed_percentage_can_be_undone(world: World, business_tax: Tax) -> None:
    update_tax(business_tax, values={"percent": Decimal(6)}, by=world.ada)
    report = undo(ChangeSet.objects.latest("pk"), by=world.ada)
    business_tax.refresh_from_db()
    assert (report.conflicts, business_tax.percent) == ([], Decimal(5))
