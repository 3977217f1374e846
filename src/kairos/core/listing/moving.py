"""What dragging on a board does: a card into another column, the columns into another order."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairos.core.history import ActionRefused
from kairos.core.listing import axis
from kairos.core.listing.board import BoardView, allowed_values, may_reorder
from kairos.core.listing.listing import Listing


class NotYours(ActionRefused):
    message = gettext_lazy("You may not move “%(record)s”. Its owner, a leader or an administrator can.")


class CannotMove(ActionRefused):
    message = gettext_lazy("Cards cannot be moved by “%(field)s”.")


class ColumnGone(ActionRefused):
    message = gettext_lazy("This column is no longer there. Reload the board; nothing was changed.")


class CannotReorder(ActionRefused):
    message = gettext_lazy("Only a leader or an administrator can put these columns into another order.")


def key_before(board: BoardView, record: Any) -> str:
    """The key of the column a card stands in."""
    value = board.field.value(record)
    return axis.key_of(board.field, axis.normal(board.field, getattr(value, "pk", value)))


def move(board: BoardView, record: Any, *, key: str, by: Any) -> tuple[Any, str]:
    """Move a card; returns it as the board shows it now (None when it left the board) and a sentence.

    Raises `NotYours`, `CannotMove`, `ColumnGone`, and what the record type's own action refuses.
    """
    field, kind = board.field, board.listing.record_type
    if not field.editable:
        raise CannotMove(field=field.label)
    if not kind.access.can_edit_field(by, record, field.name):
        raise NotYours(record=kind.title(record))
    column = _column(board, record, key, by)
    if board.declared.on_move is not None:
        board.declared.on_move(record, field=field.name, column=column, by=by)
    else:
        kind.update(record, values={field.name: column}, by=by)
    message = _("Moved “%(record)s” to %(column)s") % {
        "record": kind.title(record),
        "column": axis.label_of(field, column),
    }
    return board.shown(record.pk, key_before(board, record)), message


def _column(board: BoardView, record: Any, key: str, by: Any) -> Any:
    """The value a column stands for, as the field takes it; a month keeps the record's day. Raises `ColumnGone`."""
    field: Any = board.field
    try:
        value = axis.value_of(field, key)
    except ValueError as error:
        raise ColumnGone() from error
    if value is None:
        if field.required:
            raise ColumnGone()
        return None if field.model_field.null else field.clean("", user=by)
    if field.kind in axis.RELATED:
        found = field.related_type.visible_to(by).filter(pk=value, archived_at=None).first()
        if found is None:
            raise ColumnGone()
        return found
    if field.kind == "date":
        return axis.day_in(value, field.value(record))
    return field.parse(key, user=by)


def reorder(listing: Listing, keys: Sequence[str], *, by: Any) -> None:
    """Store a new order of the columns. Raises `CannotReorder`, `ColumnGone`."""
    if not may_reorder(listing):
        raise CannotReorder()
    shown = {str(record.pk): record for record in listing.board.columns_for(by, allowed_values(listing))}
    if set(keys) != set(shown):
        raise ColumnGone()
    listing.board.reorder([shown[key] for key in dict.fromkeys(keys)], by=by)
