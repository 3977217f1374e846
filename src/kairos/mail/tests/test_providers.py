"""Mail by a provider's own way in, against a service that speaks as they do: taken once, and said honestly if not."""

import base64
import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

import pytest
import time_machine
from django.core.mail import send_mail
from django.utils import timezone

from kairos.core import sealing
from kairos.mail.actions.outbox import queue_mail
from kairos.mail.delivery import deliver_due
from kairos.mail.models import MailWay, OutgoingMail, State
from kairos.mail.tests.providers import KEY, TAKEN, Service, chosen, service
from tests.world import World

CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def there(world: World) -> Iterator[Service]:
    with service() as found:
        yield found


def queue(by: Any, to: str = "eve@acme.example", **more: Any) -> OutgoingMail:
    return queue_mail(
        **{"to": to, "subject": "報價 Offer", "text": "Good day", "by": by, "html": "<p>Hi</p>", **more}
    )


def state_of(mail: OutgoingMail) -> tuple[str, int]:
    mail.refresh_from_db()
    return mail.state, mail.attempts


def test_mailgun_gets_it_whole_and_once(world: World, there: Service) -> None:
    chosen("mailgun")
    mail = queue(
        world.sam, to_name="Eve 採購", sender="Sam Seller", reply_to="sam@example.com", calendar=CALENDAR
    )
    assert (deliver_due(), deliver_due()) == (False, False)
    assert state_of(mail) == (State.SENT, 1)
    (call,) = there.calls
    assert call.path == "/mailgun/acme.example/messages"
    assert call.headers["Authorization"] == "Basic " + base64.b64encode(f"api:{KEY}".encode()).decode()
    form = call.form
    assert (form["subject"], form["text"], form["html"]) == ("報價 Offer", "Good day", "<p>Hi</p>")
    assert form["from"] == "Sam Seller <crm@acme.example>"
    assert (form["h:Reply-To"], form["h:Message-Id"]) == ("sam@example.com", mail.message_id)
    assert form["v:kairos"] == mail.message_id.strip("<>")
    assert "METHOD:REQUEST" in form["attachment"]


def test_postmark_gets_it_whole_and_keeps_the_identity(world: World, there: Service) -> None:
    chosen("postmark")
    mail = queue(world.sam, headers={"In-Reply-To": "<before@acme.example>"})
    deliver_due()
    assert state_of(mail) == (State.SENT, 1)
    (call,) = there.calls
    assert (call.path, call.headers["X-Postmark-Server-Token"]) == ("/postmark/email", KEY)
    sent = call.json
    headers = {one["Name"]: one["Value"] for one in sent["Headers"]}
    assert (sent["Subject"], sent["TextBody"], sent["HtmlBody"]) == ("報價 Offer", "Good day", "<p>Hi</p>")
    assert headers["Message-ID"] == mail.message_id
    assert (headers["X-PM-KeepID"], headers["In-Reply-To"]) == ("true", "<before@acme.example>")
    assert sent["Metadata"] == {"kairos": mail.message_id.strip("<>")}


@pytest.mark.parametrize("kind", TAKEN)
def test_every_provider_takes_a_mail(world: World, there: Service, kind: str) -> None:
    chosen(kind, login="public-key" if kind == "mailjet" else "")
    mail = queue(world.sam)
    deliver_due()
    assert (state_of(mail), len(there.calls)) == ((State.SENT, 1), 1)
    assert mail.message_id.strip("<>") in unquote_plus(there.calls[0].body.decode())


@pytest.mark.parametrize(
    ("status", "is_bulk", "expected"),
    [
        (400, False, (State.FAILED, 1)),
        (422, False, (State.FAILED, 1)),
        (403, False, (State.QUEUED, 1)),
        (429, False, (State.QUEUED, 1)),
        (500, True, (State.QUEUED, 1)),
        (503, True, (State.QUEUED, 1)),
        (504, False, (State.QUEUED, 1)),
        (504, True, (State.UNKNOWN, 1)),
        (0, True, (State.UNKNOWN, 1)),
        (401, False, (State.QUEUED, 0)),
        (404, True, (State.QUEUED, 0)),
        (302, True, (State.QUEUED, 0)),
    ],
)
def test_what_the_answer_means(
    world: World, there: Service, status: int, is_bulk: bool, expected: tuple[str, int]
) -> None:
    chosen("mailgun")
    there.answers = [(status, {"message": "No"})]
    mail = queue(world.sam, is_bulk=is_bulk)
    deliver_due()
    assert state_of(mail) == expected
    assert KEY not in mail.error
    assert [call.path for call in there.calls] == ["/mailgun/acme.example/messages"]


def test_a_key_that_is_not_taken_ends_the_round_and_costs_nobody_an_attempt(
    world: World, there: Service
) -> None:
    chosen("postmark")
    there.answers = [(401, {"ErrorCode": 10, "Message": "Bad token"})]
    first, second = queue(world.sam), queue(world.sam, is_bulk=True)
    deliver_due()
    assert [state_of(one) for one in (first, second)] == [(State.QUEUED, 0)] * 2
    assert (len(there.calls), "Bad token" in first.error) == (1, True)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=1, seconds=1)):
        deliver_due()
    assert [state_of(one) for one in (first, second)] == [(State.SENT, 1)] * 2


def test_an_address_the_provider_does_not_write_to_has_failed(world: World, there: Service) -> None:
    chosen("postmark")
    there.answers = [
        (422, {"ErrorCode": 406, "Message": "You tried to send to a recipient marked as inactive."})
    ]
    mail, other = queue(world.sam), queue(world.sam)
    deliver_due()
    assert (state_of(mail), state_of(other)) == ((State.FAILED, 1), (State.SENT, 1))


def test_without_a_line_nothing_is_marked(world: World, settings: Any) -> None:
    settings.EMAIL_BACKEND = "kairos.mail.way.ChosenBackend"
    settings.ANYMAIL = {"MAILGUN_API_URL": "http://127.0.0.1:9/"}
    chosen("mailgun")
    mail = queue(world.sam, is_bulk=True)
    deliver_due()
    assert (state_of(mail), mail.claimed_by != "") == ((State.QUEUED, 0), True)


def test_the_mark_is_written_before_the_mail_is_given(world: World, there: Service) -> None:
    """Whoever takes the mail away while the line is being opened keeps it: it is not given."""
    chosen("mailgun")
    mail = queue(world.sam)

    class Watching:
        def __enter__(self) -> Any:
            from kairos.mail.way import transport

            self.way = transport()
            return self

        def __exit__(self, *given: Any) -> None:
            self.way.__exit__(None, None, None)

        def send(self, one: OutgoingMail, *, handing_over: Any) -> None:
            def mark() -> None:
                assert there.calls == []
                OutgoingMail.objects.filter(pk=one.pk).update(claimed_by="somebody else")
                handing_over()

            self.way.send(one, handing_over=mark)

    deliver_due(by=Watching())
    assert (there.calls, state_of(mail)) == ([], (State.CLAIMED, 0))


def test_a_key_that_can_no_longer_be_read_sends_nothing(world: World, there: Service) -> None:
    chosen("mailgun", secret=sealing.sealed(KEY, purpose="something else"))
    mail = queue(world.sam)
    deliver_due()
    assert (state_of(mail), there.calls) == ((State.QUEUED, 0), [])
    assert "enter it again" in mail.error


def test_what_does_not_use_the_outbox_leaves_by_the_same_way(world: World, there: Service) -> None:
    chosen("postmark")
    send_mail("Your link", "Sign in", None, ["sam@example.com"])
    assert there.calls[0].json["From"] == "Acme <crm@acme.example>"
    MailWay.objects.all().delete()
