"""Twenty people quote in the same moment: each number once, and none left out."""

import pytest
from django.utils import timezone

from kairos.crm.tests.test_assignment_races import at_once
from kairos.sales.actions.quotations import create_quotation
from kairos.sales.models import NumberSequence, Quotation
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_twenty_at_once_get_twenty_numbers(world: World) -> None:
    at_once(*[lambda: create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)] * 20)
    year = timezone.localdate().year
    numbers = sorted(Quotation.objects.values_list("number", flat=True))
    assert numbers == [f"Q{year}-{number:04}" for number in range(1, 21)]
    assert NumberSequence.objects.values_list("year", "last").get() == (year, 20)
