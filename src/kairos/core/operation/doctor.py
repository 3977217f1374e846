"""What must be right for the program to work and to keep what it is told."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max
from django.db.utils import DatabaseError

from kairos.core.models import ChangeSet
from kairos.core.slots import Slot

OK, WARN, FAIL = "ok", "warn", "fail"
SAFE_SQLITE = (3, 51, 3)
OLDEST_POSTGRESQL = 15
LITTLE_DISK, NO_DISK = 2**30, 100 * 2**20
CLOCK_TOLERANCE = 2.0


@dataclass(frozen=True)
class Finding:
    """The outcome of one check: ok, warn or fail, about what, and a sentence."""

    level: str
    subject: str
    sentence: str


class Check:
    """What an app looks at. It is asked when the database answers and has its present shape."""

    def findings(self) -> Iterator[Finding]:
        raise NotImplementedError


CHECKS: Slot[Check] = Slot("core.checks", accepts=Check)


def examine() -> Iterator[Finding]:
    """Run every check; those about the database only where it answers."""
    yield check_home()
    yield check_disk()
    yield check_redis()
    yield check_address()
    yield check_front_end()
    try:
        connection.ensure_connection()
    except DatabaseError as fault:
        yield Finding(FAIL, "database", f"does not answer: {str(fault).strip()}")
        return
    yield from check_sqlite() if connection.vendor == "sqlite" else check_postgresql()
    migrations = check_migrations()
    yield migrations
    if migrations.level == OK:
        yield check_clock()
        for check in CHECKS.contributions():
            yield from check.findings()


def check_home() -> Finding:
    """The home directory can be written and is closed to other users."""
    home = Path(settings.HOME)
    try:
        with tempfile.NamedTemporaryFile(dir=home):
            pass
    except OSError as fault:
        return Finding(FAIL, "home", f"{home} cannot be written: {fault.strerror}")
    if os.name == "posix" and home.stat().st_mode & 0o007:
        return Finding(WARN, "home", f"{home} can be read by other users; chmod 700 closes it")
    return Finding(OK, "home", f"{home} can be written")


def check_disk() -> Finding:
    """Enough disk is free for the database to grow."""
    free = shutil.disk_usage(settings.HOME).free
    sentence = f"{free / 2**30:.1f} GiB free"
    if free < NO_DISK:
        return Finding(FAIL, "disk", sentence)
    return Finding(WARN if free < LITTLE_DISK else OK, "disk", sentence)


def check_redis() -> Finding:
    """Redis answers, where one is named."""
    if not settings.REDIS_URL:
        return Finding(OK, "redis", "not used; live updates stay in one process")
    import redis

    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3, socket_connect_timeout=3) as client:
            version = client.info("server")["redis_version"]
    except redis.RedisError as fault:
        return Finding(FAIL, "redis", f"does not answer: {fault}")
    return Finding(OK, "redis", f"version {version} answers")


def check_address() -> Finding:
    """The public address is encrypted, unless it is this machine itself."""
    address = settings.PUBLIC_URL
    if address.startswith("https://") and not settings.PROXIES:
        return Finding(
            WARN, "address", f"{address}, but KAIROS_PROXIES is 0, so nobody is sent from http to https"
        )
    if address.startswith("https://"):
        return Finding(OK, "address", address)
    if any(name in address for name in ("//localhost", "//127.0.0.1", "//[::1]")):
        return Finding(OK, "address", f"{address}, for this machine only")
    return Finding(WARN, "address", f"{address} is not encrypted; passwords can be read on the way")


def check_front_end() -> Finding:
    """The styles and scripts are built."""
    dist = Path(__file__).resolve().parents[2] / "static" / "dist"
    if (dist / "manifest.json").is_file():
        return Finding(OK, "front-end", "built")
    return Finding(FAIL, "front-end", "not built; run bin/setup")


def check_sqlite() -> Iterator[Finding]:
    """The embedded database is a safe SQLite that keeps what it confirmed and honours foreign keys."""
    version = str(_ask("SELECT sqlite_version()"))
    safe = tuple(int(part) for part in version.split(".")) >= SAFE_SQLITE
    yield Finding(OK if safe else FAIL, "sqlite", f"version {version}")
    for pragma, wanted, meaning in (
        ("journal_mode", "wal", "readers and writers do not wait for each other"),
        ("synchronous", 2, "a confirmed change survives a power cut"),
        ("foreign_keys", 1, "references are checked"),
    ):
        found = _ask(f"PRAGMA {pragma}")
        right = found == wanted
        yield Finding(
            OK if right else FAIL,
            f"sqlite {pragma}",
            f"{found}: {meaning}" if right else f"{found}, not {wanted}",
        )
    yield _check_integrity()


def _check_integrity() -> Finding:
    answer = _ask("PRAGMA quick_check(1)")
    return Finding(
        OK if answer == "ok" else FAIL, "sqlite file", f"{settings.DATABASES['default']['NAME']}: {answer}"
    )


def check_postgresql() -> Iterator[Finding]:
    """The server is new enough and its clock agrees with this machine's."""
    number = int(str(_ask("SHOW server_version_num")))
    level = OK if number // 10_000 >= OLDEST_POSTGRESQL else FAIL
    yield Finding(level, "postgresql", f"version {_ask('SHOW server_version')}")
    before = datetime.now(UTC)
    apart = abs((_ask("SELECT clock_timestamp()") - before).total_seconds())
    level = OK if apart <= CLOCK_TOLERANCE else FAIL
    yield Finding(level, "postgresql clock", f"{apart:.1f} s apart from this machine's")


def check_migrations() -> Finding:
    """The database has the shape that this version of the program expects."""
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        return Finding(FAIL, "migrations", f"{waiting} steps wait; bin/kairos migrate takes them")
    return Finding(OK, "migrations", "the database is up to date")


def check_clock() -> Finding:
    """The clock has not gone back: no recorded change lies in the future."""
    newest = ChangeSet.objects.aggregate(newest=Max("at"))["newest"]
    ahead = (newest - datetime.now(UTC)).total_seconds() if newest else 0
    if ahead > CLOCK_TOLERANCE:
        return Finding(
            FAIL, "clock", f"the newest change was recorded {ahead:.0f} s from now; the clock went back"
        )
    return Finding(OK, "clock", datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"))


def _ask(question: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]
