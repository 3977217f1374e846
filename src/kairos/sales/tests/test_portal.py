"""The page of a quotation for customers: what it shows, what they may do there, and what nobody may."""

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from kairos.accounts.actions.workspace import update_letterhead
from kairos.core.editing.undoing import undo_for
from kairos.core.files import path_of
from kairos.core.history import change_set
from kairos.core.models import ChangeSet, EventEntry, FieldChange
from kairos.discuss.actions.messages import post_note
from kairos.discuss.models import Attachment, Message, Notification
from kairos.sales.actions.lines import add_line
from kairos.sales.actions.links import LIFETIME, address_of, make_link, revoke_link
from kairos.sales.actions.portal import VISIT
from kairos.sales.actions.quotations import create_quotation, update_quotation
from kairos.sales.actions.states import cancel_quotation, reopen_quotation, send_quotation
from kairos.sales.actions.taxes import create_tax
from kairos.sales.actions.versions import revise_quotation
from kairos.sales.models import PortalAnswer, PortalLink, Quotation, QuotationLine
from kairos.sales.tests.test_papers import fresh, words
from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]


@pytest.fixture
def quotation(world: World) -> Quotation:
    """Two anvils at 100 and 5 % tax, 210 in all; a hammer at 50 and a course at 80 beside."""
    create_tax(values={"name": "Business tax", "percent": Decimal(5), "is_usual": True}, by=world.ada)
    update_letterhead(values={"address": "7 Long Road"}, by=world.ada)
    with change_set(by=world.sam, summary="Eve buys") as changes:
        changes.update(world.sams_deal, person=world.eve)
    made = create_quotation(values={"opportunity": world.sams_deal, "terms": "Thirty days."}, by=world.sam)
    for values in (
        {"description": "Anvil", "unit_price": Decimal(100), "quantity": Decimal(2)},
        {"description": "Hammer", "unit_price": Decimal(50), "is_optional": True},
        {"description": "Course", "unit_price": Decimal(80), "is_optional": True},
    ):
        add_line(made, values=values, by=world.sam)
    send_quotation(fresh(made), by=world.sam)
    return fresh(made)


@pytest.fixture
def link(world: World, quotation: Quotation) -> PortalLink:
    return make_link(quotation, by=world.sam)


def path(link: PortalLink, rest: str = "") -> str:
    return address_of(link).removeprefix("http://testserver").partition("/q/")[2].join(("/q/", rest))


def option(name: str) -> int:
    return QuotationLine.objects.get(description=name).pk


def page(link: PortalLink, query: str = "", **headers: str) -> str:
    return Client().get(path(link) + query, headers=headers).content.decode()


def seen(link: PortalLink) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page(link))
    assert found
    return found[1]


def accept(link: PortalLink, **given: Any) -> Any:
    form = {
        "name": "Eve Buyer",
        "agreed": "1",
        "language": "en",
        "seen": given.pop("seen", None) or seen(link),
    }
    return Client().post(path(link, "/accept"), {**form, **given})


def test_a_stranger_with_the_link_reads_the_quotation_in_either_language(
    world: World, link: PortalLink
) -> None:
    found = page(link)
    for expected in (
        "Kairos Test",
        "7 Long Road",
        "Acme",
        "Anvil",
        "$210.00",
        "Business tax",
        "Thirty days.",
    ):
        assert expected in found, expected
    chinese = page(link, "?language=zh-hant")
    assert ("報價單" in chinese, "Anvil" in chinese, 'lang="zh-hant"' in chinese) == (True, True, True)
    with change_set(by=world.ada, summary="Eve reads Chinese") as changes:
        changes.update(world.eve, language="zh-TW")
    assert "報價單" in page(link)
    paper = Client().get(path(link, "/pdf?language=en"))
    assert ("Anvil" in words(paper.content), paper["Content-Disposition"][:11]) == (True, "attachment;")


def test_nothing_from_inside_is_on_the_page(world: World, link: PortalLink, quotation: Quotation) -> None:
    post_note(quotation, text="Margin is 41 percent", by=world.sam)
    update = {"title": "Rich customer, squeeze", "description": "Secret plan"}
    with change_set(by=world.sam, summary="Inside") as changes:
        changes.update(world.sams_deal, title=update["title"])
        changes.update(world.acme, notes="Pays late")
    other = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    found = page(link) + words(Client().get(path(link, "/pdf")).content)
    for secret in ("Margin", "squeeze", "Pays late", other.number, "Tia", "sam@example.com", "/quotations/"):
        assert secret not in found, secret


def test_only_the_digest_of_the_token_is_stored(world: World, link: PortalLink) -> None:
    token = path(link).removeprefix("/q/")
    assert len(token) == 43
    stored: list[Any] = [value for row in PortalLink.objects.values() for value in row.values()]
    stored += FieldChange.objects.filter(record_type="portallink").values_list("old", flat=True)
    stored += FieldChange.objects.filter(record_type="portallink").values_list("new", flat=True)
    assert not any(token in str(value) for value in stored)
    assert link.token_hash == hashlib.sha256(token.encode()).hexdigest()


def test_the_link_is_one_until_it_is_revoked(world: World, as_: As, link: PortalLink) -> None:
    client, url = as_(world.sam), f"/quotations/{link.quotation_id}"
    assert address_of(link) in client.post(f"{url}/links").content.decode()
    assert PortalLink.objects.count() == 1
    answer = client.post(f"{url}/links/revoke", {"link": link.pk})
    assert address_of(link) not in answer.content.decode()
    assert Client().get(path(link)).status_code == 404
    assert client.post(f"{url}/links/revoke", {"link": link.pk}).status_code == 409
    undo_for(ChangeSet.objects.latest("pk"), by=world.sam)
    assert Client().get(path(link)).status_code == 200


def test_links_that_open_nothing_all_look_the_same(world: World, as_: As, quotation: Quotation) -> None:
    link = make_link(quotation, by=world.sam)
    guessed = Client().get(f"/q/{'x' * 43}")
    with time_machine.travel(timezone.now() + LIFETIME + dt.timedelta(seconds=1)):
        expired = Client().get(path(link))
    cancel_quotation(quotation, by=world.sam)
    reopen_quotation(fresh(quotation), by=world.sam)
    draft = Client().get(path(link))
    update_quotation(fresh(quotation), values={"terms": "New"}, by=world.sam)
    send_quotation(fresh(quotation), by=world.sam)
    revoke_link(link, by=world.sam)
    revoked = Client().get(path(link))
    answers = [guessed, expired, draft, revoked]
    assert [one.status_code for one in answers] == [404] * 4
    plain = {re.sub(r'value="[^"]*"|content="[^"]*"|/q/[\w-]+', "", one.content.decode()) for one in answers}
    assert len(plain) == 1
    for rest in ("/pdf", "/sums", "/visit", "/ask", "/accept", "/decline"):
        doing = Client().get if rest == "/pdf" else Client().post
        assert doing(path(link, rest), {"name": "Eve", "question": "?", "reason": "x"}).status_code == 404
    assert (fresh(quotation).state, Message.objects.count(), PortalAnswer.objects.count()) == ("sent", 0, 0)


def test_who_guesses_too_often_has_to_wait(world: World, link: PortalLink) -> None:
    answers = [Client().get(f"/q/{number:043}").status_code for number in range(22)]
    assert (answers[0], answers[-1]) == (404, 429)


def test_options_are_reckoned_by_the_server(world: World, link: PortalLink) -> None:
    hammer = option("Hammer")
    form = {f"option-{hammer}": "1", f"quantity-{hammer}": "3", "unit_price": "0.01", f"price-{hammer}": "0"}
    found = Client().post(path(link, "/sums"), form).content.decode()
    assert ("$367.50" in found, "150.00" in found) == (True, True)
    for odd in ("0", "-5", "1e9", "NaN", "٣", "9" * 40, "", "x"):
        found = Client().post(path(link, "/sums"), {**form, f"quantity-{hammer}": odd}).content.decode()
        assert "$262.50" in found, odd
    assert fresh(link.quotation).total == Decimal(210)


def test_accepting_with_an_option_confirms_the_order(world: World, as_: As, link: PortalLink) -> None:
    hammer, anvil = option("Hammer"), option("Anvil")
    chosen = {
        f"option-{hammer}": "1",
        f"quantity-{hammer}": "2.5",
        f"quantity-{anvil}": "1",
        f"option-{anvil}": "1",
    }
    answer = accept(link, strokes="[[[10,10],[200,220],[400,30]]]", **chosen)
    assert answer.status_code == 302
    found: Any = fresh(link.quotation)
    assert (found.state, found.untaxed, found.total) == ("confirmed", Decimal(325), Decimal("341.25"))
    given = PortalAnswer.objects.get()
    assert (given.kind, given.name, given.address) == ("accepted", "Eve Buyer", "127.0.0.1")
    assert given.strokes == [[[10, 10], [200, 220], [400, 30]]]
    paper, signed = [path_of(one.digest).read_bytes() for one in Attachment.objects.order_by("pk")]
    assert hashlib.sha256(paper).hexdigest() == given.digest
    said = words(signed)
    for expected in ("Hammer", "2.5", "$341.25", "Accepted", "Eve Buyer", "127.0.0.1"):
        assert expected in said, expected
    assert given.digest in "".join(said.split())
    assert "Accepted by Eve Buyer" in page(link)
    inside = as_(world.sam).get(f"/quotations/{found.pk}").content.decode()
    assert ("Accepted Q" in inside, given.digest in inside) == (True, True)
    assert Notification.objects.filter(user=world.sam).exists()


def test_an_accepted_order_adds_up_line_by_line(world: World, link: PortalLink) -> None:
    accept(link, **{f"option-{option('Course')}": "1"})
    found = fresh(link.quotation)
    counted = [line.amount for line in found.lines.all() if line.is_counted]
    assert (sum(counted), found.untaxed, found.tax, found.total) == (280, 280, 14, 294)


@pytest.mark.parametrize("how", ["twice", "expired", "cancelled", "replaced", "changed", "nameless"])
def test_what_cannot_be_accepted_any_more_is_not(world: World, link: PortalLink, how: str) -> None:
    quotation, looked = link.quotation, seen(link)
    name = "Eve Buyer"
    if how == "twice":
        accept(link, seen=looked)
    elif how == "expired":
        Quotation.objects.filter(pk=quotation.pk).update(
            valid_until=timezone.localdate() - dt.timedelta(days=1)
        )
    elif how == "cancelled":
        cancel_quotation(quotation, by=world.sam)
    elif how == "replaced":
        revise_quotation(quotation, by=world.sam)
    elif how == "changed":
        QuotationLine.objects.filter(description="Anvil").update(unit_price=Decimal(90))
    else:
        name = " \u200b\x00 "
    before = fresh(quotation).state, PortalAnswer.objects.count(), Message.objects.count()
    answer = accept(link, seen=looked, name=name)
    assert answer.status_code == 409
    assert (fresh(quotation).state, PortalAnswer.objects.count(), Message.objects.count()) == before


@pytest.mark.parametrize(
    "strokes",
    [
        "{}",
        "[[[1]]]",
        '[[["1","2"],["3","4"]]]',
        "[[[1,2],[1001,0]]]",
        "[" * 5000,
        "[[[1,2],[true,3]]]",
        "[[[1.5,2],[3,4]]]",
    ],
    ids=lambda text: text[:12],
)
def test_what_is_no_drawing_is_left_out(world: World, link: PortalLink, strokes: str) -> None:
    assert accept(link, strokes=strokes).status_code == 302
    assert PortalAnswer.objects.get().strokes == []


def test_a_question_lands_in_the_conversation(world: World, as_: As, link: PortalLink) -> None:
    form = {"name": "Eve <b>", "question": "How <script>alert(1)</script> long?"}
    answer = Client().post(path(link, "/ask"), form)
    assert (answer.status_code, "asked=1" in answer["Location"]) == (302, True)
    message = Message.objects.get()
    assert (message.sender_name, message.author, "<script>" in message.body) == ("Eve <b>", None, False)
    assert "How &lt;script&gt;" in as_(world.sam).get(f"/quotations/{link.quotation_id}").content.decode()
    assert Notification.objects.filter(user=world.sam).exists()
    assert Client().post(path(link, "/ask"), {"name": "Eve", "question": " "}).status_code == 409
    assert "alert(1)" not in page(link)


def test_who_writes_too_often_has_to_wait(world: World, link: PortalLink) -> None:
    form = {"name": "Eve", "question": "Again?"}
    answers = [Client().post(path(link, "/ask"), form).status_code for _n in range(22)]
    assert (answers[0], answers[-1], Message.objects.count()) == (302, 429, 20)


def test_declining_cancels_with_the_reason(world: World, link: PortalLink) -> None:
    Client().post(path(link, "/decline"), {"name": "Eve Buyer", "reason": "Too dear\nthis year"})
    found = fresh(link.quotation)
    assert (found.state, found.cancel_reason) == ("cancelled", "Too dear this year")
    assert PortalAnswer.objects.get().reason == "Too dear\nthis year"
    assert "You have declined" in page(link)
    assert Client().post(path(link, "/decline"), {"name": "Eve", "reason": "x"}).status_code == 409


def test_a_visit_is_told_once(world: World, as_: As, link: PortalLink) -> None:
    for _again in "abc":
        assert Client().post(path(link, "/visit")).status_code == 204
    as_(world.sam).post(path(link, "/visit"))
    views = EventEntry.objects.filter(name="sales.quotation_viewed")
    assert views.count() == 1
    with time_machine.travel(timezone.now() + VISIT + dt.timedelta(minutes=1)):
        as_(world.sam).post(path(link, "/visit"))
        Client().get(path(link))
        assert views.count() == 1
        Client().post(path(link, "/visit"))
    assert views.count() == 2


def test_links_are_made_by_those_who_work_on_it_for_what_was_sent(
    world: World, as_: As, quotation: Quotation
) -> None:
    assert as_(world.otto).post(f"/quotations/{quotation.pk}/links").status_code == 404
    draft = create_quotation(values={"opportunity": world.sams_deal}, by=world.sam)
    assert as_(world.sam).post(f"/quotations/{draft.pk}/links").status_code == 409
    assert PortalLink.objects.count() == 0


def test_the_page_asks_the_same_few_queries_for_many_lines(
    world: World, link: PortalLink, django_assert_max_num_queries: Any
) -> None:
    with change_set(by=world.sam, summary="Many") as changes:
        for number in range(30):
            changes.create(
                QuotationLine, quotation=link.quotation, description=f"No. {number}", position=number
            )
    with django_assert_max_num_queries(22):
        assert "No. 29" in page(link)
