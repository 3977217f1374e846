"""A mailing while workers are killed: what was sent is what the server has taken, each once at most."""

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from tests.program import ROOT, environment, free_port, kairos

SETUP = "import datetime as dt, time, django; django.setup(); "
FILL = SETUP + (
    "from django.db import transaction; from kairos.mail.actions.outbox import queue_mail\n"
    "with transaction.atomic():\n"
    "    for number in range({count}):\n"
    "        queue_mail(to=f'p{{number}}@example.com', subject='News', text='Good day', by=None, is_bulk=True)\n"
)
# As the worker does, with a short lease, until nothing is waiting or in hand.
WORK = SETUP + (
    "from kairos.mail import delivery; from kairos.mail.models import OutgoingMail\n"
    "delivery.LEASE = dt.timedelta(seconds=2)\n"
    "while OutgoingMail.objects.filter(state__in=('queued', 'claimed', 'handover')).exists():\n"
    "    delivery.deliver_due(); time.sleep(0.05)\n"
)
COUNT = SETUP + (
    "import json; from django.db.models import Count; from kairos.mail.models import OutgoingMail\n"
    "print(json.dumps(dict(OutgoingMail.objects.values_list('state').annotate(Count('pk')))))"
)


@dataclass(frozen=True)
class Storm:
    """What came of it: how often the server took the mail of each address, and what the outbox says."""

    taken: Counter[str]
    states: dict[str, int]
    kills: int
    seconds: float


class _Sink:
    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.taken.update(envelope.rcpt_tos)
        return "250 OK"


def storm(home: Path, *, count: int, kills: int, **settings: str) -> Storm:
    """Send `count` mails with two workers, one of which is killed every 0.3 to 0.9 s."""
    import json

    sink, dice = _Sink(), random.Random(7)
    with _listening(sink) as port:
        given = {"MAIL_URL": f"smtp://127.0.0.1:{port}", **settings}
        kairos(home, "migrate", **given).check_returncode()
        _python(FILL.format(count=count), home, given).wait()
        started, killed = time.monotonic(), 0
        workers = [_python(WORK, home, given) for _number in range(2)]
        while killed < kills and all(worker.poll() is None for worker in workers):
            time.sleep(dice.uniform(0.3, 0.9))
            place = dice.randrange(2)
            workers[place].kill()
            workers[place].wait()
            workers[place] = _python(WORK, home, given)
            killed += 1
        for worker in workers:
            worker.wait()
        seconds = time.monotonic() - started
        counted = subprocess.run(
            [sys.executable, "-c", COUNT],
            env=_environment(home, given),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    return Storm(sink.taken, json.loads(counted.stdout), killed, seconds)


@contextmanager
def _listening(sink: _Sink) -> Iterator[int]:
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def _environment(home: Path, settings: dict[str, str]) -> dict[str, str]:
    return environment(home, **settings) | {"DJANGO_SETTINGS_MODULE": "kairos.config.settings"}


def _python(program: str, home: Path, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", program], env=_environment(home, settings), cwd=ROOT)
