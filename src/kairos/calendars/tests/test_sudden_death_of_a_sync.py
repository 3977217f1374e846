"""Whoever is killed in the middle has lost nothing and doubled nothing, on either side."""

import datetime as dt
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kairos.calendars.tests.radicale import PASSWORD, Phone, Radicale, event
from tests.program import ROOT, environment, kairos

DJANGO = {"DJANGO_SETTINGS_MODULE": "kairos.config.settings", "PYTHONPATH": str(ROOT / "src")}
SETUP = "import django; django.setup()\n"
EVENTS = 80
CONNECT = SETUP + (
    "import datetime as dt\n"
    "from kairos.accounts.models import User\n"
    "from kairos.activities.actions.activities import plan_activity\n"
    "from kairos.calendars.actions.accounts import choose_calendars, connect_account, create_account\n"
    "from kairos.calendars.dav.server import Found\n"
    "from kairos.calendars.models import RemoteCalendar\n"
    "ada = User.objects.create(name='Ada', email='ada@example.com', role='administrator')\n"
    "way = dict(url='{address}', login='sam')\n"
    "account = create_account(values={{'name': 'Phone'}}, by=ada)\n"
    "found = [Found('{address}sam/work/', 'Work')]\n"
    "connect_account(account, values=way, password='{password}', found=found, by=ada)\n"
    "work = RemoteCalendar.objects.get().pk\n"
    "choose_calendars(account, uses={{work: 'meetings'}}, written=work, by=ada)\n"
    "day = dt.datetime.now(dt.UTC) + dt.timedelta(days=3)\n"
    "for number in range({count}): plan_activity(by=ada, summary=f'Ours {{number}}', starts_at=day)\n"
)
SYNC = SETUP + (
    "from kairos.calendars.models import CalendarAccount\n"
    "from kairos.calendars.syncing.account import sync_account\n"
    "while sync_account(CalendarAccount.objects.select_related('state', 'owner').get()): pass\n"
)
COUNT = SETUP + (
    "from kairos.activities.models import Activity\n"
    "from kairos.calendars.models import AccountState, RemoteEvent\n"
    "linked = RemoteEvent.objects.filter(outcome='meeting', failure='').exclude(etag='')\n"
    "trouble = AccountState.objects.get().trouble\n"
    "print(Activity.objects.count(), RemoteEvent.objects.count(), linked.count(), repr(trouble))"
)


def python(home: Path, code: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment(home, LOG_LEVEL="error") | DJANGO,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("seed", [7])
def test_after_kill_9_at_any_moment_both_sides_have_each_event_once(
    server: Radicale, phone: Phone, tmp_path: Path, seed: int
) -> None:
    home = tmp_path / "home"
    kairos(home, "migrate").check_returncode()
    day = dt.datetime.now(dt.UTC) + dt.timedelta(days=4)
    for number in range(EVENTS):
        lines = (f"DTSTART:{day:%Y%m%d}T100000Z", f"DTEND:{day:%Y%m%d}T110000Z", f"SUMMARY:Theirs {number}")
        server.put_file("work", f"{number}.ics", event(*lines, uid=f"theirs-{number}"))
    code = CONNECT.format(address=server.address, password=PASSWORD, count=EVENTS)
    assert python(home, code).wait() == 0
    dice = random.Random(seed)
    for _ in range(4):
        syncing = python(home, SYNC)
        time.sleep(2.0 + dice.random() * 1.5)
        syncing.kill()
        syncing.wait()
    for _ in range(2):
        assert python(home, SYNC).wait() == 0
    counted = python(home, COUNT).communicate()[0].split()
    assert counted == [str(2 * EVENTS)] * 3 + ["''"]
    titles = phone.titles()
    assert (len(titles), len(set(titles))) == (2 * EVENTS, 2 * EVENTS)
