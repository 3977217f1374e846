"""One file that holds everything: the database, uploaded files and the secrets; and the way back."""

import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

MANIFEST, SQLITE, POSTGRESQL = "manifest.json", "database.sqlite3", "database.dump"
FOLDERS = ("files", "secrets")


class BackupRefused(Exception):
    """A backup that cannot be made or used; `str()` is a sentence for the person at the keyboard."""


def back_up(target: Path) -> dict[str, Any]:
    """Write everything into one archive while the program runs, and return what it says of itself.

    The database is copied as of one moment; files are only ever added by the program, so those of that moment are in.
    The archive appears whole or not at all, and only its owner can read it: it holds the secret key.
    """
    if target.exists():
        raise BackupRefused(f"{target} is there already; a backup does not overwrite.")
    if not target.parent.is_dir():
        raise BackupRefused(f"There is no directory {target.parent}.")
    manifest = {
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "database": connection.vendor,
        "migrations": _migrations(),
    }
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        (Path(folder) / MANIFEST).write_text(json.dumps(manifest, indent=1))
        _dump(Path(folder))
        aside = Path(folder) / "archive.tar.gz"
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive:
                for name in (MANIFEST, SQLITE, POSTGRESQL):
                    if (Path(folder) / name).exists():
                        archive.add(Path(folder) / name, name)
                for name in FOLDERS:
                    if (settings.HOME / name).is_dir():
                        archive.add(settings.HOME / name, name)
            file.flush()
            os.fsync(file.fileno())
        os.link(aside, target)
    return manifest


def restore(source: Path, *, replace: bool = False) -> dict[str, Any]:
    """Put an archive's database, files and secrets in the place of the present ones.

    Where there are records already it is refused unless `replace` is given. The database changes in one transaction, so
    a failure leaves the old one. The archive must come from the same kind of database.
    """
    with _unpacked(source) as folder:
        try:
            manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        except (OSError, ValueError) as error:
            raise BackupRefused(f"{source} is not a backup of Kairos.") from error
        if manifest.get("database") != connection.vendor:
            raise BackupRefused(
                f"This backup is of {manifest.get('database')}; the present database is {connection.vendor}."
            )
        if not replace and _holds_records():
            raise BackupRefused(
                "There are records here already. Add --replace to put the backup in their place."
            )
        _load(folder)
        for name in FOLDERS:
            if (folder / name).is_dir():
                _replace_folder(folder / name, settings.HOME / name)
    return manifest


def _migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _holds_records() -> bool:
    from kairos.core.models import ChangeSet

    tables = connection.introspection.table_names()
    return ChangeSet._meta.db_table in tables and ChangeSet.objects.exists()


def _dump(folder: Path) -> None:
    if connection.vendor == "postgresql":
        _run("pg_dump", "--format=custom", f"--file={folder / POSTGRESQL}", "--no-owner", "--no-privileges")
        return
    connection.ensure_connection()
    copy = sqlite3.connect(folder / SQLITE)
    try:
        connection.connection.backup(copy)
    finally:
        copy.close()


def _load(folder: Path) -> None:
    if connection.vendor == "postgresql":
        name = str(connection.settings_dict["NAME"])
        options = ("--clean", "--if-exists", "--single-transaction", "--no-owner", "--no-privileges")
        _run("pg_restore", *options, f"--dbname={name}", str(folder / POSTGRESQL))
        return
    copy = sqlite3.connect(folder / SQLITE)
    try:
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupRefused("The database in this backup is damaged.")
        connection.ensure_connection()
        copy.backup(connection.connection)
    except sqlite3.DatabaseError as error:
        raise BackupRefused("The database in this backup is damaged.") from error
    finally:
        copy.close()


def _run(program: str, *arguments: str) -> None:
    """A program of PostgreSQL's, told by its environment which database is meant, so that no password shows."""
    found = shutil.which(program)
    if found is None:
        raise BackupRefused(f"{program} is not installed; it comes with PostgreSQL's client programs.")
    database = connection.settings_dict
    variables = {
        "PGHOST": database["HOST"],
        "PGPORT": database["PORT"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGDATABASE": database["NAME"],
    }
    connection.close()
    done = subprocess.run(  # noqa: S603
        [found, *arguments],
        env=os.environ | {name: str(value) for name, value in variables.items() if value},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise BackupRefused(f"{program} failed: {done.stderr.strip().splitlines()[-1]}")


@contextmanager
def _unpacked(source: Path) -> Iterator[Path]:
    if not source.is_file():
        raise BackupRefused(f"There is no file {source}.")
    with tempfile.TemporaryDirectory(dir=settings.HOME, prefix=".restore-") as folder:
        try:
            with tarfile.open(source, "r:gz") as archive:
                archive.extractall(folder, filter="data")
        except (tarfile.TarError, EOFError, OSError) as error:
            raise BackupRefused(f"{source} is not a backup of Kairos, or it is damaged.") from error
        yield Path(folder)


def _replace_folder(new: Path, present: Path) -> None:
    """The old folder goes only when the new one is in its place."""
    aside = present.with_name(f".{present.name}-before")
    shutil.rmtree(aside, ignore_errors=True)
    if present.exists():
        present.rename(aside)
    new.rename(present)
    present.chmod(0o700)
    shutil.rmtree(aside, ignore_errors=True)
