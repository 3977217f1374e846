"""A mailbox read for the first time: messages per second, with the reader killed in the middle."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

MESSAGES = 50_000
READ = (
    "import django; django.setup()\n"
    "from kairos.mail.mailboxes.syncing import sync_mailbox; from kairos.mail.models import Mailbox\n"
    "while sync_mailbox(Mailbox.objects.select_related('state', 'owner').get(pk={pk})): pass\n"
)


def measure(boss: object, *, messages: int = MESSAGES) -> dict[str, float]:
    """Counts must be equal in the end: server, rows, mails, files."""
    from kairos.mail.models import FolderMessage, IncomingMail, MailboxFolder
    from kairos.mail.tests.dovecot import dovecot

    with dovecot() as server:
        server.put(list(_letters(messages)))
        mailbox = _mailbox(server.way(), boss)
        before = IncomingMail.objects.count()
        started = time.perf_counter()
        killed_at = _read(mailbox.pk, until=messages // 2)
        _read(mailbox.pk)
        seconds = time.perf_counter() - started
        folder = MailboxFolder.objects.get(mailbox=mailbox)
        rows = FolderMessage.objects.filter(folder=folder, outcome="taken").count()
        mails = IncomingMail.objects.count() - before
        found = (folder.on_server, rows, mails, folder.missing, folder.gone)
        if found != (messages, messages, messages, 0, 0):
            raise SystemExit(f"the counts differ: {found}")
    return {"per_second": round(messages / seconds, 1), "seconds": round(seconds, 1), "killed_at": killed_at}


def _mailbox(way: Any, boss: object) -> Any:
    from kairos.mail.actions.mailboxes import connect_mailbox, create_mailbox

    mailbox = create_mailbox(values={"name": "Sales", "kind": "shared", "since_on": None}, by=boss)
    values = {name: getattr(way, name) for name in ("host", "port", "security", "login")}
    return connect_mailbox(
        mailbox, values={**values, "inbox": "INBOX", "sent": ""}, password=way.password, by=boss
    )


def _read(pk: int, *, until: int | None = None) -> int:
    """Read as the worker does, in a process of its own, to the end or until so many are here: then it is killed."""
    from kairos.mail.models import FolderMessage

    process = subprocess.Popen([sys.executable, "-c", READ.format(pk=pk)], env=_environment())
    while until is not None and FolderMessage.objects.count() < until:
        if process.poll() is not None:
            raise SystemExit("the reader ended before it was killed")
        time.sleep(0.05)
    if until is not None:
        process.kill()
    if process.wait() and until is None:
        raise SystemExit("the reader failed")
    return FolderMessage.objects.count()


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1] / "src")}


def _letters(count: int) -> Iterator[bytes]:
    """Letters as they come: an answer with what it answers, half of them in HTML too, one in twenty with a file."""
    dice = random.Random(1)
    words = "offer price delivery anvil contract meeting sample quality Monday thanks please regards".split()
    for number in range(count):
        message = EmailMessage()
        message["From"] = f"Customer {number % 900} <c{number % 900}@customer{number % 300}.example>"
        message["To"] = "sales@kairos.example"
        message["Subject"] = f"{dice.choice(words)} {number}"
        message["Message-ID"] = f"<{number}.{dice.random()}@customer.example>"
        message["Date"] = "Thu, 26 Nov 2026 09:00:00 +0000"
        text = "\n".join(" ".join(dice.choices(words, k=10)) for _ in range(12))
        message.set_content(f"{text}\n\nOn Mon, 2 Nov 2026, Sam wrote:\n> {text}")
        if number % 2:
            message.add_alternative(f"<p>{text}</p><blockquote>{text}</blockquote>", subtype="html")
        if number % 20 == 0:
            message.add_attachment(
                dice.randbytes(60_000), maintype="application", subtype="pdf", filename="offer.pdf"
            )
        yield message.as_bytes()
