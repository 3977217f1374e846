"""A table from outside: a header and rows, whatever file it came from."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from kairos.core.tables.errors import (
    DuplicateHeader,
    EmptyHeader,
    ExtraCells,
    MissingCells,
    Notice,
    Problem,
    RowProblem,
)

Cell = str | int | float | bool | date | datetime | time | timedelta


class Row(NamedTuple):
    """One row: its number as a spreadsheet program shows it, its cells, and what is wrong with it, if
    anything.

    There are always as many cells as columns; an empty cell is "". Cells of CSV are text.
    """

    number: int
    cells: Sequence[Any]
    problem: RowProblem | None = None


class Table:
    """What `open_table` gives: read the header, then `rows()` as often as needed."""

    kind: str
    header: list[str]
    header_row: int
    notices: list[Notice]
    sheets: list[str] = []
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    row_count_estimate: int

    def rows(self) -> Iterator[Row]:
        """The rows below the header in order, without the wholly empty ones; TableError when reading must
        stop.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Let go of what was opened; a file that was passed in stays open."""

    def __enter__(self) -> "Table":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def is_blank(cell: object) -> bool:
    return isinstance(cell, str) and not cell.strip()


def find_header(rows: Sequence[Sequence[Any]]) -> int:
    """Index of the header among the first rows: the first filled one, or a wider one below a lonely title."""
    filled = [sum(not is_blank(cell) for cell in row) for row in rows]
    first = next((index for index, count in enumerate(filled) if count), 0)
    if filled and filled[first] == 1:
        wide = (index for index in range(first + 1, min(first + 10, len(rows))) if filled[index] > 2)
        return next(wide, first)
    return first


def name_columns(cells: Sequence[Any], width: int) -> tuple[list[str], list[Notice]]:
    """Unique headers for `width` columns: "Name (2)" for a second "Name", "#3" for none, each with a
    notice.
    """
    names: list[str] = []
    notices: list[Notice] = []
    taken: set[str] = set()
    for number in range(1, width + 1):
        text = header_text(cells[number - 1]) if number <= len(cells) else ""
        name = _free_name(text or f"#{number}", taken)
        if not text:
            notices.append(EmptyHeader(number=number, column=name))
        elif name != text:
            notices.append(DuplicateHeader(header=text, number=number, column=name))
        taken.add(name.casefold())
        names.append(name)
    return names, notices


def header_text(cell: object) -> str:
    """A header on one line, without control characters, at most 200 characters."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = "".join(char if char.isprintable() else " " for char in str(cell)[:1000])
    return " ".join(text.split())[:200]


def _free_name(text: str, taken: set[str]) -> str:
    name, count = text, 1
    while name.casefold() in taken:
        count += 1
        name = f"{text} ({count})"
    return name


def filled_width(rows: Sequence[Sequence[Any]]) -> int:
    """Number of columns up to the last filled cell of any of the rows."""
    return max((_last_filled(row) for row in rows), default=0)


def _last_filled(row: Sequence[Any]) -> int:
    return next((place for place in range(len(row), 0, -1) if not is_blank(row[place - 1])), 0)


def fit(number: int, cells: list[Any], width: int) -> Row:
    """A row of exactly `width` cells; a problem when filled cells are cut off or cells are missing."""
    count = len(cells)
    if count > width:
        extra = _last_filled(cells)
        problem: Problem | None = (
            ExtraCells(row=number, count=extra, expected=width) if extra > width else None
        )
        return Row(number, cells[:width], problem)  # type: ignore[arg-type]
    missing = MissingCells(row=number, count=count, expected=width)
    return Row(number, cells + [""] * (width - count), missing)
