"""The program as its user meets it: commands in their own process, with their own home directory."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 600


def environment(home: Path, **settings: str) -> dict[str, str]:
    """Give the environment of a fresh installation in `home`, with KAIROS_* settings named without prefix."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("KAIROS_", "DJANGO_"))}
    return own | {"KAIROS_HOME": str(home)} | {f"KAIROS_{name}": value for name, value in settings.items()}


def kairos(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "kairos.config.command", *arguments],
        env=environment(home, **settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def free_port() -> int:
    """Give a port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Running:
    """A server in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]", port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self.log = log

    @property
    def output(self) -> str:
        return self.log.read_text()

    def address(self, path: str = "") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def wait_until_it_answers(self) -> None:
        for _ in range(PATIENCE * 20):
            try:
                with urlopen(self.address("/live"), timeout=5):
                    return
            except (URLError, OSError):
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
        raise AssertionError(f"the server does not answer:\n{self.output}")

    def wait_for(self, pattern: str) -> str:
        for _ in range(PATIENCE * 20):
            if found := re.search(pattern, self.output):
                return found[0]
            time.sleep(0.05)
        raise AssertionError(f"{pattern!r} was not said:\n{self.output}")


@contextmanager
def serving(home: Path, *arguments: str, **settings: str) -> Iterator[Running]:
    """Run the server for a while."""
    port = free_port()
    log = home.with_suffix(".log")
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "kairos.config.command", "serve", "--port", str(port), *arguments],
            env=environment(home, **settings),
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    running = Running(process, port, log)
    try:
        running.wait_until_it_answers()
        yield running
    finally:
        process.terminate()
        process.wait(PATIENCE)
