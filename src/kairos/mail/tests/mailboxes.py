"""Mailboxes of the tests, and what is asked about them again and again."""

from email.message import EmailMessage
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from kairos.mail.actions.mailboxes import connect_mailbox, create_mailbox
from kairos.mail.mailboxes.syncing import sync_mailbox
from kairos.mail.models import FolderMessage, Mailbox, MailboxFolder
from kairos.mail.tasks import sync_mailbox as sync_task
from kairos.mail.tests.dovecot import PASSWORD, PROGRAM, Dovecot

needs_dovecot = pytest.mark.skipif(
    PROGRAM is None, reason="no Dovecot on this machine (Debian: dovecot-imapd)"
)


def letter(
    number: int, *, sender: str = "eve@acme.example", to: str = "sales@kairos.example", **headers: str
) -> bytes:
    """A mail unlike every other."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, f"Anvil {number}"
    message["Message-ID"] = f"<{number}@acme.example>"
    message["Date"] = "Thu, 26 Nov 2026 09:00:00 +0000"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(f"We need {number} anvils.")
    return message.as_bytes()


def mailbox_at(
    server: Dovecot, by: Any, *, login: str = "sales", kind: str = "shared", **values: Any
) -> Mailbox:
    """A connected mailbox, from which everything is taken."""
    mailbox = create_mailbox(values={"name": login, "kind": kind, "since_on": None}, by=by)
    way = {
        "host": "127.0.0.1",
        "port": server.port,
        "security": "none",
        "login": login,
        "inbox": "INBOX",
        "sent": "",
    }
    return connect_mailbox(mailbox, values={**way, **values}, password=PASSWORD, by=by)


def synced(mailbox: Mailbox, **how: Any) -> Mailbox:
    """The mailbox after everything was taken in, as the worker does it call by call."""
    while sync_mailbox(fresh(mailbox), **how):
        pass
    return fresh(mailbox)


def fresh(mailbox: Mailbox) -> Mailbox:
    found: Mailbox = Mailbox.objects.select_related("state", "owner").get(pk=mailbox.pk)
    return found


def outcomes(mailbox: Mailbox) -> list[tuple[str, int, str]]:
    """Folder, number, what became of it: of all messages that the server still counts so."""
    rows = FolderMessage.objects.filter(folder__mailbox=mailbox).current().order_by("folder_id", "uid")
    return list(rows.values_list("folder__name", "uid", "outcome"))


def folder_of(mailbox: Mailbox, name: str = "INBOX") -> MailboxFolder:
    return MailboxFolder.objects.get(mailbox=mailbox, name=name)


def call_waiting_tasks() -> None:
    """What the worker does with the mailboxes that wait for it."""
    for waiting in DBTaskResult.objects.ready().filter(task_path=sync_task.module_path):
        waiting.task.call(*waiting.args_kwargs["args"])
