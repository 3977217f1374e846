"""The outbox against a real mail server: sent once, said honestly, and never in the open where it must be secret."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from kairos.core.models import EventEntry
from kairos.mail.actions.blocking import block_address
from kairos.mail.actions.outbox import (
    AddressBlocked,
    BadAddress,
    BadMail,
    NotTroubled,
    NotWaiting,
    cancel_mail,
    queue_mail,
    send_again,
)
from kairos.mail.delivery import LEASE, claim, deliver_due, free_abandoned
from kairos.mail.models import OutgoingMail, State
from kairos.mail.smtp import SmtpTransport
from kairos.mail.tests.sink import Sink, listening
from kairos.mail.way import server_of_settings
from tests.world import World


@pytest.fixture
def sink(world: World) -> Iterator[Sink]:
    with listening() as found:
        yield found


def queue(by: Any, to: str = "eve@acme.example", subject: str = "Offer", **more: Any) -> OutgoingMail:
    return queue_mail(to=to, subject=subject, text="Good day", by=by, **more)


def state_of(mail: OutgoingMail) -> tuple[str, int, str]:
    mail.refresh_from_db()
    return mail.state, mail.attempts, mail.error


def test_a_mail_leaves_whole_and_once(world: World, sink: Sink) -> None:
    mail = queue(
        world.sam,
        to_name="Eve Buyer, 採購",
        sender="Sam Seller",
        reply_to="sam@example.com",
        html="<p>Good day</p>",
        headers={"In-Reply-To": "<before@acme.example>"},
        subject="報價單 Offer",
    )
    assert deliver_due() is False
    assert deliver_due() is False
    assert state_of(mail) == (State.SENT, 1, "")
    (taken,) = sink.taken
    assert taken["Message-ID"] == mail.message_id
    assert taken["Reply-To"] == "sam@example.com"
    assert taken["In-Reply-To"] == "<before@acme.example>"
    assert str(taken["From"]).startswith("Sam Seller <")
    assert "eve@acme.example" in str(taken["To"])
    kinds = [part.get_content_type() for part in taken.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]


def test_nothing_leaves_that_was_never_committed(world: World, sink: Sink) -> None:
    with transaction.atomic():
        queue(world.sam)
        transaction.set_rollback(True)
    deliver_due()
    assert (sink.taken, OutgoingMail.objects.count()) == ([], 0)


def test_a_mail_for_later_waits_for_its_time(world: World, sink: Sink) -> None:
    mail = queue(world.sam, at=timezone.now() + dt.timedelta(hours=1))
    deliver_due()
    assert state_of(mail) == (State.QUEUED, 0, "")
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1, seconds=1)):
        deliver_due()
    assert state_of(mail)[0] == State.SENT


def test_a_server_that_says_later_is_asked_again_and_never_is_believed(world: World, sink: Sink) -> None:
    later, never = queue(world.sam, to="busy@acme.example"), queue(world.sam, to="gone@acme.example")
    fine = queue(world.sam, to="fine@acme.example")
    sink.answers = {
        "busy@acme.example": ("rcpt", "451 Come back later"),
        "gone@acme.example": ("rcpt", "550 No such user"),
    }
    deliver_due()
    assert state_of(later) == (State.QUEUED, 1, "451 Come back later")
    assert state_of(never) == (State.FAILED, 0, "550 No such user")
    assert state_of(fine)[0] == State.SENT
    sink.answers = {}
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=1, seconds=1)):
        deliver_due()
    assert state_of(later)[0] == State.SENT


def test_after_two_days_of_later_a_mail_has_failed_and_its_writer_hears_of_it(
    world: World, sink: Sink
) -> None:
    mail = queue(world.sam, to="busy@acme.example", about=world.sams_deal)
    sink.answers = {"busy@acme.example": ("data", "452 Too busy")}
    now = timezone.now()
    for _attempt in range(8):
        with time_machine.travel(now):
            deliver_due()
        now += dt.timedelta(days=1, minutes=1)
    assert state_of(mail) == (State.FAILED, 8, "452 Too busy")
    told = EventEntry.objects.get(name="mail.failed")
    assert (told.record_type, told.record_id) == ("opportunity", world.sams_deal.pk)
    assert told.params["user"] == str(world.sam.pk)


def test_a_line_that_breaks_after_the_text_leaves_a_doubt_that_is_not_resolved_by_a_second_copy(
    world: World, sink: Sink
) -> None:
    of_many = queue(world.sam, to="many@acme.example", is_bulk=True)
    letter = queue(world.sam, to="one@acme.example")
    sink.answers = {"many@acme.example": ("drop", ""), "one@acme.example": ("drop", "")}
    deliver_due()
    assert state_of(of_many)[:2] == (State.UNKNOWN, 1)
    assert state_of(letter)[:2] == (State.QUEUED, 1)
    sink.answers = {}
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=2)):
        deliver_due()
    assert state_of(of_many)[:2] == (State.UNKNOWN, 1)
    assert state_of(letter)[:2] == (State.SENT, 2)
    assert [one["Message-ID"] for one in sink.taken].count(letter.message_id) == 2


def test_a_server_that_is_away_costs_no_attempt(world: World) -> None:
    with listening():
        mail, other = queue(world.sam), queue(world.sam)
    with listening() as sink:
        pass
    with listening(EMAIL_USE_TLS=True) as sink:
        deliver_due()
        assert sink.taken == []
    for one in (mail, other):
        assert state_of(one)[:2] == (State.QUEUED, 0)
    assert "STARTTLS" in state_of(mail)[2]


def test_what_a_dead_worker_left_is_given_back_or_called_uncertain(world: World) -> None:
    claimed, many, letter = queue(world.sam), queue(world.sam, is_bulk=True), queue(world.sam)
    assert {one.pk for one in claim("dead", now=timezone.now())} == {claimed.pk, many.pk, letter.pk}
    OutgoingMail.objects.filter(pk__in=[many.pk, letter.pk]).update(state=State.HANDOVER)
    assert free_abandoned(now=timezone.now()) == 0
    assert free_abandoned(now=timezone.now() + LEASE + dt.timedelta(seconds=1)) == 3
    assert [state_of(one)[0] for one in (claimed, many, letter)] == [
        State.QUEUED,
        State.UNKNOWN,
        State.QUEUED,
    ]


def test_two_workers_never_hold_the_same_mail(world: World) -> None:
    mails = {queue(world.sam, to=f"p{number}@acme.example").pk for number in range(40)}
    one, two = claim("one", now=timezone.now()), claim("two", now=timezone.now())
    assert {mail.pk for mail in one} | {mail.pk for mail in two} == mails
    assert len(one) + len(two) == 40


def test_what_was_taken_away_meanwhile_is_not_sent(world: World, sink: Sink) -> None:
    first, second, third = (queue(world.sam, subject=words) for words in ("First", "Second", "Third"))

    class Slow(SmtpTransport):
        """While the first one is sent somebody else takes the second."""

        def send(self, mail: OutgoingMail, *, handing_over: Any) -> None:
            super().send(mail, handing_over=handing_over)
            OutgoingMail.objects.filter(pk=second.pk).update(claimed_by="somebody else")

    deliver_due(by=Slow(server_of_settings))
    assert sink.subjects == ["First", "Third"]
    assert [state_of(one)[0] for one in (first, second, third)] == [State.SENT, State.CLAIMED, State.SENT]


def test_a_blocked_address_gets_nothing_even_what_waits(world: World, sink: Sink) -> None:
    waiting = queue(world.sam, to="Stop@acme.example")
    block_address(values={"address": "stop@ACME.example", "reason": "unsubscribed"}, by=world.lena)
    deliver_due()
    assert state_of(waiting) == (State.FAILED, 0, "blocked address")
    with pytest.raises(AddressBlocked):
        queue(world.sam, to="STOP@acme.example")
    assert (OutgoingMail.objects.count(), sink.taken) == (1, [])


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"to": "no address"}, BadAddress),
        ({"to": "eve@acme.example\nBcc: all@acme.example"}, BadAddress),
        ({"subject": "Offer\r\nBcc: all@acme.example"}, BadMail),
        ({"to_name": "Eve\nBcc: all@acme.example"}, BadMail),
        ({"sender": "Sam\r\nX: y"}, BadMail),
        ({"headers": {"In-Reply-To": "<a>\r\nBcc: all@acme.example"}}, BadMail),
        ({"reply_to": "sam@example.com, all@acme.example"}, BadAddress),
        ({"html": "x" * 256_001}, BadMail),
    ],
)
def test_what_would_smuggle_a_header_is_refused(world: World, given: Any, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        queue(world.sam, **given)
    assert not OutgoingMail.objects.exists()


def test_no_caller_chooses_the_names_of_headers(world: World) -> None:
    with pytest.raises(ValueError, match="Bcc"):
        queue(world.sam, headers={"Bcc": "all@acme.example"})


def test_waiting_mail_is_cancelled_and_troubled_mail_sent_again(world: World, sink: Sink) -> None:
    mail = queue(world.sam)
    with pytest.raises(NotTroubled):
        send_again(mail)
    cancel_mail(mail)
    with pytest.raises(NotWaiting):
        cancel_mail(mail)
    deliver_due()
    assert (state_of(mail)[0], sink.taken) == (State.CANCELLED, [])
    failed = queue(world.sam, to="gone@acme.example")
    sink.answers = {"gone@acme.example": ("data", "554 No")}
    deliver_due()
    assert state_of(failed) == (State.FAILED, 1, "554 No")
    sink.answers = {}
    send_again(failed)
    deliver_due()
    assert state_of(failed) == (State.SENT, 1, "")
