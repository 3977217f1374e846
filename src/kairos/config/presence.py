"""Which background workers are alive, so that the tasks of a killed one are taken up again.

Each worker holds a lock for as long as it lives and no longer: the operating system or PostgreSQL lets it go
when the process dies, however it dies. A running task whose worker's lock can be taken was left behind.
"""

import fcntl
import logging
import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

logger = logging.getLogger(__name__)
# A task that took this many workers down with it is not given to another.
MOST_ATTEMPTS = 3


class Presence:
    """Says "this worker lives" from entering to leaving, and finds the tasks of those that do not."""

    def __init__(self) -> None:
        self.worker_id = get_random_string(32)
        self._lock: FileLocks | ServerLocks = FileLocks() if connection.vendor == "sqlite" else ServerLocks()

    def __enter__(self) -> "Presence":
        self._lock.hold(self.worker_id)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()

    def free_tasks_of_the_dead(self) -> int:
        """Give running tasks of dead workers back; return how many. Tasks can be repeated by rule."""
        freed = 0
        for result in DBTaskResult.objects.running():
            worker = result.worker_ids[-1] if result.worker_ids else ""
            if worker != self.worker_id and not self._lock.is_held(worker):
                freed += self._free(result)
        return freed

    def _free(self, result: DBTaskResult[Any, Any]) -> int:
        # Conditional on what was seen: another worker may have freed and claimed it since.
        seen = DBTaskResult.objects.filter(
            pk=result.pk, status=TaskResultStatus.RUNNING, started_at=result.started_at
        )
        if len(result.worker_ids) >= MOST_ATTEMPTS:
            logger.error(
                "Task %s (%s) ended %d workers and is given up", result.pk, result.task_path, MOST_ATTEMPTS
            )
            return seen.update(
                status=TaskResultStatus.FAILED,
                finished_at=timezone.now(),
                exception_class_path="builtins.SystemExit",
                traceback=f"The worker died {MOST_ATTEMPTS} times while it ran this task.",
            )
        logger.warning("Task %s (%s) was left by a dead worker and runs again", result.pk, result.task_path)
        return seen.update(status=TaskResultStatus.READY, started_at=None)


class FileLocks:
    """Locks in the home directory, for the embedded database: all its workers are on this machine."""

    def __init__(self) -> None:
        self._directory = Path(settings.HOME) / "workers"
        self._file: IO[bytes] | None = None

    def hold(self, worker_id: str) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = self._path(worker_id).open("wb")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def release(self) -> None:
        if self._file is not None:
            Path(str(self._file.name)).unlink(missing_ok=True)
            self._file.close()

    def is_held(self, worker_id: str) -> bool:
        try:
            descriptor = os.open(self._path(worker_id), os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        with suppress(FileNotFoundError):
            self._path(worker_id).unlink()
        return False

    def _path(self, worker_id: str) -> Path:
        return self._directory / f"{worker_id}.lock"


class ServerLocks:
    """Advisory locks in PostgreSQL, on a connection of their own that lives as long as the worker."""

    def __init__(self) -> None:
        self._connection: Any = None

    def hold(self, worker_id: str) -> None:
        import psycopg

        params = connection.get_connection_params()
        params.pop("pool", None)
        allowed = {name: value for name, value in params.items() if name not in {"cursor_factory", "context"}}
        self._connection = psycopg.connect(**allowed, autocommit=True)
        self._connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [worker_id])

    def release(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def is_held(self, worker_id: str) -> bool:
        # Asked on our own connection: a lock taken here for the question is given back at once.
        question = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
        taken = self._connection.execute(question, [worker_id]).fetchone()[0]
        if taken:
            self._connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [worker_id])
        return not taken
