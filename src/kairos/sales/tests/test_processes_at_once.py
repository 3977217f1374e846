"""Twenty processes send forms about the same quotation to the running program in the same moment."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from tests.program import ROOT, Running, kairos, serving

RACE = ROOT / "src/kairos/sales/tests/race.py"
Form = tuple[str, dict[str, str]]


@contextmanager
def database_of_its_own() -> Iterator[dict[str, str]]:
    """The setting of an empty database on the server the tests run on; none where that is the embedded one."""
    if connection.vendor != "postgresql":
        yield {}
        return
    address = os.environ["KAIROS_DATABASE_URL"].rpartition("/")[0]
    name = sql.Identifier(f"kairos_at_once_{os.getpid()}")
    with psycopg.connect(f"{address}/postgres", autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield {"DATABASE_URL": f"{address}/kairos_at_once_{os.getpid()}"}
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def in_house(home: Path, name: str, settings: dict[str, str]) -> Any:
    """What a function of `race` prints of the house."""
    done = kairos(home, "shell", "-c", f"from kairos.sales.tests.race import {name}; {name}()", **settings)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.partition("HOUSE ")[2])


def send_at_once(server: Running, cookies: str, forms: list[Form]) -> list[int]:
    """Send each form from a process of its own; their statuses in the same order."""
    moment = str(time.time() + 0.5 + len(forms) * 0.08)
    processes = [
        subprocess.Popen(
            [sys.executable, RACE, str(server.port), moment, path, cookies, json.dumps(form)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for path, form in forms
    ]
    return [int(process.communicate(timeout=120)[0]) for process in processes]


def answers_to(one: dict[str, Any]) -> list[Form]:
    """Eight sign, two decline, five in the house confirm and five revise."""
    url, portal = f"/quotations/{one['pk']}/do", f"/q/{one['token']}"
    answer = {"name": "Eve", "agreed": "1", "language": "en", "seen": one["seen"]}
    return [
        *[(f"{portal}/accept", answer)] * 8,
        *[(f"{portal}/decline", {"name": "Eve", "reason": "Too dear"})] * 2,
        *[(f"{url}/confirm", {"key": f"confirm-{number}"}) for number in range(5)],
        *[(f"{url}/revise", {"key": f"revise-{number}"}) for number in range(5)],
    ]


def twice(path: str, **form: str) -> list[Form]:
    """Ten forms, each sent twice."""
    return [(path, {"key": f"{path[-9:]}-{number // 2}", **form}) for number in range(20)]


def test_of_twenty_processes_at_once_one_wins_and_each_form_is_taken_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with database_of_its_own() as settings, serving(home, **settings) as server:
        known = in_house(home, "found_house", settings)
        sent = [one["pk"] for one in known["quotations"]]
        for one in known["quotations"]:
            statuses = send_at_once(server, known["cookies"], answers_to(one))
            assert max(statuses) < 500, (statuses, server.output)
        statuses = send_at_once(server, known["cookies"], twice(f"/opportunities/{known['deal']}/quote"))
        statuses += send_at_once(server, known["cookies"], twice(f"/quotations/{sent[-1]}/do/duplicate"))
        assert max(statuses) < 400, (statuses, server.output)
        drafts = in_house(home, "count_house", settings)["drafts"]
        lines = twice(f"/quotations/{drafts[-1]}/lines", description="Anvil")
        assert set(send_at_once(server, known["cookies"], lines)) == {200}
        found = in_house(home, "count_house", settings)
        assert "Traceback" not in server.output
    check_answers(found, sent)
    first_versions = [one["sequence"] for one in found["quotations"] if one["revision"] == 1]
    assert (first_versions, found["sequence"]) == (list(range(1, 23)), [22])
    assert [one["lines"] for one in found["quotations"] if one["pk"] == drafts[-1]] == [11]


def check_answers(found: dict[str, Any], sent: list[int]) -> None:
    """Each quotation left the state "sent" once, and everything else tells of that."""
    rows = [one for one in found["quotations"] if one["pk"] in sent]
    assert sorted(found["left_sent"]) == [[one["pk"], one["state"]] for one in rows]
    for one in rows:
        is_ordered = one["state"] == "confirmed"
        assert (one["invoicing"] == "due", one["confirmed_at"]) == (is_ordered, is_ordered), one
        assert one["cancelled_at"] == (one["state"] == "cancelled"), one
    states = Counter(one["state"] for one in rows)
    assert found["confirmed_events"] == states["confirmed"]
    assert sum(one["revision"] == 2 for one in found["quotations"]) == states["replaced"]
    answered = dict(found["answers"])
    assert len(answered) == len(found["answers"])
    for one in rows:
        by_customer = {"accepted": "confirmed", "declined": "cancelled"}.get(answered.get(one["pk"], ""))
        assert by_customer in (None, one["state"])
    assert found["papers"] == 2 * list(answered.values()).count("accepted")
