"""A real calendar server of the tests: Radicale in a process of its own, on its own port, and somebody's phone."""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from caldav.davclient import DAVClient

from kairos.calendars.dav.connection import Way
from tests.program import free_port

PASSWORD = "tr0ub4dor-and-a-horse"
PATIENCE = 30
CONFIGURATION = """\
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {home}/users
htpasswd_encryption = plain
delay = 0
[rights]
type = owner_only
[storage]
filesystem_folder = {home}/collections
[web]
type = none
[logging]
level = warning
"""


class Radicale:
    """A running server, on which `sam` and `tia` have accounts."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        (self.home / "configuration").write_text(CONFIGURATION.format(port=self.port, home=self.home))
        self.let_in(PASSWORD)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "radicale", "--config", str(self.home / "configuration")],
            stdout=(self.home / "log").open("ab"),
            stderr=subprocess.STDOUT,
        )
        for _ in range(PATIENCE * 20):
            with socket.socket() as found:
                if found.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError((self.home / "log").read_text())

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE)
            self._process = None

    def let_in(self, password: str) -> None:
        """This is everybody's password from now on."""
        (self.home / "users").write_text("".join(f"{name}:{password}\n" for name in ("sam", "tia")))

    def empty(self) -> None:
        """Nobody has a calendar any more."""
        for own in (self.home / "collections" / "collection-root").glob("*"):
            shutil.rmtree(own)
        self.let_in(PASSWORD)

    def way(self, login: str = "sam", **others: Any) -> Way:
        plain = {"url": self.address, "login": login, "password": PASSWORD, "may_be_inside": True}
        return Way(**{**plain, **others})

    def put_file(self, calendar: str, name: str, text: str) -> None:
        """What the server would refuse, laid where it keeps its files."""
        (self.home / "collections" / "collection-root" / "sam" / calendar / name).write_text(text)


class Phone:
    """A person's other calendar program, by the plain client."""

    def __init__(self, server: Radicale, login: str = "sam") -> None:
        self.client: Any = DAVClient(
            url=server.address, username=login, password=PASSWORD, enable_rfc6764=False
        )
        self.principal: Any = self.client.principal()

    def make(self, name: str = "Work") -> Any:
        return self.principal.make_calendar(name=name, cal_id=name.lower())

    def calendar(self, name: str = "Work") -> Any:
        return next(one for one in self.principal.get_calendars() if one.get_display_name() == name)

    def add(self, *lines: str, uid: str = "lunch@phone", calendar: str = "Work") -> None:
        self.calendar(calendar).add_event(event(*lines, uid=uid))

    def event(self, uid: str, calendar: str = "Work") -> Any:
        return self.calendar(calendar).get_event_by_uid(uid)

    def change(self, uid: str, *, calendar: str = "Work", **lines: Any) -> None:
        """Write these lines of an event anew, as a program does."""
        found = self.event(uid, calendar)
        component = found.icalendar_instance.walk("VEVENT")[0]
        for name, value in lines.items():
            component.pop(name, None)
            if value is not None:
                component.add(name, value)
        found.save()

    def delete(self, uid: str, calendar: str = "Work") -> None:
        self.event(uid, calendar).delete()

    def titles(self, calendar: str = "Work") -> list[str]:
        found = [one.icalendar_instance.walk("VEVENT")[0] for one in self.calendar(calendar).get_events()]
        return sorted(str(one.get("SUMMARY", "")) for one in found)


def event(*lines: str, uid: str = "lunch@phone") -> str:
    """An event with these lines; a lunch on 5 January 2027 where they do not say otherwise."""
    given = list(lines)
    names = {line.replace(":", ";").split(";")[0] for line in given}
    if "DTSTART" not in names:
        given += ["DTSTART:20270105T120000Z", "DTEND:20270105T130000Z"]
    if "SUMMARY" not in names:
        given.append("SUMMARY:Lunch")
    body = ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20270101T000000Z", *given, "END:VEVENT"]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Phone//EN", *body, "END:VCALENDAR", ""])


@contextmanager
def radicale() -> Iterator[Radicale]:
    """A server that runs for a while."""
    home = Path(tempfile.mkdtemp(prefix="kairos-caldav-"))
    server = Radicale(home)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
