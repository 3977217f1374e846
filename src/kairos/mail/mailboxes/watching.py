"""A line held open to each mailbox, so that mail is here the moment it comes (IDLE). Without it, it is looked for.

The one who watches takes nothing in: it wakes the worker. So it may die, or run twice, and nothing is lost or doubled.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connections

from kairos.core.connections import PAUSES
from kairos.mail.mailboxes.connection import MailboxFault, Way
from kairos.mail.mailboxes.reader import Reader, reading
from kairos.mail.mailboxes.standing import way_of
from kairos.mail.models import Mailbox
from kairos.mail.tasks import wake_mailbox

log = logging.getLogger(__name__)
# Each costs a thread and a connection; who comes after these is looked into every two minutes.
MOST = 50
LOOKING_AROUND = 5.0
# Servers and what stands between forget a line on which nothing is said.
RENEWED_AFTER = 300.0
Key = tuple[int, int]


@contextmanager
def mailboxes_watched() -> Iterator[None]:
    """Watch the mailboxes beside what the caller does."""
    ending = threading.Event()
    thread = threading.Thread(target=_look_around, args=(ending,), name="mailboxes")
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()


def _look_around(ending: threading.Event) -> None:
    """Keep one watcher for each mailbox that is read; one that was changed gets another."""
    watchers: dict[Key, tuple[threading.Thread, threading.Event]] = {}
    while not ending.wait(LOOKING_AROUND):
        wanted = _wanted()
        if wanted is None:
            continue
        for key in watchers.keys() - wanted:
            watchers.pop(key)[1].set()
        for key in wanted - watchers.keys():
            released = threading.Event()
            watcher = threading.Thread(target=watch, args=(key[0], released), name=f"mailbox-{key[0]}")
            watchers[key] = (watcher, released)
            watcher.start()
    for _watcher, released in watchers.values():
        released.set()
    for watcher, _released in watchers.values():
        watcher.join()


def _wanted() -> set[Key] | None:
    """The mailboxes to watch, each in the version it has; None where the database does not answer."""
    try:
        return set(Mailbox.objects.read_now().order_by("pk").values_list("pk", "version")[:MOST])
    except DatabaseError:
        log.warning("the mailboxes to watch are not known: the database does not answer")
        return None
    finally:
        connections.close_all()


def watch(pk: int, released: threading.Event) -> None:
    """Wake the worker whenever something comes, until released, or until the server says that it cannot tell."""
    failures = 0
    while not released.is_set():
        try:
            mailbox, way = _found(pk)
            with reading(way) as reader:
                if not _wait_there(reader, mailbox, released):
                    return
            failures = 0
        except Mailbox.DoesNotExist:
            return
        except (MailboxFault, DatabaseError) as fault:
            log.info("mailbox %s is not watched for a while: %s", pk, fault)
            failures += 1
            released.wait(60 * PAUSES[min(failures, len(PAUSES)) - 1])


def _wait_there(reader: Reader, mailbox: Mailbox, released: threading.Event) -> bool:
    """Wait at the inbox until released; False where the server offers no waiting."""
    reader.open(mailbox.inbox)
    if not reader.can_wait:
        return False
    while not released.is_set():
        if reader.wait(RENEWED_AFTER, until=released):
            _wake(mailbox)
    return True


def _found(pk: int) -> tuple[Mailbox, Way]:
    try:
        mailbox = Mailbox.objects.read_now().select_related("state", "owner").get(pk=pk)
        return mailbox, way_of(mailbox)
    finally:
        connections.close_all()


def _wake(mailbox: Mailbox) -> None:
    try:
        wake_mailbox(mailbox.pk)
    finally:
        connections.close_all()
