"""Messages to customers leave by mail, and what they answer comes back into the thread."""

import datetime as dt
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from kairos.accounts.actions.users import archive_users
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet, EventEntry
from kairos.crm.actions.opportunities import update_opportunity
from kairos.crm.models import Opportunity
from kairos.discuss.actions.letters import HELD, send_due
from kairos.discuss.models import Attachment, Message, Notification
from kairos.mail.actions.blocking import block_address
from kairos.mail.actions.incoming import receive_mail
from kairos.mail.delivery import deliver_due
from kairos.mail.models import Came, OutgoingMail, State
from kairos.mail.tests.sink import Sink, listening
from tests.world import World

As = Callable[[Any], Client]


@pytest.fixture(autouse=True)
def own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def sink(world: World) -> Iterator[Sink]:
    with listening() as found:
        yield found


def url(record: Any, rest: str = "") -> str:
    return f"/opportunities/{record.pk}{rest}"


def write(client: Client, record: Any, text: str = "Good day", **more: Any) -> Any:
    form = {"text": text, "to": "eve@acme.example", "subject": "Our anvils", **more}
    return client.post(url(record, "/letters"), form)


def let_go(*, after: dt.timedelta = HELD) -> None:
    """The time for taking back is over, and the worker comes by."""
    with time_machine.travel(timezone.now() + after + dt.timedelta(seconds=1)):
        send_due(now=timezone.now())
        deliver_due()


def words_of(mail: Any) -> list[str]:
    return [part.get_payload(decode=True).decode() for part in mail.walk() if not part.is_multipart()]


def answer(to: Any, text: str = "Yes, please.", sender: str = "Eve Buyer <eve@acme.example>") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, str(to["From"]), f"Re: {to['Subject']}"
    mail["Message-ID"], mail["In-Reply-To"] = "<answer@acme.example>", str(to["Message-ID"])
    mail.set_content(f"{text}\n\nOn Monday Sam wrote:\n> Good day\n")
    return mail


def test_a_message_leaves_by_mail_and_the_thread_says_so(world: World, as_: As, sink: Sink) -> None:
    client = as_(world.sam)
    update_opportunity(world.sams_deal, values={"person": world.eve}, by=world.ada)
    page = write(client, world.sams_deal, "We can deliver **ten**.").content.decode()
    assert "Leaves " in page
    assert (sink.taken, OutgoingMail.objects.count()) == ([], 0)
    let_go()
    [mail] = sink.taken
    assert (mail["Subject"], str(mail["From"])[:11]) == ("Our anvils", "Sam Seller ")
    assert str(mail["To"]) == "Eve Buyer <eve@acme.example>"
    plain, rich = words_of(mail)
    assert plain.strip() == "We can deliver **ten**."
    assert "<strong>ten</strong>" in rich
    thread = client.get(url(world.sams_deal, "/timeline")).content.decode()
    assert "Sent" in thread
    assert "to Eve Buyer" in thread


def test_until_it_leaves_it_can_be_taken_back_and_changed(world: World, as_: As, sink: Sink) -> None:
    client = as_(world.sam)
    write(client, world.sams_deal, "Too early")
    assert undo(ChangeSet.objects.latest("pk"), by=world.sam).conflicts == []
    write(client, world.sams_deal, "Tpyo")
    message = Message.objects.get()
    client.post(url(world.sams_deal, f"/messages/{message.pk}/edit"), {"text": "Typo"})
    let_go()
    assert [words_of(one)[0].strip() for one in sink.taken] == ["Typo"]
    # What has left stands as it was sent.
    for doing in ("edit", "delete"):
        page = client.post(url(world.sams_deal, f"/messages/{message.pk}/{doing}"), {"text": "Other"})
        assert page.status_code == 409
    message.refresh_from_db()
    assert (message.text, message.is_deleted) == ("Typo", False)
    made = ChangeSet.objects.filter(summary="Wrote to the customer of %(record)s").latest("pk")
    said = client.post(f"/history/{made.pk}/undo").content.decode()
    assert "has left by mail and cannot be called back" in said
    assert f"“{message.subject}”" in said
    assert Message.objects.filter(pk=message.pk).exists()


@pytest.mark.parametrize(
    "given",
    [
        {"to": ""},
        {"to": "nobody"},
        {"to": "eve@acme.example\nBcc: all@acme.example"},
        {"to_others": ",".join(f"p{n}@acme.example" for n in range(20))},
        {"text": " "},
        {"subject": "x" * 301},
        {"at": "tomorrow"},
    ],
)
def test_a_message_that_cannot_be_sent_is_not_kept(world: World, as_: As, given: dict[str, Any]) -> None:
    assert write(as_(world.sam), world.sams_deal, **given).status_code in (409, 422)
    assert Message.objects.count() == 0


def test_a_header_cannot_be_smuggled_into_the_subject(world: World, as_: As, sink: Sink) -> None:
    write(as_(world.sam), world.sams_deal, subject="Hello\r\nBcc: all@acme.example")
    let_go()
    assert sink.taken[0]["Subject"] == "Hello Bcc: all@acme.example"
    assert sink.taken[0]["Bcc"] is None


def test_blocked_addresses_are_refused_by_name(world: World, as_: As) -> None:
    block_address(values={"address": "eve@acme.example", "reason": "by_hand"}, by=world.ada)
    page = write(as_(world.sam), world.sams_deal)
    assert "eve@acme.example gets no mail" in page.content.decode()
    assert Message.objects.count() == 0


def test_only_who_may_work_on_the_record_writes_to_its_customer(world: World, as_: As) -> None:
    assert write(as_(world.sam), world.ottos_deal).status_code == 404
    assert write(as_(world.stranger), world.sams_deal).status_code == 404
    assert Message.objects.count() == 0


def test_files_go_along_and_heavy_ones_are_refused(
    world: World, as_: As, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = SimpleUploadedFile("offer.pdf", b"%PDF-1.7 offer")
    write(as_(world.sam), world.sams_deal, files=[offer])
    let_go()
    [part] = [one for one in sink.taken[0].walk() if one.get_filename()]
    assert (part.get_filename(), part.get_content_type()) == ("offer.pdf", "application/pdf")
    assert part.get_payload(decode=True) == b"%PDF-1.7 offer"
    monkeypatch.setattr("kairos.discuss.actions.letters.HEAVIEST", 5)
    again = SimpleUploadedFile("offer.pdf", b"%PDF-1.7 offer")
    assert write(as_(world.sam), world.sams_deal, files=[again]).status_code == 409
    assert Message.objects.count() == 1


def test_the_answer_comes_into_the_thread_and_stops_the_clock(world: World, as_: As, sink: Sink) -> None:
    client = as_(world.sam)
    write(client, world.sams_deal)
    let_go()
    Opportunity.objects.filter(pk=world.sams_deal.pk).update(last_customer_event_at=None)
    mail = receive_mail(answer(sink.taken[0]).as_bytes())
    assert (mail.state, mail.about_type, mail.about_id) == (Came.TAKEN, "opportunity", world.sams_deal.pk)
    came = Message.objects.latest("pk")
    assert (came.author, came.sender, came.text) == (None, "Eve Buyer", "Yes, please.")
    assert came.quoted == "On Monday Sam wrote:\n> Good day"
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.last_customer_event_at == came.created_at
    told = Notification.objects.get(message=came)
    assert (told.user, told.read_at) == (world.sam, None)
    page = client.get(url(world.sams_deal)).content.decode()
    assert "What they answer" in page
    # Answered again, it stands below theirs in Eve's program.
    write(client, world.sams_deal, "Thank you", reply_to=came.pk)
    let_go()
    last = sink.taken[-1]
    assert last["In-Reply-To"] == "<answer@acme.example>"
    assert str(last["References"]).split() == [str(sink.taken[0]["Message-ID"]), "<answer@acme.example>"]


def test_the_form_for_an_answer_knows_to_whom_and_about_what(world: World, as_: As, sink: Sink) -> None:
    client = as_(world.sam)
    write(client, world.sams_deal)
    let_go()
    receive_mail(answer(sink.taken[0], sender="Assistant <pa@acme.example>").as_bytes())
    came = Message.objects.latest("pk")
    form = client.get(url(world.sams_deal, f"/compose?kind=message&reply_to={came.pk}")).content.decode()
    assert 'value="pa@acme.example" checked' in form
    assert 'value="eve@acme.example" checked' not in form
    assert 'value="Re: Our anvils"' in form


def test_what_a_stranger_answers_is_believed_by_the_identity_only(world: World, as_: As, sink: Sink) -> None:
    write(as_(world.sam), world.sams_deal)
    let_go()
    forged = answer(sink.taken[0], sender="Mallory <m@evil.example>")
    del forged["In-Reply-To"]
    forged["In-Reply-To"] = "<0000@localhost>"
    assert receive_mail(forged.as_bytes()).state == Came.UNCLAIMED
    assert Message.objects.count() == 1


def test_a_records_own_address_takes_copies(world: World, as_: As, settings: Any, sink: Sink) -> None:
    settings.KAIROS_MAIL_REPLY = "reply@kairos.example"
    write(as_(world.sam), world.sams_deal)
    let_go()
    address = str(sink.taken[0]["Reply-To"])
    assert address.startswith(f"reply+opportunity.{world.sams_deal.pk}.")
    copy = EmailMessage()
    copy["From"], copy["To"], copy["Cc"] = "Sam <SAM@kairos.example>", "eve@acme.example", address
    copy["Subject"], copy["Message-ID"] = "By my own program", "<own@kairos.example>"
    copy.set_content("As discussed")
    type(world.sam).objects.filter(pk=world.sam.pk).update(email="sam@kairos.example")
    assert receive_mail(copy.as_bytes()).about_id == world.sams_deal.pk
    kept = Message.objects.latest("pk")
    assert (kept.author, kept.text) == (world.sam, "As discussed")
    # Nobody works out the address of another record.
    del copy["Cc"], copy["Message-ID"]
    copy["Cc"] = address.replace(f".{world.sams_deal.pk}.", f".{world.ottos_deal.pk}.")
    copy["Message-ID"] = "<guess@evil.example>"
    receive_mail(copy.as_bytes())
    assert not Message.objects.filter(record_id=world.ottos_deal.pk).exists()


def test_a_known_sender_writes_into_the_thread_of_the_one_open_deal(world: World) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "eve@acme.example", "office@kairos.example", "A question"
    mail["Message-ID"] = "<q1@acme.example>"
    mail.set_content("When do you deliver?")
    mail.add_attachment(b"%PDF-1.7", maintype="text", subtype="html", filename="../plan.pdf")
    with_eve = Opportunity.objects.open().filter(person=world.eve)
    taken = receive_mail(mail.as_bytes())
    expected = with_eve.get() if with_eve.count() == 1 else world.eve
    assert (taken.state, taken.about_id) == (Came.TAKEN, expected.pk)
    assert Message.objects.get().text == "When do you deliver?"
    assert (Attachment.objects.get().name, Attachment.objects.get().media_type) == (
        "plan.pdf",
        "application/pdf",
    )


def test_a_letter_that_fails_is_shown_where_it_was_written_and_sent_again(
    world: World, as_: As, sink: Sink
) -> None:
    client = as_(world.sam)
    sink.answers["eve@acme.example"] = ("rcpt", "550 No such person")
    write(client, world.sams_deal)
    let_go()
    page = client.get(url(world.sams_deal, "/timeline")).content.decode()
    assert "Not delivered" in page
    assert "550 No such person" in page
    assert EventEntry.objects.filter(name="mail.failed").count() == 1
    sink.answers.clear()
    again = client.post(url(world.sams_deal, f"/messages/{Message.objects.get().pk}/again"))
    assert again.status_code == 200
    let_go()
    assert len(sink.taken) == 1
    assert OutgoingMail.objects.get().state == State.SENT
    assert client.post(url(world.sams_deal, f"/messages/{Message.objects.get().pk}/again")).status_code == 409


def test_a_message_for_later_waits_and_asks_again_for_the_right(world: World, as_: As, sink: Sink) -> None:
    later = timezone.localtime() + dt.timedelta(days=1)
    write(as_(world.sam), world.sams_deal, at=later.strftime("%Y-%m-%dT%H:%M"))
    let_go()
    assert sink.taken == []
    archive_users([world.sam], by=world.ada)
    let_go(after=dt.timedelta(days=2))
    message = Message.objects.get()
    assert (sink.taken, message.sent_at, message.send_at) == ([], None, None)
    page = as_(world.ada).get(url(world.sams_deal, "/timeline")).content.decode()
    assert "no longer works here" in page


def test_the_same_form_sent_twice_sends_one_message(world: World, as_: As, sink: Sink) -> None:
    client = as_(world.sam)
    for _turn in range(2):
        write(client, world.sams_deal, key="the-same")
    let_go()
    let_go()
    assert len(sink.taken) == 1


def test_the_signature_of_whoever_writes_stands_below(world: World, as_: As, sink: Sink) -> None:
    client = as_(world.sam)
    signature = "Sam Seller\n<b>Kairos</b> https://kairos.example"
    assert client.post("/preferences", {"signature": "x" * 1001}).status_code == 422
    assert client.post("/preferences", {"signature": signature}).status_code == 302
    assert "&lt;b&gt;Kairos&lt;/b&gt;" in client.get("/preferences").content.decode()
    write(client, world.sams_deal)
    let_go()
    plain, rich = words_of(sink.taken[0])
    assert plain.replace("\r\n", "\n").strip() == f"Good day\n\n-- \n{signature}"
    assert "&lt;b&gt;Kairos&lt;/b&gt;" in rich
    assert rich.index("Good day") < rich.index("Sam Seller")
    # In the thread it would only repeat itself.
    assert Message.objects.get().text == "Good day"
