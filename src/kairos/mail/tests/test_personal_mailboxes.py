"""A personal mailbox: what concerns the house comes in, and of the rest nothing but a number."""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from kairos.accounts.actions.users import archive_users
from kairos.core.actions.records import update_record
from kairos.crm.actions.processes import update_team_process
from kairos.crm.models import Opportunity
from kairos.discuss.models import Attachment, Message
from kairos.discuss.reading import may_read
from kairos.mail.actions.outbox import queue_mail
from kairos.mail.models import FolderMessage, IncomingMail, Mailbox
from kairos.mail.shown import shown_parts
from kairos.mail.tests.dovecot import Dovecot
from kairos.mail.tests.mailboxes import letter, mailbox_at, needs_dovecot, outcomes, synced
from tests.world import World

pytestmark = needs_dovecot


@pytest.fixture
def sams(world: World, server: Dovecot) -> Mailbox:
    """Sam's mailbox, at a server that is the house's too; Eve is known to the house."""
    mailbox_at(server, world.ada)
    update_record(world.eve, values={"emails": ["Eve@acme.example"]}, by=world.ada)
    return mailbox_at(server, world.sam, login="sam@kairos.example", kind="personal", sent="Sent")


def test_only_mail_with_customers_and_answers_come_in(world: World, server: Dovecot, sams: Mailbox) -> None:
    ours = queue_mail(to="new@else.example", subject="Offer", text="Good day", by=world.sam)
    box = "sam@kairos.example"
    server.put(
        [
            letter(1, to=box),
            letter(2, sender="mum@home.example", to=box),
            letter(3, sender="lena@example.com", to=box),
            letter(4, sender="new@else.example", to=box, In_Reply_To=ours.message_id),
            letter(5, sender="partner@else.example", to=box, Cc="eve@acme.example"),
        ],
        user=box,
    )
    server.put(
        [letter(6, sender=box, to="eve@acme.example"), letter(7, sender=box, to="mum@home.example")],
        user=box,
        folder="Sent",
    )
    synced(sams)
    assert outcomes(sams) == [
        ("INBOX", 1, "taken"),
        ("INBOX", 2, "private"),
        ("INBOX", 3, "private"),
        ("INBOX", 4, "taken"),
        ("INBOX", 5, "taken"),
        ("Sent", 1, "taken"),
        ("Sent", 2, "private"),
    ]
    assert sorted(IncomingMail.objects.values_list("subject", "is_own")) == [
        ("Anvil 1", False),
        ("Anvil 4", False),
        ("Anvil 5", False),
        ("Anvil 6", True),
    ]


def test_of_private_mail_nothing_is_kept(server: Dovecot, sams: Mailbox, tmp_path: Path) -> None:
    box = "sam@kairos.example"
    server.put([letter(2, sender="mum@home.example", to=box)], user=box)
    synced(sams)
    (private,) = FolderMessage.objects.all()
    assert (private.mail, private.size, private.reason) == (None, 0, "")
    assert not list(tmp_path.rglob("*.eml"))


def test_who_has_left_is_read_no_more(world: World, sams: Mailbox) -> None:
    assert sams in Mailbox.objects.read_now()
    archive_users([world.sam], by=world.ada)
    assert sams not in Mailbox.objects.read_now()


def test_a_letter_of_ours_makes_no_lead(world: World, server: Dovecot, sams: Mailbox) -> None:
    update_team_process(world.north, values={"mail_address": "leads@kairos.example"}, by=world.ada)
    before = Opportunity.with_leads.count()
    own = letter(1, sender="sam@kairos.example", to="eve@acme.example, leads@kairos.example")
    server.put([own], user="sam@kairos.example", folder="Sent")
    synced(sams)
    mail = IncomingMail.objects.get()
    assert (mail.is_own, mail.state) == (True, "taken")
    assert Opportunity.with_leads.count() == before


def test_others_see_of_a_personal_mailboxs_mail_what_its_owner_says(
    world: World, server: Dovecot, sams: Mailbox, client: Any, django_assert_num_queries: Any
) -> None:
    server.put([letter(1, to="sam@kairos.example")], user="sam@kairos.example")
    synced(sams)
    mail = IncomingMail.objects.get()
    seen = {
        "all": ("Anvil 1", "We need 1 anvils.", True),
        "subject": ("Anvil 1", "", False),
        "times": ("", "", False),
    }
    client.force_login(world.ada)
    for privacy, expected in seen.items():
        update_record(sams, values={"privacy": privacy}, by=world.sam)
        with django_assert_num_queries(1):
            shown = shown_parts([mail], world.ada)[mail.pk]
        assert (shown.subject, shown.text, shown.is_whole) == expected
        page = client.get("/mail/incoming").content.decode()
        assert [words in page for words in ("Anvil 1", "We need 1 anvils.")] == [
            bool(one) for one in expected[:2]
        ]
        raw = client.get(f"/mail/incoming/{mail.pk}/raw")
        assert raw.status_code == (200 if privacy == "all" else 404)
    own = shown_parts([mail], world.sam)[mail.pk]
    assert (own.subject, own.text, own.is_whole, own.is_own) == ("Anvil 1", "We need 1 anvils.", True, True)
    client.force_login(world.sam)
    assert client.get(f"/mail/incoming/{mail.pk}/raw").status_code == 200
    client.force_login(world.lena)
    assert client.get(f"/mail/incoming/{mail.pk}/raw").status_code == 404


def test_mail_that_lies_in_a_shared_mailbox_too_is_not_private(
    world: World, server: Dovecot, sams: Mailbox
) -> None:
    server.put([letter(1)])
    server.put([letter(1)], user="sam@kairos.example")
    synced(Mailbox.objects.get(kind="shared"))
    synced(sams)
    mail = IncomingMail.objects.get()
    assert shown_parts([mail], world.ada)[mail.pk].is_whole


def test_the_houses_copy_of_a_private_letter_is_taken_too(
    world: World, server: Dovecot, sams: Mailbox
) -> None:
    update_team_process(world.north, values={"mail_address": "leads@kairos.example"}, by=world.ada)
    copy = letter(1, to="sam@kairos.example, leads@kairos.example")
    server.put([copy], user="sam@kairos.example")
    before = Opportunity.with_leads.count()
    synced(sams)
    assert Opportunity.with_leads.count() == before
    server.put([b"Received: by house.example\r\n" + copy])
    synced(Mailbox.objects.get(kind="shared"))
    read = [one for one in Message.objects.select_related("incoming") if may_read(one, world.ada)]
    assert [one.text for one in read] == ["We need 1 anvils."]
    server.put([b"Received: by third.example\r\n" + copy], user="sam@kairos.example")
    synced(sams)
    assert IncomingMail.objects.count() == 2


def test_the_thread_keeps_the_words_of_a_personal_mailbox_from_others(
    world: World, server: Dovecot, sams: Mailbox, as_: Callable[[Any], Client], settings: Any, tmp_path: Path
) -> None:
    settings.HOME = tmp_path
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "eve@acme.example", "sam@kairos.example", "Between us"
    mail["Message-ID"] = "<secret@acme.example>"
    mail.set_content("The budget is 40,000.")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="budget.pdf")
    server.put([mail.as_bytes()], user="sam@kairos.example")
    update_record(sams, values={"privacy": "subject"}, by=world.sam)
    synced(sams)
    kept = Message.objects.get()
    thread = (
        f"/contacts/{kept.record_id}" if kept.record_type == "contact" else f"/opportunities/{kept.record_id}"
    )
    file = f"{thread}/files/{Attachment.objects.get().pk}"

    def seen_by(who: Any) -> tuple[bool, ...]:
        page = as_(who).get(f"{thread}/timeline").content.decode()
        found = as_(who).get(f"{thread}/timeline?q=budget").content.decode()
        shows = (word in page for word in ("Between us", "The budget is", "budget.pdf"))
        return (*shows, "Between us" in found, as_(who).get(file).status_code == 200)

    assert seen_by(world.sam) == (True, True, True, True, True)
    assert seen_by(world.ada) == (True, False, False, False, False)
    assert "its owner keeps the words" in as_(world.ada).get(thread).content.decode()
    update_record(sams, values={"privacy": "times"}, by=world.sam)
    assert seen_by(world.ada)[0] is False
    update_record(sams, values={"privacy": "all"}, by=world.sam)
    assert seen_by(world.ada) == (True, True, True, True, True)
