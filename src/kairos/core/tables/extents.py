"""How far the cells of a sheet reach, from its XML as it streams by.

Positions come from the `r` attributes of rows and cells, or by counting where those are left out. What is
uncertain counts as reaching further, so a sheet made to deceive is overestimated, never underestimated. Rows
and cells that hold nothing do not count: spreadsheet programs write formatted empty ones down to the last
row.
"""

import re

# Every repetition is bounded, so that no sheet makes the search slow.
_ATTRIBUTE = rb'(?:\s{1,4}[\w:.-]{1,40}="[^"<>]{0,200}")'
_CELL_END = _ATTRIBUTE + rb"{0,6}\s{0,4}"
_ROW_END = _ATTRIBUTE + rb"{0,12}\s{0,4}"
_EMPTY_CELL = rb"\s{0,4}<c" + _CELL_END + rb"/>"
_EMPTY = rb"(?!" + _CELL_END + rb"/>)"
_EMPTY_ROW = rb"(?!" + _ROW_END + rb"(?:/>|>(?:" + _EMPTY_CELL + rb"){0,2000}\s{0,4}</row>))"
_CELLS = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]+\d+)[\"']" + _EMPTY)
_ROWS = re.compile(rb"\br\s*=\s*[\"'](\d+)[\"']" + _EMPTY_ROW)
_ROW = re.compile(rb"<(?:[\w.-]+:)?row\b")
_NO_PLACE = rb"(?=[\s/>])(?![^<>]*\br\s*=)"
_UNPLACED_ROW = re.compile(rb"<row" + _NO_PLACE)
_UNPLACED_CELL = re.compile(rb"<c" + _NO_PLACE)
_PREFIXED_ROW = re.compile(rb"<(?:[\w.-]+:)?row" + _NO_PLACE)  # slower, so only where there is a prefix
_PREFIXED_CELL = re.compile(rb"<(?:[\w.-]+:)?c" + _NO_PLACE)
_CARRY = 64 * 1024
_OVERLAP = 128


class Extent:
    """Feed it the pieces of one XML part; `rows` and `columns` grow. `is_sheet` tells whether it holds
    cells at all.
    """

    def __init__(self) -> None:
        self.is_sheet = False
        self._row = self._column = self._unplaced_rows = self._unplaced_cells = 0
        self._longest_run = 0
        self._tail = b""

    @property
    def rows(self) -> int:
        return self._row + self._unplaced_rows

    @property
    def columns(self) -> int:
        return self._column + self._longest_run

    def feed(self, piece: bytes) -> None:
        """Measure up to the last row that may still be incomplete; that one waits for the next piece."""
        text = self._tail + piece
        cut = text.rfind(b"<row", max(1, len(text) - _CARRY))
        if cut < 0:
            self._measure(text)
            self._tail = text[-_OVERLAP:]
        else:
            self._measure(text[:cut])
            self._tail = text[cut:]

    def finish(self) -> None:
        self._measure(self._tail)
        self._tail = b""

    def _measure(self, text: bytes) -> None:
        self.is_sheet = self.is_sheet or b"sheetData" in text
        cells = _CELLS.findall(text)
        rows = {cell.lstrip(_LETTERS) for cell in cells}
        columns = {cell.rstrip(b"0123456789") for cell in cells}
        self._row = max([self._row, *(int(row[:12]) for row in (*rows, *_ROWS.findall(text)))])
        self._column = max([self._column, *map(column_number, columns)])
        has_prefix = b":row" in text or b":c" in text
        self._unplaced_rows += len((_PREFIXED_ROW if has_prefix else _UNPLACED_ROW).findall(text))
        unplaced = _PREFIXED_CELL if has_prefix else _UNPLACED_CELL
        if unplaced.search(text):
            self._count_runs(text, unplaced)

    def _count_runs(self, text: bytes, unplaced: re.Pattern[bytes]) -> None:
        """Cells without a place take the next one in their row."""
        first, *others = _ROW.split(text)
        self._unplaced_cells += len(unplaced.findall(first))
        self._longest_run = max(self._longest_run, self._unplaced_cells)
        for part in others:
            self._unplaced_cells = len(unplaced.findall(part))
            self._longest_run = max(self._longest_run, self._unplaced_cells)


_LETTERS = bytes(range(65, 91)) + bytes(range(97, 123))


def column_number(letters: bytes) -> int:
    """1 for A, 27 for AA; a fourth letter is already far outside any sheet."""
    number = 0
    for letter in letters.upper()[:4]:
        number = number * 26 + letter - 64
    return number
