"""`kairos worker`: background work in a process of its own."""

import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from kairos.config.worker import Worker


class Command(BaseCommand):
    """Run background tasks until told to stop; the task in hand is finished first."""

    help = "Run background work in a process of its own; as many as you like with PostgreSQL."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until interrupted or terminated."""
        worker = Worker()

        def stop(number: int, frame: FrameType | None) -> None:
            worker.stop()

        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)
        worker.run()
