"""Background work: nothing that was asked for is lost, whoever dies."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from kairos.config.presence import MOST_ATTEMPTS, Presence
from kairos.config.schedule import SCHEDULE, enqueue_what_is_due
from kairos.config.worker import Worker
from tests.program import ROOT, environment

IN_DATABASE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
HOUSEKEEPING = "kairos.config.tasks.forget_expired_sessions"
pytestmark = pytest.mark.django_db(transaction=True)


def waiting(**fields: Any) -> DBTaskResult[Any, Any]:
    """Put the housekeeping task into the queue."""
    given = {
        "task_path": HOUSEKEEPING,
        "args_kwargs": {"args": [], "kwargs": {}},
        "backend_name": "default",
        "queue_name": "default",
        "run_after": timezone.now(),
    }
    return DBTaskResult.objects.create(**given | fields)


def expired_session() -> Session:
    return Session.objects.create(
        session_key="old", session_data="", expire_date=timezone.now() - timedelta(days=1)
    )


def test_a_waiting_task_is_run(settings: Any) -> None:
    settings.TASKS = IN_DATABASE
    expired_session()
    task = waiting()
    with Presence():
        Worker().run_waiting_tasks()
    task.refresh_from_db()
    assert task.status == TaskResultStatus.SUCCESSFUL
    assert not Session.objects.exists()


def test_a_task_of_a_living_worker_is_left_to_it() -> None:
    with Presence() as other, Presence() as me:
        task = waiting(
            status=TaskResultStatus.RUNNING, worker_ids=[other.worker_id], started_at=timezone.now()
        )
        assert me.free_tasks_of_the_dead() == 0
        task.refresh_from_db()
        assert task.status == TaskResultStatus.RUNNING


def test_a_task_of_a_dead_worker_waits_again() -> None:
    with Presence() as dead:
        task = waiting(
            status=TaskResultStatus.RUNNING, worker_ids=[dead.worker_id], started_at=timezone.now()
        )
    with Presence() as me:
        assert me.free_tasks_of_the_dead() == 1
    task.refresh_from_db()
    assert task.status == TaskResultStatus.READY


def test_a_task_that_kills_every_worker_is_given_up() -> None:
    dead = [f"dead-{number}" for number in range(MOST_ATTEMPTS)]
    task = waiting(status=TaskResultStatus.RUNNING, worker_ids=dead, started_at=timezone.now())
    with Presence() as me:
        me.free_tasks_of_the_dead()
    task.refresh_from_db()
    assert task.status == TaskResultStatus.FAILED
    assert task.traceback == "The worker died 3 times while it ran this task."


def test_a_killed_worker_is_known_to_be_dead() -> None:
    """The lock goes with the process, even when nothing of it could tidy up."""
    name, user, host = (connection.settings_dict[part] for part in ("NAME", "USER", "HOST"))
    url = f"sqlite:///{name}" if connection.vendor == "sqlite" else f"postgresql://{user}@{host}/{name}"
    program = (
        "import django; django.setup()\n"
        "from kairos.config.presence import Presence\n"
        "import time\n"
        "with Presence() as me: print(me.worker_id, flush=True); time.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        env=environment(Path(settings.HOME), DATABASE_URL=url)
        | {"DJANGO_SETTINGS_MODULE": "kairos.config.settings", "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    worker_id = process.stdout.readline().strip()
    task = waiting(status=TaskResultStatus.RUNNING, worker_ids=[worker_id], started_at=timezone.now())
    with Presence() as me:
        assert me.free_tasks_of_the_dead() == 0
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        for _ in range(50):
            if me.free_tasks_of_the_dead():
                break
            time.sleep(0.1)
    task.refresh_from_db()
    assert task.status == TaskResultStatus.READY


def test_recurring_work_is_enqueued_when_it_is_due_and_not_before(settings: Any) -> None:
    settings.TASKS = IN_DATABASE
    enqueue_what_is_due()
    enqueue_what_is_due()
    assert DBTaskResult.objects.count() == len(SCHEDULE)
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(hours=25))
    enqueue_what_is_due()
    assert DBTaskResult.objects.count() == 2 * len(SCHEDULE)
