"""What can be wrong with a table from outside, each with one sentence in the user's language.

A problem is a class with a translatable `message` and the parameters that fill it. The sentence is made when
it is shown, so the same problem reads in the language of whoever looks at it: store `code` and `params`, show
`restore(...)`.
"""

import re
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

_known: dict[str, type["Problem"]] = {}


class Problem(Exception):
    """A fault in a table: `code` names it, `params` (plain strings and numbers) fill its sentence."""

    message: ClassVar[Any] = _("The table cannot be read.")
    code: ClassVar[str] = "problem"

    def __init_subclass__(cls) -> None:
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        _known[cls.code] = cls

    def __init__(self, **params: Any) -> None:
        super().__init__(params)
        self.params = params

    def __str__(self) -> str:
        return str(self.message) % self.params

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.params!r})"

    @property
    def row(self) -> int | None:
        """Number of the row in the file, the first line being 1; None when the whole file is meant."""
        return self.params.get("row")

    @property
    def column(self) -> str | None:
        """Header (or "#3" where there is none) of the column; None when the whole row is meant."""
        return self.params.get("column")


def restore(code: str, params: dict[str, Any]) -> Problem:
    """The problem that was stored as `code` and `params`; KeyError for a code nobody knows."""
    return _known[code](**params)


class TableError(Problem):
    """The file as a whole is refused, nothing of it can be used."""


class RowProblem(Problem):
    """One row cannot be used; the others can."""


class CellError(Problem, ValueError):
    """One text does not have the meaning asked for; `value` is a shortened copy of it."""

    message = _("“%(value)s” cannot be read.")

    def __init__(self, value: object = "", **params: Any) -> None:
        super().__init__(value=shorten(value), **params)


class Notice(Problem):
    """Something was put right while reading; the user should know it."""


def shorten(value: object, limit: int = 60) -> str:
    """The text of a value for a sentence: one line, at most `limit` characters."""
    text = str(value)[: limit * 4]
    text = "".join(char if char.isprintable() else " " for char in text)
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


class EmptyFile(TableError):
    message = _("The file is empty.")


class EmptySheet(TableError):
    message = _("The sheet “%(sheet)s” is empty.")


class FileTooLarge(TableError):
    message = _("The file has %(size)s MB; at most %(limit)s MB can be read.")


class NotASpreadsheet(TableError):
    message = _("“%(filename)s” is not a spreadsheet: its content is %(content)s. Save it as XLSX or CSV.")


class BrokenWorkbook(TableError):
    message = _("“%(filename)s” cannot be opened as an XLSX workbook. Save it again, or save it as CSV.")


class LockedWorkbook(TableError):
    message = _("“%(filename)s” is protected by a password. Save a copy without a password.")


class UnsafeWorkbook(TableError):
    message = _("“%(filename)s” unpacks to far more than a spreadsheet needs. Save it again, or as CSV.")


class SheetTooLarge(TableError):
    message = _(
        "The sheet reaches to row %(rows)s and column %(columns)s, more than can be read at once. "
        "Delete what is far below or beside the table, or save it as CSV."
    )


class UnknownSheet(TableError):
    message = _("There is no sheet named “%(sheet)s”.")


class UnknownEncoding(TableError):
    message = _("The encoding “%(encoding)s” is not known.")


class UnknownDelimiter(TableError):
    message = _("“%(delimiter)s” cannot separate columns; choose one character.")


class TooManyColumns(TableError):
    message = _("Row %(row)s has %(count)s columns; at most %(limit)s can be read.")


class TooManyRows(TableError):
    message = _("The table has more than %(limit)s rows. Split it into smaller files.")


class CellTooLong(TableError):
    message = _(
        "Row %(row)s, column “%(column)s”: the cell has more than %(limit)s characters. "
        "Perhaps a quotation mark is missing its pair."
    )


class LongCell(RowProblem):
    message = _(
        "Row %(row)s, column “%(column)s”: the cell has %(length)s characters; at most %(limit)s fit."
    )


class UnclosedQuote(RowProblem):
    message = _("Row %(row)s: a quotation mark is opened and never closed.")


class ExtraCells(RowProblem):
    message = _("Row %(row)s has %(count)s cells, but there are %(expected)s columns.")


class MissingCells(RowProblem):
    message = _("Row %(row)s has only %(count)s cells, but there are %(expected)s columns.")


class NulCharacter(RowProblem):
    message = _("Row %(row)s, column “%(column)s”: the cell contains a NUL character.")


class UndecodableCell(RowProblem):
    message = _(
        "Row %(row)s, column “%(column)s”: some characters do not exist in the encoding %(encoding)s."
    )


class DuplicateHeader(Notice):
    message = _(
        "The header “%(header)s” appears more than once; "
        "the one in column %(number)s is called “%(column)s” here."
    )


class EmptyHeader(Notice):
    message = _("Column %(number)s has no header and is called “%(column)s” here.")


class SkippedTitle(Notice):
    message = _("The lines above the header in row %(row)s were left out.")


class FilledMerged(Notice):
    message = _("Merged cells were read as if each of their rows held the value.")
