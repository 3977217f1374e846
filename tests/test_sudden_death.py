"""kill -9 in the middle: nothing half done stays, and the same command does the whole thing afterwards."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from tests.program import ROOT, environment, kairos

ROWS = 8_000
COUNT = (
    "from kairos.core.models import FieldChange, SearchEntry; from kairos.contacts.models import Contact; "
    "print('LEFT', Contact.objects.count(), FieldChange.objects.filter(record_type='contact').count(), "
    "SearchEntry.objects.filter(record_type='contact').count())"
)


def left(home: Path) -> str:
    said = kairos(home, "shell", "-c", COUNT).stdout
    return next(line for line in said.splitlines() if line.startswith("LEFT"))


def test_an_import_that_is_killed_leaves_nothing_and_can_be_done_again(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "people.csv"
    lines = [f"P{n},Person {n},p{n}@example.com" for n in range(ROWS)]
    file.write_text("\n".join(["External ID,Name,E-mail", *lines]))
    assert kairos(home, "import", "tags", str(_tags(tmp_path))).returncode == 0

    process = subprocess.Popen(
        [sys.executable, "-m", "kairos.config.command", "import", "contacts", str(file), "--json"],
        env=environment(home),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _wait_until_it_writes(home)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL

    assert left(home) == "LEFT 0 0 0"
    again = kairos(home, "import", "contacts", str(file), "--json")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["created"] == ROWS
    assert left(home) == f"LEFT {ROWS} {ROWS} {ROWS}"


def _tags(folder: Path) -> Path:
    """A small file first, so that what is killed is an import and not the making of the database."""
    path = folder / "tags.csv"
    path.write_text("Name\nFair\n")
    return path


def _wait_until_it_writes(home: Path) -> None:
    """Until its transaction has been open for a moment: nobody else can begin to write."""
    seen = 0
    for _ in range(1500):
        seen = seen + 1 if _is_locked(home) else 0
        if seen > 10:
            return
        time.sleep(0.02)
    raise AssertionError("the import never began to write")


def _is_locked(home: Path) -> bool:
    database = sqlite3.connect(home / "kairos.sqlite3", timeout=0, isolation_level=None)
    try:
        database.execute("BEGIN IMMEDIATE")
        database.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return True
    finally:
        database.close()
    return False
