"""What can be wrong with a row on its way in, and what was put right: one sentence each, in the reader's language."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from kairos.core.tables import CellError, Notice, Problem, RowProblem, TableError


class WrongMapping(TableError):
    """The mapping itself cannot be used."""

    message = _("The mapping cannot be used.")


class NotAMapping(WrongMapping):
    message = _("The mapping is not in the expected form: %(where)s.")


class UnknownColumn(WrongMapping):
    message = _("The mapping names a column “%(column)s”, which the file does not have.")


class UnknownField(WrongMapping):
    message = _("“%(field)s” is not a field that can be imported.")


class FieldMappedTwice(WrongMapping):
    message = _("Two columns are mapped to the field “%(field)s”.")


class NothingMapped(WrongMapping):
    message = _("No column is mapped to a field yet.")


class NoTitle(WrongMapping):
    message = _("No column and no template gives the field “%(field)s”, which every record needs.")


class WrongDefault(WrongMapping):
    message = _("The value for new records in the field “%(field)s” cannot be used. %(reason)s")


class ImportForbidden(WrongMapping):
    message = _("You may not import records of this kind.")


class FieldForbidden(WrongMapping):
    message = _("You may not write the field “%(field)s”.")


class ImportStumbled(TableError):
    """Something nobody foresaw, or a rule that concerns the import as a whole."""

    message = _("The import could not be finished, and nothing of it was written. %(reason)s")


class Refused(RowProblem):
    """A cell or a row that a rule of the house refuses; the reason is kept as text and parameters of its own."""

    message = _("Row %(row)s, column “%(column)s”: %(reason)s")

    def __init__(self, *, msgid: str = "", reason: Any = None, **params: Any) -> None:
        params.pop("sentence", None)
        super().__init__(msgid=msgid, reason=reason or {}, **params)

    @property
    def sentence(self) -> str:
        """The reason alone, for a place where row and column are shown beside it."""
        text = self.params["msgid"]
        try:
            return gettext(text) % (self.params["reason"] or {})
        except (KeyError, ValueError, TypeError):
            return gettext(text)

    def __str__(self) -> str:
        return str(self.message) % {**self.params, "reason": self.sentence}


def refused(error: Exception, *, row: int = 0, column: str = "") -> Refused:
    """The row problem that an error of a field, of a table or of an action amounts to."""
    if isinstance(error, ValidationError):
        first = error.error_list[0] if hasattr(error, "error_list") else error
        return _refused(first.message, first.params, row, column)
    return _refused(
        getattr(error, "message", None) or _("This is not possible."), _params(error), row, column
    )


def _params(error: Exception) -> dict[str, Any]:
    return dict(getattr(error, "params", None) or {})


def _refused(message: Any, params: Any, row: int, column: str) -> Refused:
    with override(None):
        msgid = str(message)
    reason = {key: value if isinstance(value, int) else str(value) for key, value in (params or {}).items()}
    return Refused(row=row, column=column, msgid=msgid, reason=reason)


class CellProblem(CellError):
    """One text that means none of our records or values."""


class NobodyCalled(CellProblem):
    message = _("Nothing called “%(value)s” is known here.")


class SeveralCalled(CellProblem):
    message = _("More than one record is called “%(value)s”. Choose one in the value table.")


class NotAChoice(CellProblem):
    message = _("“%(value)s” is none of the choices.")


class NotWhole(CellProblem):
    message = _("“%(value)s” is not a whole number.")


class TooManyEntries(CellProblem):
    message = _("At most %(most)s entries fit.")


class ValueMissing(RowProblem):
    message = _("Row %(row)s: “%(field)s” is empty.")


class RepeatedKey(RowProblem):
    message = _("Row %(row)s: “%(value)s” stands in row %(first)s already.")


class KeyTaken(RowProblem):
    message = _("Row %(row)s: the external ID “%(value)s” cannot be used.")


class SeveralMatch(RowProblem):
    message = _("Row %(row)s: there is more than one record called “%(value)s”.")


class NotAllowed(RowProblem):
    message = _("Row %(row)s: you may not change “%(record)s”.")


class FieldNotAllowed(RowProblem):
    message = _("Row %(row)s: you may not change the field “%(field)s” of “%(record)s”.")


class InACircle(RowProblem):
    message = _("Row %(row)s: “%(value)s” would belong to itself, directly or through others.")


class ReadAs(Notice):
    message = _("Column “%(column)s”: “%(value)s” is read as “%(meaning)s” (%(count)s rows).")


class LinkLeftOut(Notice):
    message = _("Row %(row)s: “%(value)s” was not imported, so the link to it was left out.")


__all__ = [
    name for name, thing in list(globals().items()) if isinstance(thing, type) and issubclass(thing, Problem)
]
__all__ += ["refused"]
