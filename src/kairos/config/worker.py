"""The background worker: takes tasks from the database one by one, and gives back those of dead workers."""

import logging
import threading

from django.db import close_old_connections, connections
from django.db.utils import DatabaseError
from django_tasks_db.management.commands.db_worker import Worker as TaskLoop
from django_tasks_db.models import DBTaskResult

from kairos.config.presence import Presence
from kairos.config.schedule import enqueue_what_is_due, standing_work

logger = logging.getLogger(__name__)
PAUSE = 0.5
ROUNDS_BETWEEN_CARE = 60


class Worker:
    """Runs until `stop`; a fault of the database is logged and waited out, never the end of the worker."""

    def __init__(self) -> None:
        self.presence = Presence()
        self._ending = threading.Event()
        self._loop: TaskLoop | None = None

    def stop(self) -> None:
        """Ask the worker to end after the task in hand."""
        self._ending.set()
        if self._loop is not None:
            self._loop.running = False

    def run(self) -> None:
        """Take tasks until asked to stop."""
        rounds = 0
        with self.presence, standing_work():
            while not self._ending.is_set():
                try:
                    close_old_connections()
                    if rounds % ROUNDS_BETWEEN_CARE == 0:
                        self.presence.free_tasks_of_the_dead()
                        enqueue_what_is_due()
                    self.run_waiting_tasks()
                except DatabaseError:
                    logger.exception("The background worker waits for the database")
                    self._ending.wait(5)
                rounds += 1
                self._ending.wait(PAUSE)
        connections.close_all()

    def run_waiting_tasks(self) -> None:
        """Run what waits; asking first without a lock keeps an idle worker from holding up writers."""
        if not DBTaskResult.objects.ready().exists():
            return
        self._loop = TaskLoop(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=self.presence.worker_id,
        )
        if not self._ending.is_set():
            self._loop.run()
