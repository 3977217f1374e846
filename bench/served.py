"""What is measured of a running server, through HTTP: how soon it answers, its memory, how much it serves."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REDIS = os.environ.get("BENCH_REDIS", "redis://127.0.0.1:6379/9")
LIST = "/opportunities?view=list"
CLIENTS = 8


@contextmanager
def serving(*, workers: int) -> Iterator[tuple[int, int]]:
    """Run `kairos serve` on the benchmark's database; gives its port and process."""
    port = _free_port()
    command = [sys.executable, "-m", "kairos.config.command", "serve", "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1] / "src")}
    if workers > 1:
        command += ["--workers", str(workers)]
        environment["KAIROS_REDIS_URL"] = REDIS
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def cold_start(cookie: str) -> dict[str, float]:
    """Seconds from the start of the program to its first whole page."""
    started = time.perf_counter()
    with serving(workers=1) as (port, _process):
        _wait(port, cookie)
        return {"seconds": round(time.perf_counter() - started, 2)}


def memory(cookie: str) -> dict[str, float]:
    """MiB that the server holds after two hundred pages: lists, boards, records, searches."""
    pages = [LIST, "/opportunities?view=board", "/commands?q=steel", "/contacts", "/opportunities/{n}"]
    with serving(workers=1) as (port, process):
        connection = _wait(port, cookie)
        for n in range(200):
            _get(connection, pages[n % len(pages)].format(n=n + 1), cookie)
        return {"mib": round(_resident(process), 1), "largest_mib": round(_resident(process, "VmHWM"), 1)}


def throughput(cookie: str, *, workers: int, seconds: float = 10) -> dict[str, float]:
    """List pages a second that the workers give to eight clients, each asking again as soon as it has its answer."""
    with serving(workers=workers) as (port, _process):
        _wait(port, cookie)
        _asked(port, cookie, 3)
        started = time.perf_counter()
        count = _asked(port, cookie, seconds)
        return {"per_second": round(count / (time.perf_counter() - started), 1)}


def _asked(port: int, cookie: str, seconds: float) -> int:
    counts = [0] * CLIENTS
    until = time.perf_counter() + seconds

    def ask(n: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.perf_counter() < until:
            _get(connection, LIST, cookie)
            counts[n] += 1

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts)


def _get(connection: http.client.HTTPConnection, path: str, cookie: str) -> None:
    connection.request("GET", path, headers={"Cookie": cookie, "Host": "localhost"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path} was answered by {answer.status}: {body[:200]!r}")


def _wait(port: int, cookie: str) -> http.client.HTTPConnection:
    """Until the first page is there."""
    for _ in range(3000):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            _get(connection, LIST, cookie)
            return connection
        except OSError:
            time.sleep(0.02)
    raise SystemExit("the server does not answer")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _resident(process: int, what: str = "VmRSS") -> float:
    """MiB in memory, of the process and of those it started."""
    total = 0.0
    for one in [process, *_children(process)]:
        found = re.search(rf"{what}:\s+(\d+) kB", Path(f"/proc/{one}/status").read_text())
        total += int(found[1]) / 1024 if found else 0
    return total


def _children(process: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True)
    return [int(pid) for pid in listed.stdout.split()]
