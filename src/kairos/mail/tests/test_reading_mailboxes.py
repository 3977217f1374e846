"""Reading mailboxes on a real server: everything once, nothing lost, and the truth about it."""

import datetime as dt
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from kairos.core.models import EventEntry
from kairos.mail.actions.incoming import take_in
from kairos.mail.mailboxes import fetching, syncing
from kairos.mail.mailboxes.check import MailboxesAreRead
from kairos.mail.mailboxes.page import accounts
from kairos.mail.models import (
    Came,
    FolderMessage,
    IncomingMail,
    Mailbox,
    MailboxFolder,
    MailboxState,
    Trouble,
)
from kairos.mail.tasks import check_mailboxes, compare_mailboxes
from kairos.mail.tests.dovecot import Dovecot
from kairos.mail.tests.mailboxes import (
    call_waiting_tasks,
    folder_of,
    fresh,
    letter,
    mailbox_at,
    needs_dovecot,
    outcomes,
    synced,
)
from kairos.mail.tests.test_parsing import HOSTILE
from tests.world import World

pytestmark = needs_dovecot


def test_everything_is_taken_once_and_then_only_what_is_new(world: World, server: Dovecot) -> None:
    server.put([letter(number) for number in range(3)])
    mailbox = synced(mailbox_at(server, world.ada))
    assert outcomes(mailbox) == [("INBOX", 1, "taken"), ("INBOX", 2, "taken"), ("INBOX", 3, "taken")]
    assert (mailbox.state.trouble, mailbox.state.checked_at is not None) == ("", True)
    folder = folder_of(mailbox)
    assert (folder.last_uid, folder.on_server, folder.missing, folder.gone) == (3, 3, 0, 0)
    server.put([letter(9)])
    synced(mailbox)
    synced(mailbox, is_repair=True)
    assert [row[1] for row in outcomes(mailbox)] == [1, 2, 3, 4]
    assert list(IncomingMail.objects.order_by("pk").values_list("subject", flat=True)) == [
        "Anvil 0",
        "Anvil 1",
        "Anvil 2",
        "Anvil 9",
    ]


def test_nothing_on_the_server_is_marked_or_changed(world: World, server: Dovecot) -> None:
    server.put([letter(1)])
    synced(mailbox_at(server, world.ada))
    with server.client() as client:
        client.select_folder("INBOX", readonly=True)
        flags = client.fetch([1], ["FLAGS"])[1][b"FLAGS"]
        assert set(flags) <= {b"\\Recent"}


def test_who_dies_in_the_middle_loses_nothing_and_doubles_nothing(
    world: World, server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.put([letter(number) for number in range(25)])
    mailbox = mailbox_at(server, world.ada)
    monkeypatch.setattr(syncing, "AT_ONCE", 10)
    taken = take_in

    def dying(letters: Any) -> Any:
        found = taken(letters)
        if IncomingMail.objects.count() > 10:
            raise OperationalError("the machine goes down")
        return found

    monkeypatch.setattr(syncing, "take_in", dying)
    assert not syncing.sync_mailbox(fresh(mailbox))
    assert (folder_of(mailbox).last_uid, IncomingMail.objects.count(), len(outcomes(mailbox))) == (10, 10, 10)
    assert MailboxState.objects.get().trouble == Trouble.HERE
    monkeypatch.setattr(syncing, "take_in", taken)
    synced(mailbox)
    assert (IncomingMail.objects.count(), len(outcomes(mailbox))) == (25, 25)


def test_a_call_ends_in_time_and_the_next_one_goes_on(
    world: World, server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.put([letter(number) for number in range(5)])
    mailbox = mailbox_at(server, world.ada)
    monkeypatch.setattr(syncing, "AT_ONCE", 2)
    assert syncing.sync_mailbox(fresh(mailbox), longest=0)
    assert folder_of(mailbox).last_uid == 2
    (account,) = accounts(mailbox)
    assert (account.here, account.waiting, account.is_complete) == (2, 3, False)
    synced(mailbox, longest=0)
    (account,) = accounts(mailbox)
    assert (account.here, account.waiting, account.is_complete) == (5, 0, True)


def test_a_server_that_counts_anew_is_looked_at_anew_and_no_mail_doubles(
    world: World, server: Dovecot
) -> None:
    server.put([letter(number) for number in range(3)])
    mailbox = synced(mailbox_at(server, world.ada))
    before = folder_of(mailbox).uid_validity
    with server.client() as client:
        client.rename_folder("INBOX", "Old")
    server.put([letter(number) for number in (2, 0, 7)])
    synced(mailbox)
    folder = folder_of(mailbox)
    assert folder.uid_validity != before
    assert [row[1:] for row in outcomes(mailbox)] == [(1, "taken"), (2, "taken"), (3, "taken")]
    assert IncomingMail.objects.count() == 4
    assert FolderMessage.objects.count() == 6


def test_the_same_letter_by_two_ways_is_one_but_a_stolen_message_id_is_not(
    world: World, server: Dovecot
) -> None:
    same = letter(1)
    server.put([b"Received: by one.example\r\n" + same])
    server.put([b"Received: by two.example\r\n" + same], user="support")
    server.put([same.replace(b"1 anvils", b"two hundred anvils")], user="support")
    synced(mailbox_at(server, world.ada))
    synced(mailbox_at(server, world.ada, login="support"))
    assert sorted(IncomingMail.objects.values_list("text", flat=True)) == [
        "We need 1 anvils.",
        "We need two hundred anvils.",
    ]
    assert FolderMessage.objects.count() == 3


def test_hostile_mail_does_not_stop_the_mailbox(world: World, server: Dovecot) -> None:
    server.put([raw for raw in HOSTILE.values() if raw] + [letter(1)])
    mailbox = synced(mailbox_at(server, world.ada))
    assert fresh(mailbox).state.trouble == ""
    assert len(outcomes(mailbox)) == len(HOSTILE)
    assert IncomingMail.objects.filter(subject="Anvil 1").count() == 1
    assert accounts(mailbox)[0].is_complete


def test_a_mail_the_database_refuses_goes_into_quarantine_with_its_text(
    world: World, server: Dovecot, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.put([letter(1), letter(2), letter(3)])
    mailbox = mailbox_at(server, world.ada)
    from kairos.mail.actions import incoming

    unsaved = incoming.Letter.unsaved

    def refusing(one: incoming.Letter) -> IncomingMail:
        if one.parsed.subject == "Anvil 2":
            raise OverflowError("date value out of range")
        return unsaved(one)

    monkeypatch.setattr(incoming.Letter, "unsaved", refusing)
    synced(mailbox)
    states = dict(IncomingMail.objects.values_list("subject", "state"))
    assert states == {"Anvil 1": Came.TAKEN, "": Came.QUARANTINED, "Anvil 3": Came.TAKEN}
    broken = IncomingMail.objects.get(state=Came.QUARANTINED)
    assert broken.reason == "OverflowError: date value out of range"
    client.force_login(world.ada)
    page = client.get(f"/mailboxes/{mailbox.pk}").content.decode()
    assert f'href="/mail/incoming/{broken.pk}/raw"' in page
    assert b"We need 2 anvils." in client.get(f"/mail/incoming/{broken.pk}/raw").content


def test_a_huge_mail_is_skipped_with_its_reason(
    world: World, server: Dovecot, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LARGEST", 100_000)
    server.put([letter(1), letter(2) + b"x" * 200_000, letter(3)])
    mailbox = synced(mailbox_at(server, world.ada))
    assert [row[2] for row in outcomes(mailbox)] == ["taken", "skipped", "taken"]
    assert accounts(mailbox)[0].is_complete
    client.force_login(world.ada)
    page = client.get(f"/mailboxes/{mailbox.pk}").content.decode()
    assert "INBOX, number 2" in page
    assert "It is larger than 50 MB." in page


def test_folders_may_have_any_name(world: World, server: Dovecot) -> None:
    server.put([letter(1)], folder="客戶來信 & más")
    mailbox = synced(mailbox_at(server, world.ada, inbox="客戶來信 & más"))
    assert outcomes(mailbox) == [("客戶來信 & más", 1, "taken")]


def test_only_what_came_since_a_day_is_taken_until_another_day_is_said(world: World, server: Dovecot) -> None:
    from kairos.mail.actions.mailboxes import update_mailbox

    server.put([letter(1)], at=dt.datetime(2020, 5, 1, tzinfo=dt.UTC))
    server.put([letter(2)], at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
    mailbox = mailbox_at(server, world.ada)
    update_mailbox(mailbox, values={"since_on": dt.date(2026, 1, 1)}, by=world.ada)
    synced(mailbox)
    assert outcomes(mailbox) == [("INBOX", 2, "taken")]
    (account,) = accounts(mailbox)
    assert (account.folder.older, account.waiting, account.is_complete) == (1, 0, True)
    update_mailbox(fresh(mailbox), values={"since_on": None}, by=world.ada)
    synced(mailbox)
    assert outcomes(mailbox) == [("INBOX", 1, "taken"), ("INBOX", 2, "taken")]
    assert IncomingMail.objects.count() == 2


def test_what_should_be_here_and_is_not_is_fetched_and_told(
    world: World, server: Dovecot, client: Any
) -> None:
    server.put([letter(number) for number in range(3)])
    mailbox = synced(mailbox_at(server, world.ada))
    FolderMessage.objects.filter(uid=2).delete()
    IncomingMail.objects.filter(subject="Anvil 1").delete()
    synced(mailbox)
    assert IncomingMail.objects.count() == 2
    (account,) = accounts(mailbox)
    assert (account.waiting, account.is_complete) == (1, False)
    client.force_login(world.ada)
    client.post(f"/mailboxes/{mailbox.pk}/do/repair")
    call_waiting_tasks()
    assert [row[1] for row in outcomes(mailbox)] == [1, 2, 3]
    assert IncomingMail.objects.filter(subject="Anvil 1").count() == 1
    assert accounts(mailbox)[0].is_complete
    (told,) = EventEntry.objects.filter(name="mail.mailbox_incomplete")
    assert (told.params["count"], told.params["people"]) == ("1", str(world.ada.pk))
    page = client.get("/inbox").content.decode()
    assert "folder INBOX, 1 mails were missing here" in page


def test_the_night_compares_every_mailbox_that_is_read(world: World, server: Dovecot, client: Any) -> None:
    mailbox_at(server, world.ada)
    paused = mailbox_at(server, world.ada, login="support")
    client.force_login(world.ada)
    client.post(f"/mailboxes/{paused.pk}/do/pause")
    DBTaskResult.objects.all().delete()
    for _twice in range(2):
        compare_mailboxes.call()
        check_mailboxes.call()
    asked = [tuple(task.args_kwargs["args"]) for task in DBTaskResult.objects.order_by("enqueued_at")]
    other = Mailbox.objects.exclude(pk=paused.pk).get().pk
    assert asked == [(other, True), (other, False)]


def test_the_doctor_names_what_is_wrong_with_a_mailbox(world: World, server: Dovecot, client: Any) -> None:
    mailbox = synced(mailbox_at(server, world.ada))

    def found() -> list[tuple[str, str]]:
        return [(one.level, one.sentence) for one in MailboxesAreRead().findings()]

    assert found() == [("ok", "sales: read, nothing is missing")]
    MailboxState.objects.update(next_check_at=timezone.now() - dt.timedelta(hours=3))
    assert found() == [("warn", "sales: not read to the end for two hours")]
    client.force_login(world.ada)
    assert "Does the worker run?" in client.get(f"/mailboxes/{mailbox.pk}").content.decode()
    assert "Nobody reads it" in client.get("/mailboxes").content.decode()
    MailboxFolder.objects.update(missing=4)
    assert found() == [("warn", "sales: 4 mails are missing here")]
    MailboxState.objects.update(trouble=Trouble.LOGIN)
    assert found() == [("warn", "sales: The server does not accept this user and password.")]


def test_what_is_deleted_on_the_server_stays_here_and_is_counted(world: World, server: Dovecot) -> None:
    server.put([letter(1), letter(2)])
    mailbox = synced(mailbox_at(server, world.ada))
    with server.client() as client:
        client.select_folder("INBOX")
        client.delete_messages([1])
        client.expunge()
    synced(mailbox, is_repair=True)
    (account,) = accounts(mailbox)
    assert (account.folder.on_server, account.folder.gone, account.waiting) == (1, 1, 0)
    assert IncomingMail.objects.count() == 2
