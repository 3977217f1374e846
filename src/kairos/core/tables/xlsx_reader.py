"""Reads one sheet of an XLSX workbook: typed cells, cached values of formulas, merged cells filled
downwards.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from kairos.core.tables.archives import inspect
from kairos.core.tables.errors import (
    BrokenWorkbook,
    EmptySheet,
    FilledMerged,
    LockedWorkbook,
    LongCell,
    NulCharacter,
    RowProblem,
    SkippedTitle,
    TooManyColumns,
    TooManyRows,
    UnknownSheet,
)
from kairos.core.tables.limits import Limits
from kairos.core.tables.sources import Source
from kairos.core.tables.table import Row, Table, filled_width, find_header, is_blank, name_columns

_PEEK = 100
_MERGED_AT_MOST = 10_000


@contextmanager
def _reading(filename: str) -> Iterator[None]:
    """Turn every way the reader fails into a sentence, including a panic of its Rust code."""
    try:
        yield
    except PasswordError as error:
        raise LockedWorkbook(filename=filename) from error
    except (CalamineError, OSError, ValueError) as error:
        raise BrokenWorkbook(filename=filename) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise BrokenWorkbook(filename=filename) from error
        raise


class XlsxTable(Table):
    """One sheet of a workbook, held in memory by its reader."""

    kind = "xlsx"

    def __init__(self, source: Source, limits: Limits, sheet: str | None) -> None:
        self._limits = limits
        with source.open() as stream:
            inspect(stream, source.filename, limits)
            stream.seek(0)
            with _reading(source.filename):
                self._workbook = CalamineWorkbook.from_filelike(stream)
        visible = [about.name for about in self._sheets() if about.visible == SheetVisibleEnum.Visible]
        self.sheets = visible + [about.name for about in self._sheets() if about.name not in visible]
        if sheet is not None and sheet not in self.sheets:
            raise UnknownSheet(sheet=sheet)
        with _reading(source.filename):
            self._choose_sheet(sheet)
        self._read_header()

    def _sheets(self) -> list[Any]:
        return [about for about in self._workbook.sheets_metadata if about.typ == SheetTypeEnum.WorkSheet]

    def _choose_sheet(self, sheet: str | None) -> None:
        """The sheet asked for, or the first that holds anything."""
        for name in [sheet] if sheet is not None else self.sheets:
            self._content = self._workbook.get_sheet_by_name(name)
            self.sheet = name
            if self._content.height:
                break
        else:
            raise EmptySheet(sheet=sheet or (self.sheets[0] if self.sheets else ""))
        self._merged = _downward_merges(self._content)

    def _read_header(self) -> None:
        peeked = list(islice(self._content.iter_rows(), _PEEK))
        place = find_header(peeked)
        width = filled_width(peeked[place:])
        if not width:
            raise EmptySheet(sheet=self.sheet)
        width = max(width, self._content.width) if self._content.height > _PEEK else width
        if width > self._limits.columns:
            raise TooManyColumns(row=place + 1, count=width, limit=self._limits.columns)
        self.header_row = place + 1
        self.header, self.notices = name_columns(peeked[place], width)
        if any(not is_blank(cell) for cells in peeked[:place] for cell in cells):
            self.notices.insert(0, SkippedTitle(row=self.header_row))
        if any(last > self.header_row for ranges in self._merged.values() for _column, last in ranges):
            self.notices.append(FilledMerged())
        self.row_count_estimate = max(0, (self._content.end or (0, 0))[0] + 1 - self.header_row)

    def rows(self) -> Iterator[Row]:
        count = 0
        width, limit = len(self.header), self._limits.rows
        held: dict[int, tuple[int, Any]] = {}
        for number, cells in enumerate(self._content.iter_rows(), 1):
            if number <= self.header_row:
                continue
            if self._merged:
                self._fill_merged(number, cells, held)
            cells = [_plain(cell) for cell in cells[:width]]
            if all(cell == "" for cell in cells):
                continue
            count += 1
            if count > limit:
                raise TooManyRows(limit=limit)
            yield Row(number, cells, self._check(number, cells))

    def _fill_merged(self, number: int, cells: list[Any], held: dict[int, tuple[int, Any]]) -> None:
        for column, (last, value) in list(held.items()):
            if number > last:
                del held[column]
            else:
                cells[column] = value
        for column, last in self._merged.get(number, ()):
            held[column] = (last, cells[column])

    def _check(self, number: int, cells: list[Any]) -> RowProblem | None:
        limit = self._limits.cell_characters
        for index, cell in enumerate(cells):
            if type(cell) is str and (len(cell) > limit or "\0" in cell):
                column = self.header[index]
                fault: RowProblem = NulCharacter(row=number, column=column)
                if len(cell) > limit:
                    fault = LongCell(row=number, column=column, length=len(cell), limit=limit)
                cells[index] = cell[:limit].replace("\0", "\ufffd")
                return fault
        return None

    def close(self) -> None:
        self._workbook.close()


def _plain(cell: Any) -> Any:
    """Whole numbers as int, blank text as "", what is no number at all as text."""
    if type(cell) is float:
        if cell.is_integer() and abs(cell) < 1e15:
            return int(cell)
        return cell if math.isfinite(cell) else str(cell)
    if type(cell) is str and cell and not cell.strip():
        return ""
    return cell


def _downward_merges(content: Any) -> dict[int, list[tuple[int, int]]]:
    """First row -> (column index, last row) of merged cells that span several rows, rows counted from 1.

    Sideways merges are titles and remarks; copying those into other columns would invent values.
    """
    merges: dict[int, list[tuple[int, int]]] = defaultdict(list)
    if content.start is None:
        return merges
    left, right = content.start[1], content.end[1]
    for (top, column), (bottom, _right) in islice(content.merged_cell_ranges or (), _MERGED_AT_MOST):
        if bottom > top and left <= column <= right:
            merges[top + 1].append((column - left, bottom + 1))
    return merges
