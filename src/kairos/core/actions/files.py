"""Taking away contents of files that nobody refers to any more."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from kairos.core.files import folder
from kairos.core.slots import FILE_KEEPERS

# A content is there before the row that refers to it; no request and no import takes longer than this.
SPARED = dt.timedelta(days=1)


def forget_unused_files(*, now: dt.datetime) -> int:
    """Delete the contents that no row and no history refers to; returns how many.

    Each is deleted by itself: what is cut short goes on the next time. What was kept lately, also once more, is spared.
    """
    before = (now - SPARED).timestamp()
    found = {path.name: path for path in _contents() if path.stat().st_mtime < before}
    for keeper in FILE_KEEPERS.contributions():
        for digest in keeper.digests():
            found.pop(digest, None)
    return sum(_forget(path, before) for path in found.values())


def _contents() -> Iterator[Path]:
    """Every content, and what was on its way when somebody died."""
    yield from folder().glob(f"[0-9a-f][0-9a-f]/{'[0-9a-f]' * 64}")
    yield from folder().glob(".coming-*")


def _forget(path: Path, before: float) -> bool:
    """Delete it unless it has been kept again since we looked."""
    if path.stat().st_mtime >= before:
        return False
    path.unlink(missing_ok=True)
    return True
