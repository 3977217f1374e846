"""Looks through an XLSX archive before its reader does, because the reader believes what the file says.

The reader unpacks whole parts into memory and lays a sheet out as a full rectangle: a bomb of some kilobytes,
or two cells in opposite corners, would end the process. So every part is unpacked here first, piece by piece
and thrown away, with a count of what really comes out and of how far the cells reach.
"""

import re
import zipfile
import zlib
from typing import BinaryIO

from kairos.core.tables.errors import BrokenWorkbook, LockedWorkbook, SheetTooLarge, UnsafeWorkbook
from kairos.core.tables.extents import Extent
from kairos.core.tables.limits import Limits

_PIECE = 1 << 20
_SMALL = 1 << 20  # below this size the ratio of compression says nothing
_ABOVE = 20  # lines that a title and the header may take
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError)


def inspect(stream: BinaryIO, filename: str, limits: Limits) -> None:
    """Refuse an archive that is broken, locked, or larger inside than `limits` allow."""
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            _check_directory(entries, filename, limits)
            left = limits.zip_bytes
            for entry in entries:
                left -= _Part(entry, filename, limits).read(archive, left)
    except _BROKEN as error:
        raise BrokenWorkbook(filename=filename) from error


def _check_directory(entries: list[zipfile.ZipInfo], filename: str, limits: Limits) -> None:
    if any(entry.flag_bits & 1 for entry in entries):
        raise LockedWorkbook(filename=filename)
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise BrokenWorkbook(filename=filename)
    declared = sum(entry.file_size for entry in entries)
    names = [entry.filename for entry in entries]
    outside = any(name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) for name in names)
    if (
        len(entries) > limits.zip_entries
        or declared > limits.zip_bytes
        or outside
        or len(names) != len(set(names))
    ):
        raise UnsafeWorkbook(filename=filename)
    if any(_is_bomb(entry.file_size, entry.compress_size, limits) for entry in entries):
        raise UnsafeWorkbook(filename=filename)


def _is_bomb(size: int, compressed: int, limits: Limits) -> bool:
    return size > _SMALL and size > compressed * limits.zip_ratio


class _Part:
    """One entry, unpacked once: counts its bytes and, when it is a sheet, how far its cells reach."""

    def __init__(self, entry: zipfile.ZipInfo, filename: str, limits: Limits) -> None:
        self.entry, self.filename, self.limits = entry, filename, limits
        self.extent = Extent()

    def read(self, archive: zipfile.ZipFile, left: int) -> int:
        # The declared size may lie, and zipfile stops there; the reader does not. Read to the real end.
        declared, self.entry.file_size = self.entry.file_size, self.limits.zip_bytes + _PIECE
        size = 0
        try:
            with archive.open(self.entry) as part:
                while piece := part.read(_PIECE):
                    size += len(piece)
                    if size > left or _is_bomb(size, self.entry.compress_size, self.limits):
                        raise UnsafeWorkbook(filename=self.filename)
                    self.extent.feed(piece)
                    self._check_extent()
        finally:
            self.entry.file_size = declared
        self.extent.finish()
        self._check_extent()
        if size != declared:
            raise BrokenWorkbook(filename=self.filename)
        return size

    def _check_extent(self) -> None:
        extent, limits = self.extent, self.limits
        if not extent.is_sheet:
            return
        rows, columns = extent.rows, extent.columns
        if rows > limits.rows + _ABOVE or columns > limits.columns or rows * columns > limits.sheet_cells:
            raise SheetTooLarge(rows=rows, columns=columns)
