"""The files of an import beside the database: the spreadsheet itself, how far it is, whether it shall stop.

An import is one transaction, and the embedded database has one writer: nobody could see or write progress in a table
while it runs. So it stands in a small file next to the spreadsheet, which every process of the house can read. A lock
on a third file tells that somebody works on the import; the operating system lets it go when that process dies.
"""

import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from kairos.core.tables import TableError
from kairos.core.tables.errors import FileTooLarge

LARGEST = 50 * 2**20


class Busy(Exception):
    """Another process works on this import."""


def folder() -> Path:
    """Where imports lie, closed to other users of the machine."""
    found = Path(settings.MEDIA_ROOT) / "imports"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def store_file(pieces: Iterable[bytes]) -> str:
    """Keep an uploaded file under a random name, which is returned. Raises `FileTooLarge` (a `TableError`)."""
    name, size = f"{secrets.token_hex(16)}.table", 0
    path = folder() / name
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece in pieces:
                size += len(piece)
                if size > LARGEST:
                    raise FileTooLarge(size=-(-size // 10**6), limit=LARGEST // 2**20)
                file.write(piece)
    except TableError:
        path.unlink(missing_ok=True)
        raise
    return name


def path_of(name: str) -> Path:
    """The stored spreadsheet; only names that `store_file` gave lead anywhere."""
    return folder() / Path(name).name


def remove_files(name: str) -> None:
    for path in (path_of(name), *(_beside(name, kind) for kind in ("progress", "stop", "lock"))):
        path.unlink(missing_ok=True)


def _beside(name: str, kind: str) -> Path:
    return path_of(name).with_suffix(f".{kind}")


def tell_progress(name: str, **progress: Any) -> None:
    """Replace what is known of the progress, whole at any moment."""
    aside = _beside(name, f"progress-{os.getpid()}")
    aside.write_text(json.dumps(progress | {"at": time.time()}))
    aside.replace(_beside(name, "progress"))


def progress_of(name: str) -> dict[str, Any]:
    """What was last told; empty before the first word."""
    try:
        found = json.loads(_beside(name, "progress").read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def ask_to_stop(name: str) -> None:
    _beside(name, "stop").touch(mode=0o600)


def shall_stop(name: str) -> bool:
    return _beside(name, "stop").exists()


def forget_progress(name: str) -> None:
    """A fresh start: no progress, no wish to stop."""
    for kind in ("progress", "stop"):
        _beside(name, kind).unlink(missing_ok=True)


@contextmanager
def working_on(name: str) -> Iterator[None]:
    """While inside, nobody else works on this import. Raises `Busy`."""
    with _beside(name, "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Busy from error
        yield


def is_worked_on(name: str) -> bool:
    """Whether a living process holds the lock."""
    try:
        with working_on(name):
            return False
    except Busy:
        return True
