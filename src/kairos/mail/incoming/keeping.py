"""The mails themselves, as files beside the database: whole, closed to others, and there before their row is."""

import os
import secrets
from pathlib import Path

from django.conf import settings


def keep(digest: str, raw: bytes) -> None:
    """Write a mail under its digest; after a crash there is all of it or nothing."""
    path = path_of(digest)
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f"{digest}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def kept(digest: str) -> bytes:
    """The mail as it came; raises `FileNotFoundError` where somebody has taken it away."""
    return path_of(digest).read_bytes()


def path_of(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "mail" / digest[:2] / f"{digest}.eml"
