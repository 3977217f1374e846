"""The files of the house: each content once, under its own digest, in the data directory."""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

LARGEST = 25 * 2**20
BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
)
UNKNOWN = "application/octet-stream"


class TooLarge(Exception):
    """More than `LARGEST` bytes."""


def folder() -> Path:
    return Path(settings.HOME) / "files"


def path_of(digest: str) -> Path:
    """Where the content with this digest is kept."""
    return folder() / digest[:2] / digest


def keep(chunks: Iterable[bytes]) -> tuple[str, int, str]:
    """Store a content; returns its digest, its size, and the type its first bytes show. Raises `TooLarge`.

    It stands whole under its name or not at all; a change that fails later leaves a content nobody refers to.
    """
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder(), prefix=".coming-")
    digest, size, first = hashlib.sha256(), 0, b""
    try:
        with os.fdopen(handle, "wb") as coming:
            for chunk in chunks:
                size += len(chunk)
                if size > LARGEST:
                    raise TooLarge
                first = first or chunk[:32]
                digest.update(chunk)
                coming.write(chunk)
            coming.flush()
            os.fsync(coming.fileno())
        kept = path_of(digest.hexdigest())
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        os.replace(name, kept)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return digest.hexdigest(), size, media_type(first)


def media_type(first: bytes) -> str:
    """What a content is by its first bytes. Whatever a browser might run is just bytes."""
    if first[:4] == b"RIFF" and first[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for beginning, kind in BEGINNINGS if first.startswith(beginning)), UNKNOWN)
