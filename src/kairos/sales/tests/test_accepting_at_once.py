"""Twenty accept in the same moment: one does, the others are told that it is done."""

from decimal import Decimal
from typing import Any

import pytest

from kairos.core.history import ActionRefused
from kairos.core.models import EventEntry
from kairos.crm.tests.test_assignment_races import at_once
from kairos.discuss.models import Attachment
from kairos.sales.actions.lines import add_line
from kairos.sales.actions.links import address_of as whole
from kairos.sales.actions.links import link_of, make_link
from kairos.sales.actions.portal import accept_quotation, fingerprint
from kairos.sales.actions.quotations import create_quotation
from kairos.sales.actions.states import send_quotation
from kairos.sales.models import PortalAnswer, Quotation
from kairos.sales.paper import lines_of
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_twenty_who_accept_at_once_one_does(world: World) -> None:
    made = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    add_line(made, values={"description": "Anvil", "unit_price": Decimal(100)}, by=world.sam)
    send_quotation(made, by=world.sam)
    token = whole(make_link(made, by=world.sam)).rpartition("/")[2]
    quotation = Quotation.objects.get(pk=made.pk)
    seen = fingerprint(quotation, lines_of(quotation), language="en")

    def accept() -> bool:
        link = link_of(token)
        assert link is not None
        given: dict[str, Any] = {
            "name": "Eve",
            "language": "en",
            "choices": {},
            "seen": seen,
            "address": "127.0.0.1",
        }
        try:
            accept_quotation(link, **given)
        except ActionRefused:
            return False
        return True

    assert at_once(*[accept] * 20).count(True) == 1
    assert (Quotation.objects.get().state, PortalAnswer.objects.count()) == ("confirmed", 1)
    assert Attachment.objects.count() == 2
    assert EventEntry.objects.filter(name="sales.quotation_confirmed").count() == 1
