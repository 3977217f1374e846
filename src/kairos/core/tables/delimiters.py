"""Which character separates the columns of a CSV file."""

import csv
import io
from collections import Counter

from kairos.core.tables.errors import UnknownDelimiter

DELIMITERS = (",", ";", "\t", "|", "^")
_DECLARED = "sep="


def declared_delimiter(text: str) -> tuple[str | None, int]:
    """The delimiter named by a first line `sep=;` (as Excel writes and obeys), and the length of that
    line.
    """
    line = text.split("\n", 1)[0]
    bare = line.rstrip("\r").strip('"')
    if bare.lower().startswith(_DECLARED) and len(bare) == len(_DECLARED) + 1:
        return bare[-1], min(len(line) + 1, len(text))
    return None, 0


def detect_delimiter(text: str) -> str:
    """The delimiter under which the rows of the sample have the same number of cells; a comma for a single
    column.

    The sample should end at a line end. Quoted cells may hold any delimiter.
    """
    scores = {delimiter: _score(text, delimiter) for delimiter in DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > (0, 0) else ","


def _score(text: str, delimiter: str) -> tuple[float, int]:
    """Share of rows as wide as the header (rounded), then the width; nothing when the header is one cell."""
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
    except csv.Error:
        return (0, 0)
    widths = Counter(map(len, rows))
    if not widths:
        return (0, 0)
    width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
    # A title alone on the first lines may stand above a table of three columns or more.
    header = len(rows[0]) if len(rows[0]) > 1 else next((len(row) for row in rows if len(row) > 2), 1)
    if width < 2 or header < 2:
        return (0, 0)
    return (round(count / len(rows), 1) + (0.5 if header == width else 0), width)


def choose_delimiter(delimiter: str) -> str:
    """The delimiter a user asked for: one character, or a name such as "tab"."""
    named = {
        "tab": "\t",
        "\\t": "\t",
        "comma": ",",
        "semicolon": ";",
        "pipe": "|",
        "caret": "^",
        "space": " ",
    }
    chosen = named.get(delimiter.lower(), delimiter)
    if len(chosen) != 1 or chosen in '"\r\n\0' or chosen.isalnum():
        raise UnknownDelimiter(delimiter=delimiter)
    return chosen
