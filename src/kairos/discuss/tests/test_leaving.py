"""A message that waits can leave at another time, or now; a name in it calls nobody."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from kairos.discuss.actions.letters import send_due, send_message
from kairos.discuss.actions.messages import write
from kairos.discuss.models import Message, Notification
from kairos.mail.models import OutgoingMail
from kairos.mail.reply_address import record_named
from tests.world import World

As = Callable[[Any], Client]
TO = [("Eve", "eve@acme.example")]


@pytest.fixture
def later(world: World) -> Message:
    """Sam's, for tomorrow."""
    at = timezone.now() + dt.timedelta(days=1)
    return send_message(world.sams_deal, text="Good day", to=TO, by=world.sam, at=at)


def url(message: Message, rest: str) -> str:
    return f"/opportunities/{message.record_id}/messages/{message.pk}/{rest}"


def test_what_waits_is_sent_now(world: World, as_: As, later: Message) -> None:
    client = as_(world.sam)
    assert "Send now" in client.get(f"/opportunities/{world.sams_deal.pk}/timeline").content.decode()
    assert client.post(url(later, "leave")).status_code == 200
    assert send_due(now=timezone.now()) == 1
    assert OutgoingMail.objects.count() == 1


def test_what_waits_is_given_another_time(world: World, as_: As, later: Message) -> None:
    client = as_(world.sam)
    form = client.get(url(later, "leave")).content.decode()
    assert timezone.localtime(later.send_at).strftime("%Y-%m-%dT%H:%M") in form
    client.post(url(later, "leave"), {"at": "2099-03-01T09:30"})
    later.refresh_from_db()
    assert timezone.localtime(later.send_at).isoformat()[:16] == "2099-03-01T09:30"
    assert send_due(now=timezone.now() + dt.timedelta(days=2)) == 0


def test_a_time_that_is_none_changes_nothing(world: World, as_: As, later: Message) -> None:
    assert as_(world.sam).post(url(later, "leave"), {"at": "soon"}).status_code == 422
    assert Message.objects.get(pk=later.pk).send_at == later.send_at


def test_only_its_author_chooses_and_only_until_it_has_left(world: World, as_: As, later: Message) -> None:
    assert as_(world.lena).post(url(later, "leave")).status_code == 409
    assert as_(world.otto).post(url(later, "leave")).status_code == 404
    assert Message.objects.get(pk=later.pk).send_at == later.send_at
    assert later.send_at is not None
    with time_machine.travel(later.send_at + dt.timedelta(minutes=1)):
        send_due(now=timezone.now())
        assert as_(world.sam).post(url(later, "leave")).status_code == 409
    assert OutgoingMail.objects.count() == 1


def test_a_name_in_a_message_to_the_customer_calls_nobody(world: World, as_: As) -> None:
    text = "@Lena Leader will call you"
    later = send_message(world.sams_deal, text=text, to=TO, by=world.sam)
    assert "mention" not in later.body
    as_(world.sam).post(url(later, "edit"), {"text": f"{text} soon"})
    later.refresh_from_db()
    assert later.text == f"{text} soon"
    assert "mention" not in later.body
    write(world.sams_deal, {"kind": "message", "text": text, "sender_address": "e@acme.example"}, by=None)
    assert not Notification.objects.filter(user=world.lena).exists()


def test_the_address_of_a_record_is_copied_from_its_menu(world: World, as_: As, settings: Any) -> None:
    page = f"/opportunities/{world.sams_deal.pk}"
    assert "carbon copies" not in as_(world.sam).get(page).content.decode()
    settings.KAIROS_MAIL_REPLY = "Kairos <crm@example.com>"
    shown = as_(world.sam).get(page).content.decode()
    address = shown.split('data-copy-text-value="crm+')[1].split('"')[0]
    assert record_named(f"crm+{address}") == ("opportunity", world.sams_deal.pk)
