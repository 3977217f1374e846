"""Killing those who send mail: nobody gets two, and no mail is lost without a word."""

from pathlib import Path

from tests.mail_storm import storm


def test_workers_killed_in_a_mailing_send_nothing_twice_and_lose_nothing(tmp_path: Path) -> None:
    came = storm(tmp_path / "home", count=600, kills=3)
    assert max(came.taken.values()) == 1
    assert sum(came.states.values()) == 600
    assert set(came.states) <= {"sent", "unknown"}
    assert came.states["sent"] <= len(came.taken) <= 600
    assert came.states.get("unknown", 0) <= came.kills
