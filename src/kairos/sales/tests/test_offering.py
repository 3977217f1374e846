"""A quotation goes to the customer: one dialog, one message with the PDF, one undo."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from kairos.core.editing.undoing import undo_for
from kairos.core.history import change_set
from kairos.core.models import ChangeSet
from kairos.discuss.actions.letters import HELD, send_due
from kairos.discuss.models import Attachment, Message, MessageTemplate
from kairos.mail.actions.blocking import block_address
from kairos.mail.delivery import deliver_due
from kairos.mail.models import OutgoingMail
from kairos.mail.tests.sink import Sink, listening
from kairos.sales.actions.lines import add_line
from kairos.sales.actions.links import address_of
from kairos.sales.actions.quotations import create_quotation
from kairos.sales.actions.states import cancel_quotation
from kairos.sales.models import PortalLink, Quotation
from kairos.sales.tests.test_papers import fresh, words
from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]
GIVEN = {"to": "eve@acme.example", "subject": "Our offer", "text": "Here it is."}


@pytest.fixture
def sink(world: World) -> Iterator[Sink]:
    with listening() as found:
        yield found


@pytest.fixture
def quotation(world: World) -> Quotation:
    with change_set(by=world.sam, summary="Eve buys") as changes:
        changes.update(world.sams_deal, person=world.eve)
    made = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    add_line(made, values={"description": "Anvil", "unit_price": Decimal(100)}, by=world.sam)
    return fresh(made)


def offer(client: Client, quotation: Quotation, **given: Any) -> Any:
    return client.post(f"/quotations/{quotation.pk}/do/offer", {**GIVEN, **given})


def dialog(client: Client, quotation: Quotation, query: str = "") -> str:
    return client.get(f"/quotations/{quotation.pk}/do/offer{query}").content.decode()


def let_go() -> None:
    with time_machine.travel(timezone.now() + HELD + dt.timedelta(seconds=1)):
        send_due(now=timezone.now())
        deliver_due()


def test_one_dialog_sends_the_paper_and_marks_the_draft_as_sent(
    world: World, as_: As, sink: Sink, quotation: Quotation
) -> None:
    assert offer(as_(world.sam), quotation).status_code == 200
    assert (fresh(quotation).state, sink.taken) == ("sent", [])
    let_go()
    [mail] = sink.taken
    assert (str(mail["To"]), mail["Subject"]) == ("Eve Buyer <eve@acme.example>", "Our offer")
    [paper] = [part for part in mail.walk() if part.get_content_type() == "application/pdf"]
    assert paper.get_filename() == f"Quotation {quotation.number}.pdf"
    content: Any = paper.get_payload(decode=True)
    said = words(content)
    assert ("Anvil" in said, "$100.00" in said, "Draft" in said) == (True, True, False)
    page = as_(world.sam).get(f"/quotations/{quotation.pk}").content.decode()
    assert "Here it is." in page


def test_the_link_goes_along_and_is_taken_back_with_the_message(
    world: World, as_: As, sink: Sink, quotation: Quotation
) -> None:
    offer(as_(world.sam), quotation, with_link="1")
    address = address_of(PortalLink.objects.get())
    assert address in Message.objects.get().text
    page = f"/q/{address.rpartition('/')[2]}"
    assert Client().get(page).status_code == 200
    assert undo_for(ChangeSet.objects.latest("pk"), by=world.sam).conflicts == []
    assert (Client().get(page).status_code, PortalLink.objects.count()) == (404, 0)
    offer(as_(world.sam), quotation)
    assert "/q/" not in Message.objects.get().text


def test_until_it_leaves_one_undo_takes_both_back(
    world: World, as_: As, sink: Sink, quotation: Quotation
) -> None:
    offer(as_(world.sam), quotation)
    assert undo_for(ChangeSet.objects.latest("pk"), by=world.sam).conflicts == []
    let_go()
    assert (fresh(quotation).state, fresh(quotation).sent_at) == ("draft", None)
    assert (Message.objects.count(), Attachment.objects.count(), sink.taken) == (0, 0, [])


def test_after_it_left_the_message_stays(world: World, as_: As, sink: Sink, quotation: Quotation) -> None:
    offer(as_(world.sam), quotation)
    made = ChangeSet.objects.latest("pk")
    let_go()
    assert undo_for(made, by=world.sam).conflicts != []
    assert (Message.objects.count(), len(sink.taken)) == (1, 1)


def test_the_words_are_those_of_the_customers_language(world: World, as_: As, quotation: Quotation) -> None:
    found = dialog(as_(world.sam), quotation)
    assert f"Quotation {quotation.number}, Kairos Test" in found
    assert "Dear Eve Buyer," in found
    assert "$100.00" in found
    assert re.search(r'value="eve@acme.example" checked', found)
    assert not re.search(r'value="info@acme.example" checked', found)
    with change_set(by=world.ada, summary="Eve reads Chinese") as changes:
        changes.update(world.eve, language="zh-TW")
    assert f"報價單 {quotation.number}，Kairos Test" in dialog(as_(world.sam), quotation)


def test_a_template_gives_the_words(world: World, as_: As, quotation: Quotation) -> None:
    with change_set(by=world.sam, summary="Templates") as changes:
        values = {
            "name": "Offer",
            "subject": "Offer {{ record.number }}",
            "text": "Total {{ record.total }}!",
        }
        good = changes.create(MessageTemplate, created_by=world.sam, **values)
        bad = changes.create(MessageTemplate, created_by=world.sam, name="Odd", text="{{ record.cost }}")
        hidden = changes.create(MessageTemplate, created_by=world.otto, name="Ottos", text="Otto's words")
    client = as_(world.sam)
    assert "Total $100!" in dialog(client, quotation, f"?template={good.pk}")
    assert f'value="Offer {quotation.number}"' in dialog(client, quotation, f"?template={good.pk}")
    assert "there is no “record.cost” here" in dialog(client, quotation, f"?template={bad.pk}")
    assert "Otto" not in dialog(client, quotation, f"?template={hidden.pk}")


@pytest.mark.parametrize("given", [{"to": ""}, {"to": "nobody"}, {"subject": "x" * 301}], ids=str)
def test_what_cannot_be_sent_leaves_a_draft(
    world: World, as_: As, quotation: Quotation, given: dict[str, str]
) -> None:
    assert offer(as_(world.sam), quotation, **given).status_code in (409, 422)
    assert (fresh(quotation).state, Message.objects.count()) == ("draft", 0)


def test_blocked_addresses_cancelled_and_empty_quotations_are_refused(
    world: World, as_: As, quotation: Quotation
) -> None:
    block_address(values={"address": "eve@acme.example"}, by=world.ada)
    assert offer(as_(world.sam), quotation).status_code == 409
    empty = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    assert offer(as_(world.sam), empty, to="info@acme.example").status_code == 409
    cancel_quotation(quotation, by=world.sam)
    assert offer(as_(world.sam), quotation, to="info@acme.example").status_code == 409
    assert (Message.objects.count(), OutgoingMail.objects.count()) == (0, 0)


def test_sent_once_more_it_stays_sent(world: World, as_: As, sink: Sink, quotation: Quotation) -> None:
    for _twice in "ab":
        offer(as_(world.sam), quotation, key=_twice)
    offer(as_(world.sam), quotation, key="b")
    let_go()
    assert (fresh(quotation).state, len(sink.taken)) == ("sent", 2)


def test_who_does_not_see_the_deal_sends_nothing(world: World, as_: As, quotation: Quotation) -> None:
    assert offer(as_(world.otto), quotation).status_code == 404
    assert Message.objects.count() == 0
