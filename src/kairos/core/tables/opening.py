"""Opens a table, whatever kind of file it is."""

from typing import Any

from kairos.core.tables.contents import kind_of
from kairos.core.tables.csv_reader import CsvTable
from kairos.core.tables.limits import DEFAULT_LIMITS, Limits
from kairos.core.tables.sources import Source
from kairos.core.tables.table import Table
from kairos.core.tables.xlsx_reader import XlsxTable

_START = 64 * 1024


def open_table(
    path_or_file: Any,
    *,
    filename: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Table:
    """The table in a CSV or XLSX file, told apart by content; TableError with a sentence when it cannot be
    used.

    `path_or_file` is a path or an open binary file that can seek (an upload); the latter stays open and must
    outlive the table. `encoding` and `delimiter` override what is detected (CSV), `sheet` picks a sheet
    (XLSX).
    """
    source = Source(path_or_file, filename)
    source.check_size(limits)
    with source.open() as stream:
        kind = kind_of(stream.read(_START), source.filename)
    if kind == "xlsx":
        return XlsxTable(source, limits, sheet)
    return CsvTable(source, limits, encoding, delimiter)
