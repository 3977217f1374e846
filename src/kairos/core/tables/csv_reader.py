"""Reads CSV row by row in flat memory, whatever is in it."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any, TextIO

from django.utils.translation import gettext_lazy as _

from kairos.core.tables import encodings
from kairos.core.tables.delimiters import choose_delimiter, declared_delimiter, detect_delimiter
from kairos.core.tables.errors import (
    CellTooLong,
    EmptyFile,
    LongCell,
    NotASpreadsheet,
    NulCharacter,
    RowProblem,
    SkippedTitle,
    TooManyColumns,
    TooManyRows,
    UnclosedQuote,
    UndecodableCell,
)
from kairos.core.tables.limits import Limits
from kairos.core.tables.neutral import restore_text
from kairos.core.tables.sources import Source
from kairos.core.tables.table import Row, Table, filled_width, find_header, fit, name_columns

_PEEK = 100
_DAMAGE = "kairos-damage"
_Record = tuple[int, list[str], RowProblem | None]
_SURROGATE = re.compile("[\ud800-\udfff]")


def _mark_damage(error: UnicodeError) -> tuple[str, int]:
    """A lone surrogate stands for bytes without meaning: it cannot occur in sound text, so the row can be
    named.
    """
    if isinstance(error, UnicodeDecodeError):
        return "\udc80", error.end
    raise error


codecs.register_error(_DAMAGE, _mark_damage)


class _Lines:
    """Hands lines to the CSV parser and remembers what the present record is made of."""

    def __init__(self, stream: TextIO, limit: int) -> None:
        self._stream, self._limit = stream, limit
        self.parts: list[str] = []
        self.length = 0
        self.is_flawed = self.has_apostrophe = self.ended = False

    def begin(self) -> None:
        self.parts.clear()
        self.length = 0
        self.is_flawed = self.has_apostrophe = False

    def __iter__(self) -> Iterator[str]:
        for line in iter(partial(self._stream.readline, self._limit), ""):
            self.parts.append(line)
            self.length += len(line)
            if self.length >= self._limit:
                raise csv.Error
            if "\0" in line or (not line.isascii() and _has_surrogate(line)):
                self.is_flawed = True
            if "'" in line:
                self.has_apostrophe = True
            yield line
        self.ended = True


def _has_surrogate(line: str) -> bool:
    try:
        line.encode()
    except UnicodeEncodeError:
        return True
    return False


class CsvTable(Table):
    """A CSV file; every call of `rows()` reads it anew from the start."""

    kind = "csv"

    def __init__(self, source: Source, limits: Limits, encoding: str | None, delimiter: str | None) -> None:
        self._source, self._limits = source, limits
        with source.open() as stream:
            found = encodings.survey(stream)
        self.encoding, self._mark = (
            encodings.choose_encoding(encoding, found.start) if encoding else encodings.detect_encoding(found)
        )
        if found.nuls * 10 > found.size and not self.encoding.startswith("utf-16"):
            raise NotASpreadsheet(filename=source.filename, content=_("binary data"))
        self._settle_delimiter(found.start[self._mark :], delimiter)
        self._read_header()
        self.row_count_estimate = max(0, found.lines - self.header_row)

    def _settle_delimiter(self, start: bytes, delimiter: str | None) -> None:
        text = start.decode(self.encoding or "utf-8", "replace")
        declared, skipped = declared_delimiter(text)
        self._skips_line = skipped > 0
        body = text[skipped:]
        cut = max(body.rfind("\n"), body.rfind("\r")) + 1
        chosen = choose_delimiter(delimiter) if delimiter else declared
        self.delimiter = chosen or detect_delimiter(body[:cut] or body)

    def _read_header(self) -> None:
        peeked = self._peek()
        place = find_header([cells for _number, cells, _problem in peeked])
        rows = [cells for _number, cells, _problem in peeked[place:]]
        width = filled_width(rows)
        if not width:
            raise EmptyFile
        self.header_row = peeked[place][0]
        width = max(filled_width(rows[:1]), min(width, len(rows[0])))
        if width > self._limits.columns:
            raise TooManyColumns(row=self.header_row, count=width, limit=self._limits.columns)
        self.header, self.notices = name_columns(rows[0], width)
        if any(any(cells) for _number, cells, _problem in peeked[:place]):
            self.notices.insert(0, SkippedTitle(row=self.header_row))

    def _peek(self) -> list[_Record]:
        """The first records; the first filled one serves as header meanwhile, to name columns in problems."""
        self.header = []
        peeked: list[_Record] = []
        for record in islice(self._records(), _PEEK):
            peeked.append(record)
            if not self.header:
                self.header = name_columns(record[1], min(filled_width([record[1]]), self._limits.columns))[0]
        return peeked

    def rows(self) -> Iterator[Row]:
        width, header_row, limit = len(self.header), self.header_row, self._limits.rows
        count = 0
        for number, cells, problem in self._records():
            if number <= header_row or not any(cells) or not any(map(str.strip, cells)):
                continue
            count += 1
            if count > limit:
                raise TooManyRows(limit=limit)
            if len(cells) == width:
                yield Row(number, cells, problem)
            else:
                row = fit(number, cells, width)
                yield row._replace(problem=problem or row.problem)

    def _records(self) -> Iterator[_Record]:
        number = 0
        with self._open_text() as stream:
            lines = _Lines(stream, self._limits.row_characters)
            reader = csv.reader(iter(lines), delimiter=self.delimiter or ",")
            try:
                for number, cells in enumerate(reader, 1):
                    problem = None
                    if lines.has_apostrophe:
                        cells = [restore_text(cell) for cell in cells]
                    if lines.is_flawed or lines.length > self._limits.cell_characters:
                        cells, problem = self._check(number, cells)
                    if lines.ended:
                        problem = UnclosedQuote(row=number)
                    yield number, cells, problem
                    lines.begin()
            except csv.Error as error:
                column = _last_column("".join(lines.parts), self.delimiter or ",")
                raise CellTooLong(
                    row=number + 1, column=self._column(column), limit=self._limits.cell_characters
                ) from error

    def _open_text(self) -> TextIO:
        stream = self._source.open()
        stream.seek(self._mark)
        text = io.TextIOWrapper(stream, encoding=self.encoding, errors=_DAMAGE, newline="")
        if self._skips_line:
            text.readline()
        return text

    def _column(self, index: int) -> str:
        return self.header[index] if index < len(self.header) else f"#{index + 1}"

    def _check(self, number: int, cells: list[str]) -> tuple[list[str], RowProblem | None]:
        """Name the first faulty cell, and make all of them fit to be shown and stored."""
        problem: RowProblem | None = None
        limit = self._limits.cell_characters
        clean: list[str] = []
        for index, cell in enumerate(cells):
            where: dict[str, Any] = {"row": number, "column": self._column(index)}
            found: RowProblem | None = None
            if len(cell) > limit:
                found = LongCell(**where, length=len(cell), limit=limit)
            elif "\0" in cell:
                found = NulCharacter(**where)
            elif _SURROGATE.search(cell):
                found = UndecodableCell(**where, encoding=self.encoding)
            problem = problem or found
            clean.append(_SURROGATE.sub("\ufffd", cell[:limit]).replace("\0", "\ufffd") if found else cell)
        return clean, problem


def _last_column(text: str, delimiter: str) -> int:
    """Index of the cell in which the parser gave up: the text ends inside it."""
    sign = re.escape(delimiter)
    cell = re.compile(rf'"(?:[^"]|"")*+"?[^{sign}\r\n]*+|[^{sign}\r\n]*+')
    index = place = 0
    while match := cell.match(text, place):
        if match.end() >= len(text) or match.end() - place > csv.field_size_limit():
            return index
        index += 1
        place = match.end() + 1
    return index
