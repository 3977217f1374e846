"""Writes CSV piece by piece; no cell of it is ever a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from kairos.core.tables.neutral import neutralise

_PIECE = 64 * 1024


def csv_stream(
    header: Sequence[object], rows: Iterable[Sequence[Any]], *, bom: bool = True, delimiter: str = ","
) -> Iterator[bytes]:
    """The table as UTF-8 CSV in pieces of about 64 KB; memory does not grow with the rows.

    Text that begins with = + - @, a tab or a line end (or their full-width forms) gets a leading apostrophe,
    which `open_table` takes away again; real numbers are left alone. Dates are ISO, None is an empty cell.
    The mark (`bom`) makes Excel read it as UTF-8.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter)
    if bom:
        buffer.write("\ufeff")
    writer.writerow([csv_cell(title) for title in header])
    for row in rows:
        writer.writerow([csv_cell(value) for value in row])
        if buffer.tell() >= _PIECE:
            yield _take(buffer)
    yield _take(buffer)


def _take(buffer: io.StringIO) -> bytes:
    piece = buffer.getvalue().replace("\0", "\ufffd").encode("utf-8", "replace")
    buffer.seek(0)
    buffer.truncate()
    return piece


def csv_cell(value: Any) -> str:
    """The text of one cell."""
    if type(value) is str:
        return neutralise(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}" if value.is_finite() else ""
    if isinstance(value, (int, float)):
        return repr(value)
    return neutralise(str(value))
