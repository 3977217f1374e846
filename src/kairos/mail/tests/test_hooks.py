"""What providers tell: believed with the word, the signature and the identity of a mail of ours, each thing once."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from kairos.core.models import EventEntry
from kairos.mail.actions.outbox import queue_mail
from kairos.mail.delivery import deliver_due
from kairos.mail.models import IncomingMail, OutgoingMail, State, Suppression
from kairos.mail.tests.providers import WORD, Service, chosen, service
from kairos.mail.way import sealed
from tests.world import World

SIGNING = "signing-key"


@pytest.fixture
def there(world: World) -> Iterator[Service]:
    with service() as found:
        yield found


@pytest.fixture
def mail(world: World, there: Service) -> OutgoingMail:
    """A letter that was sent by Postmark."""
    chosen("postmark")
    return sent(world)


def sent(world: World) -> OutgoingMail:
    mail = queue_mail(to="Eve@acme.example", subject="Offer", text="Hi", by=world.sam, about=world.sams_deal)
    deliver_due()
    mail.refresh_from_db()
    assert mail.state == State.SENT
    return mail


def postmark(client: Client, record: dict[str, Any], *, word: str = WORD, to: str = "tracking") -> int:
    return client.post(
        f"/mail/hooks/{word}/{to}", json.dumps(record), content_type="application/json"
    ).status_code


def told(mail: OutgoingMail, **values: Any) -> dict[str, Any]:
    return {
        "MessageID": "p1",
        "Email": "eve@acme.example",
        "Metadata": {"kairos": mail.message_id.strip("<>")},
        **values,
    }


def blocked() -> list[tuple[str, str]]:
    return list(Suppression.objects.values_list("address", "reason"))


def test_a_delivered_mail_says_so_once(world: World, mail: OutgoingMail, client: Client) -> None:
    given = told(
        mail, RecordType="Delivery", Recipient="eve@acme.example", DeliveredAt="2026-11-27T10:00:00Z"
    )
    assert postmark(client, given) == 200
    mail.refresh_from_db()
    first = mail.delivered_at
    assert (mail.state, first is None) == (State.SENT, False)
    assert postmark(client, given) == 200
    mail.refresh_from_db()
    assert (mail.delivered_at, blocked()) == (first, [])


def test_the_word_in_the_address_is_secret_enough_to_warn_of_nothing(
    mail: OutgoingMail, client: Client, recwarn: pytest.WarningsRecorder
) -> None:
    given = told(
        mail, RecordType="Delivery", Recipient="eve@acme.example", DeliveredAt="2026-11-27T10:00:00Z"
    )
    assert postmark(client, given) == 200
    assert [one.category.__name__ for one in recwarn] == []


def test_what_nobody_knew_is_known_when_it_was_delivered(mail: OutgoingMail, client: Client) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(state=State.UNKNOWN)
    postmark(client, told(mail, RecordType="Delivery", Recipient="eve@acme.example"))
    mail.refresh_from_db()
    assert mail.state == State.SENT


def test_a_mail_that_came_back_has_failed_its_writer_hears_of_it_and_the_address_is_blocked(
    mail: OutgoingMail, client: Client
) -> None:
    for _time in range(2):
        given = told(mail, RecordType="Bounce", Type="HardBounce", Details="550 No such user", ID=4)
        assert postmark(client, given) == 200
    mail.refresh_from_db()
    assert (mail.state, mail.error) == (State.FAILED, "550 No such user")
    assert EventEntry.objects.filter(name="mail.failed").count() == 1
    assert blocked() == [("Eve@acme.example", "bounced")]


def test_a_soft_bounce_blocks_nobody(mail: OutgoingMail, client: Client) -> None:
    postmark(client, told(mail, RecordType="Bounce", Type="SoftBounce", Details="452 Mailbox full"))
    mail.refresh_from_db()
    assert (mail.state, blocked()) == (State.FAILED, [])


def test_who_complains_gets_nothing_any_more(mail: OutgoingMail, client: Client) -> None:
    for _time in range(2):
        assert postmark(client, told(mail, RecordType="SpamComplaint", Type="SpamComplaint")) == 200
    mail.refresh_from_db()
    assert (mail.state, blocked()) == (State.SENT, [("Eve@acme.example", "complained")])


@pytest.mark.parametrize(
    "changed",
    [
        {"Metadata": {"kairos": "somebody-elses@example.com"}},
        {"Metadata": {"kairos": ["x"]}},
        {"Metadata": {}},
        {"Metadata": None},
        {"Email": "other@acme.example"},
        {"Email": None},
    ],
)
def test_what_names_no_mail_of_ours_changes_nothing(
    mail: OutgoingMail, client: Client, changed: dict[str, Any]
) -> None:
    before = OutgoingMail.objects.values().get(pk=mail.pk)
    given = told(mail, RecordType="Bounce", Type="HardBounce") | changed
    assert postmark(client, given) in (200, 400)
    assert (OutgoingMail.objects.values().get(pk=mail.pk), blocked()) == (before, [])


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"[" * 100_000, b'{"RecordType": {}}', b"\xff\xfe", b'{"Email": 1}']
)
@pytest.mark.parametrize("to", ["tracking", "inbound"])
def test_hostile_calls_leave_no_trace(mail: OutgoingMail, client: Client, body: bytes, to: str) -> None:
    answer = client.post(f"/mail/hooks/{WORD}/{to}", body, content_type="application/json")
    assert answer.status_code in (200, 400)
    assert (blocked(), IncomingMail.objects.exclude(text="").count()) == ([], 0)


def test_without_the_word_there_is_nothing_and_guessing_ends(mail: OutgoingMail, client: Client) -> None:
    given = told(mail, RecordType="Bounce", Type="HardBounce")
    answers = [postmark(client, given, word="x" * 43) for _time in range(25)]
    assert (answers[0], answers[-1]) == (404, 429)
    assert client.get(f"/mail/hooks/{WORD}/tracking").status_code == 405
    assert client.head(f"/mail/hooks/{WORD}/tracking").status_code == 200
    mail.refresh_from_db()
    assert (mail.state, blocked()) == (State.SENT, [])


def mailgun_call(client: Client, mail: OutgoingMail, *, key: str = SIGNING, event: str = "failed") -> int:
    at, token = str(int(time.time())), "t" * 50
    signature = hmac.new(key.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()
    given = {
        "signature": {"timestamp": at, "token": token, "signature": signature},
        "event-data": {
            "event": event,
            "severity": "permanent",
            "reason": "bounce",
            "timestamp": time.time(),
            "recipient": "eve@acme.example",
            "delivery-status": {"message": "550 Gone"},
            "message": {"headers": {"message-id": mail.message_id.strip("<>")}},
            "user-variables": {"kairos": mail.message_id.strip("<>")},
        },
    }
    return postmark(client, given)


def test_mailgun_is_believed_by_its_signature(world: World, there: Service, client: Client) -> None:
    chosen("mailgun", signing_key=sealed(SIGNING))
    mail = sent(world)
    assert mailgun_call(client, mail, key="another") == 400
    mail.refresh_from_db()
    assert (mail.state, blocked()) == (State.SENT, [])
    assert mailgun_call(client, mail) == 200
    mail.refresh_from_db()
    assert (mail.state, mail.error, blocked()) == (
        State.FAILED,
        "550 Gone",
        [("Eve@acme.example", "bounced")],
    )
    chosen("mailgun", signing_key="")
    assert mailgun_call(client, mail) == 400


def test_resend_is_believed_by_its_signature(
    world: World, there: Service, client: Client, recwarn: pytest.WarningsRecorder
) -> None:
    secret = base64.b64encode(b"secret of resend").decode()
    chosen("resend", signing_key=sealed(f"whsec_{secret}"))
    mail = sent(world)
    headers = json.dumps({"kairos": mail.message_id.strip("<>")})
    body = json.dumps(
        {
            "type": "email.complained",
            "created_at": "2026-11-27T10:00:00Z",
            "data": {
                "email_id": "r1",
                "to": ["eve@acme.example"],
                "headers": [{"name": "X-Metadata", "value": headers}],
            },
        }
    )

    def call(at: int, key: bytes) -> int:
        signed = base64.b64encode(hmac.digest(key, f"m1.{at}.{body}".encode(), "sha256")).decode()
        signing = {"svix-id": "m1", "svix-timestamp": str(at), "svix-signature": f"v1,{signed}"}
        path = f"/mail/hooks/{WORD}/tracking"
        return client.post(path, body, content_type="application/json", headers=signing).status_code

    now = int(time.time())
    assert (call(now, b"another"), call(now - 3600, b"secret of resend"), blocked()) == (400, 400, [])
    assert call(now, b"secret of resend") == 200
    assert blocked() == [("Eve@acme.example", "complained")]
    assert [one.category.__name__ for one in recwarn] == []


RAW = (
    "From: Eve <eve@acme.example>\r\nTo: crm@acme.example\r\nSubject: Re: Offer\r\nMessage-ID: <a1@acme.example>\r\n"
    "Date: Fri, 27 Nov 2026 10:00:00 +0000\r\n\r\nYes, please.\r\n"
)


def test_mail_that_came_to_postmark_is_taken_in_once(
    mail: OutgoingMail, client: Client, mail_files: Any
) -> None:
    given = {"FromFull": {"Email": "eve@acme.example"}, "RawEmail": RAW, "Headers": [], "MessageID": "i1"}
    assert [postmark(client, given, to="inbound") for _time in range(2)] == [200, 200]
    came = IncomingMail.objects.get()
    assert (came.from_address, came.subject, came.text) == ("eve@acme.example", "Re: Offer", "Yes, please.")


def test_mail_that_came_to_mailgun_is_taken_in_once(
    world: World, there: Service, client: Client, mail_files: Any
) -> None:
    chosen("mailgun", signing_key=sealed(SIGNING))
    at, token = str(int(time.time())), "t" * 50
    signature = hmac.new(SIGNING.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()
    form = {
        "timestamp": at,
        "token": token,
        "signature": signature,
        "body-mime": RAW,
        "recipient": "crm@acme.example",
    }
    for _time in range(2):
        assert client.post(f"/mail/hooks/{WORD}/inbound", form).status_code == 200
    assert IncomingMail.objects.get().text == "Yes, please."
    assert client.post(f"/mail/hooks/{WORD}/inbound", form | {"signature": "0" * 64}).status_code == 400
    assert IncomingMail.objects.count() == 1
