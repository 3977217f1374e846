"""Writes XLSX row by row to a temporary file and hands it out in pieces; text is always text."""

import math
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain, islice
from typing import Any

import xlsxwriter

_PIECE = 64 * 1024
_WIDTHS_FROM = 100
_ROWS_AT_MOST = 1_048_575  # below the header, on one sheet
_CHARACTERS_AT_MOST = 32_767
_DIGITS_AT_MOST = 15
_FIRST_DAY = date(1900, 3, 1)  # before it Excel counts a day that never was
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


def xlsx_stream(
    header: Sequence[object], rows: Iterable[Sequence[Any]], *, sheet_name: str = "Sheet1"
) -> Iterator[bytes]:
    """The table as an XLSX workbook in pieces of 64 KB; memory does not grow with the rows.

    Cells are typed: numbers of at most 15 digits, dates, booleans; everything else is text, never a formula
    or link. The header is bold, stays in sight and filters. Rows that do not fit on a sheet go on to a next
    one. An aware datetime is written as it reads in its own zone, so convert it to the user's before.
    """
    with tempfile.TemporaryFile(prefix="kairos-") as file:
        with xlsxwriter.Workbook(file, _OPTIONS) as workbook:
            _Writer(workbook, [_text(title) for title in header], _sheet_name(sheet_name)).write(iter(rows))
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _sheet_name(name: str) -> str:
    """What a sheet may be called: at most 31 characters, none of []:*?/\\, no apostrophe at the ends."""
    plain = _NOT_IN_SHEET_NAME.sub(" ", _text(name)).strip(" '")[:27].strip(" '")
    return plain if plain and plain.casefold() != "history" else "Sheet1"


class _Writer:
    def __init__(self, workbook: Any, header: list[str], name: str) -> None:
        self._workbook, self._header, self._name = workbook, header, name
        self._bold = workbook.add_format({"bold": True})
        self._day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._clock = workbook.add_format({"num_format": "hh:mm:ss"})

    def write(self, rows: Iterator[Sequence[Any]]) -> None:
        number = 1
        while True:
            first = list(islice(rows, _WIDTHS_FROM))
            if not first and number > 1:
                return
            name = self._name if number == 1 else f"{self._name} {number}"
            self._write_sheet(name, first, islice(rows, _ROWS_AT_MOST - len(first)))
            if len(first) < _WIDTHS_FROM:
                return
            number += 1

    def _write_sheet(self, name: str, first: list[Sequence[Any]], rest: Iterator[Sequence[Any]]) -> None:
        sheet = self._workbook.add_worksheet(name)
        for column, title in enumerate(self._header):
            sheet.set_column(
                column, column, _width(title, [row[column] for row in first if column < len(row)])
            )
            sheet.write_string(0, column, title, self._bold)
        sheet.freeze_panes(1, 0)
        last = 0
        for last, row in enumerate(chain(first, rest), 1):
            for column, value in enumerate(row):
                self._write_cell(sheet, last, column, value)
        if self._header:
            sheet.autofilter(0, 0, last, len(self._header) - 1)

    def _write_cell(self, sheet: Any, row: int, column: int, value: Any) -> None:
        if type(value) is str:
            if value:
                sheet.write_string(row, column, _text(value))
        elif value is None:
            return
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, (int, float, Decimal)):
            self._write_number(sheet, row, column, value)
        elif isinstance(value, datetime) and value.date() >= _FIRST_DAY:
            sheet.write_datetime(row, column, value.replace(tzinfo=None), self._moment)
        elif isinstance(value, date) and not isinstance(value, datetime) and value >= _FIRST_DAY:
            sheet.write_datetime(row, column, value, self._day)
        elif isinstance(value, time):
            sheet.write_datetime(row, column, value.replace(tzinfo=None), self._clock)
        else:
            sheet.write_string(row, column, _text(value))

    def _write_number(self, sheet: Any, row: int, column: int, value: Any) -> None:
        """A number Excel can hold exactly; a longer one as text, so that no digit is lost."""
        if not math.isfinite(value):
            return
        digits = len(Decimal(value).normalize().as_tuple().digits) if not isinstance(value, float) else 1
        if digits <= _DIGITS_AT_MOST:
            sheet.write_number(row, column, value)
        else:
            sheet.write_string(row, column, f"{value:f}" if isinstance(value, Decimal) else str(value))


def _text(value: object) -> str:
    """Text that a cell can hold: valid characters, and an ellipsis where it had to be cut."""
    text = str(value).encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    wide = len(text) + sum(char > "\uffff" for char in text) if not text.isascii() else len(text)
    if wide <= _CHARACTERS_AT_MOST:
        return text
    return text[: _CHARACTERS_AT_MOST - 1 - (wide - len(text))] + "…"


def _width(title: str, values: list[Any]) -> int:
    """A column width in characters that shows the title and most values; Chinese characters count double."""
    lengths = [_measure(title) + 3, *(_measure(str(value)[:80]) + 1 for value in values if value is not None)]
    return max(8, min(60, max(lengths)))


def _measure(text: str) -> int:
    return sum(2 if char >= "\u1100" else 1 for char in text)
