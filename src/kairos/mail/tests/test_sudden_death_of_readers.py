"""Readers that are killed, and readers that meet: in the end everything is here, each message once."""

import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import connections

from kairos.mail.models import FolderMessage, IncomingMail
from kairos.mail.tests.dovecot import PASSWORD, Dovecot
from kairos.mail.tests.mailboxes import folder_of, letter, mailbox_at, needs_dovecot, outcomes, synced
from tests.program import ROOT, environment, kairos
from tests.world import make_world

pytestmark = [needs_dovecot, pytest.mark.django_db(transaction=True)]
SETUP = "import django; django.setup()\n"
CONNECT = SETUP + (
    "from kairos.accounts.models import User\n"
    "from kairos.mail.actions.mailboxes import connect_mailbox, create_mailbox\n"
    "ada = User.objects.create(name='Ada', email='ada@example.com', role='administrator')\n"
    "box = create_mailbox(values={{'name': 'Sales', 'kind': 'shared', 'since_on': None}}, by=ada)\n"
    "way = dict(host='127.0.0.1', port={port}, security='none', login='sales', inbox='INBOX', sent='')\n"
    "connect_mailbox(box, values=way, password='{password}', by=ada)\n"
)
READ = SETUP + (
    "from kairos.mail.mailboxes import syncing; from kairos.mail.models import Mailbox\n"
    "syncing.AT_ONCE = 10\n"
    "while syncing.sync_mailbox(Mailbox.objects.select_related('state', 'owner').get()): pass\n"
)
COUNT = SETUP + (
    "from kairos.mail.models import FolderMessage, IncomingMail, MailboxFolder; folder = MailboxFolder.objects.get()\n"
    "rows, mails = FolderMessage.objects.count(), IncomingMail.objects.count()\n"
    "print(folder.on_server, rows, mails, folder.last_uid, folder.missing)"
)
DJANGO = {"DJANGO_SETTINGS_MODULE": "kairos.config.settings", "PYTHONPATH": str(ROOT / "src")}
MESSAGES = 400


def python(home: Path, code: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment(home, LOG_LEVEL="error") | DJANGO,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_after_kill_9_at_any_moment_all_is_here_and_nothing_twice(server: Dovecot, tmp_path: Path) -> None:
    home = tmp_path / "home"
    kairos(home, "migrate").check_returncode()
    server.put([letter(number) for number in range(MESSAGES)])
    assert python(home, CONNECT.format(port=server.port, password=PASSWORD)).wait() == 0
    dice, kept = random.Random(7), home / "files" / "mail"
    for _ in range(3):
        before = len(list(kept.glob("*/*.eml")))
        reader = python(home, READ)
        while len(list(kept.glob("*/*.eml"))) <= before and reader.poll() is None:
            time.sleep(0.005)
        time.sleep(dice.random() * 0.2)
        reader.kill()
        reader.wait()
    assert python(home, READ).wait() == 0
    counted = python(home, COUNT)
    assert counted.communicate()[0].split() == [str(MESSAGES)] * 4 + ["0"]
    assert len(list(kept.glob("*/*.eml"))) == MESSAGES


def test_two_readers_at_once_take_each_message_once(server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kairos.mail.mailboxes.syncing.AT_ONCE", 7)
    server.put([letter(number) for number in range(60)])
    mailbox = mailbox_at(server, make_world().ada)

    def read() -> None:
        try:
            synced(mailbox)
        finally:
            connections.close_all()

    readers = [threading.Thread(target=read) for _ in range(3)]
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    synced(mailbox)
    assert [row[1:] for row in outcomes(mailbox)] == [(number, "taken") for number in range(1, 61)]
    assert (IncomingMail.objects.count(), FolderMessage.objects.count()) == (60, 60)
    assert folder_of(mailbox).last_uid == 60
