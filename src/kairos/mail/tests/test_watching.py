"""Mail that comes while somebody watches: the worker is woken at once, and a line that dies is taken up again."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from kairos.mail.mailboxes import watching
from kairos.mail.models import Mailbox
from kairos.mail.tests.dovecot import PASSWORD, dovecot
from kairos.mail.tests.mailboxes import letter, mailbox_at, needs_dovecot
from tests.program import kairos, serving
from tests.world import make_world

pytestmark = [needs_dovecot, pytest.mark.django_db(transaction=True)]
PATIENCE = 20


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(watching, "LOOKING_AROUND", 0.1)
    monkeypatch.setattr(watching, "PAUSES", (0.01,))
    monkeypatch.setattr("kairos.mail.mailboxes.reader.MOMENT", 0.2)


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(PATIENCE * 20):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come true")


def woken() -> int:
    return DBTaskResult.objects.filter(task_path="kairos.mail.tasks.sync_mailbox").count()


def test_the_worker_is_woken_when_mail_comes_and_after_the_server_was_gone() -> None:
    world = make_world()
    with dovecot() as server:
        mailbox_at(server, world.ada)
        DBTaskResult.objects.all().delete()
        with watching.mailboxes_watched():
            wait_until(lambda: "Login: user=<sales>" in server.log)
            wait_until(lambda: any(one.name.startswith("mailbox-") for one in threading.enumerate()))
            time.sleep(0.5)
            assert woken() == 0
            server.put([letter(1)])
            wait_until(lambda: woken() == 1)
            server.stop()
            DBTaskResult.objects.all().delete()
            server.start()
            seen = server.log.count("Login: user=<sales>")
            wait_until(lambda: server.log.count("Login: user=<sales>") > seen)
            time.sleep(0.5)
            server.put([letter(2)])
            wait_until(lambda: woken() == 1)
            Mailbox.objects.update(is_active=False)
            wait_until(lambda: not any(one.name.startswith("mailbox-") for one in threading.enumerate()))
    assert not any(one.name == "mailboxes" for one in threading.enumerate())


def test_the_running_program_takes_mail_in_by_itself(tmp_path: Path) -> None:
    home = tmp_path / "home"
    connect = (
        "from kairos.accounts.models import User\n"
        "from kairos.mail.actions.mailboxes import connect_mailbox, create_mailbox\n"
        "ada = User.objects.create(name='Ada', email='ada@example.com', role='administrator')\n"
        "box = create_mailbox(values={{'name': 'Sales', 'kind': 'shared', 'since_on': None}}, by=ada)\n"
        "way = dict(host='127.0.0.1', port={port}, security='none', login='sales', inbox='INBOX', sent='')\n"
        "connect_mailbox(box, values=way, password='{password}', by=ada)\n"
    )

    def here() -> int:
        return len(list(home.glob("files/mail/*/*.eml")))

    with dovecot() as server, serving(home):
        server.put([letter(1)])
        kairos(home, "shell", "-c", connect.format(port=server.port, password=PASSWORD)).check_returncode()
        wait_until(lambda: here() == 1)
        wait_until(lambda: server.log.count("Login: user=<sales>") >= 3)
        server.put([letter(2)])
        wait_until(lambda: here() == 2)
