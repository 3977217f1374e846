"""Where the bytes of a table come from: a path or an open file, read any number of times from its start."""

import io
import os
from pathlib import Path
from typing import Any, BinaryIO

from kairos.core.tables.errors import EmptyFile, FileTooLarge
from kairos.core.tables.limits import Limits

BUFFER = 256 * 1024


class _Window(io.RawIOBase):
    """One reading of a shared open file: keeps its own place and never closes the file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence == os.SEEK_SET:
            self._place = offset
        elif whence == os.SEEK_CUR:
            self._place += offset
        else:
            self._place = self._file.seek(offset, whence)
        return self._place

    def readinto(self, buffer: Any) -> int:
        self._file.seek(self._place)
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)


class Source:
    """A path, or an open binary file that can seek; `open()` gives a fresh reading each time."""

    def __init__(self, path_or_file: Any, filename: str | None = None) -> None:
        self._path = Path(path_or_file) if isinstance(path_or_file, (str, os.PathLike)) else None
        self._file = None if self._path else path_or_file
        name = filename or getattr(path_or_file, "name", None) or path_or_file
        self.filename = Path(str(name)).name if isinstance(name, (str, os.PathLike)) else "table"

    def open(self) -> BinaryIO:
        if self._path:
            return self._path.open("rb", buffering=BUFFER)
        return io.BufferedReader(_Window(self._file), buffer_size=BUFFER)  # type: ignore[arg-type]

    def check_size(self, limits: Limits) -> int:
        """The number of bytes; EmptyFile or FileTooLarge outside the bounds."""
        with self.open() as stream:
            size = stream.seek(0, os.SEEK_END)
        if size == 0:
            raise EmptyFile
        if size > limits.file_bytes:
            raise FileTooLarge(size=-(-size // 1_000_000), limit=limits.file_bytes // 1_000_000)
        return size
