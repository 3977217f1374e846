"""Cards and rows, drawn once: what they show depends on their record and on the records it names, whoever looks.

Drawing them costs more than finding them, so each is kept, under a key that changes with everything it may show: the
versions of the record and of every record it names (each change set raises the version), the language and time zone,
what of it the person may edit, and for cards, which tell days, the time to five minutes. Cards name what
`Board.prefetch` says and must show nothing else. No past day is kept.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.template.loader import get_template
from django.utils import timezone
from django.utils.translation import get_language
from markupsafe import Markup

from kairos.core.fields import Field
from kairos.core.listing.listing import Listing
from kairos.core.records.record_type import RELATION_KINDS

KEPT = 6000
MINUTES = 5
# Stands in a kept row for the part of its link that differs from list to list; no text on screen has it.
FROM_LIST = "\ue000"
_drawn: dict[tuple[Any, ...], Markup] = {}


def faces(listing: Listing, records: list[Any], *, is_movable: bool) -> list[Markup]:
    """The markup of each record's card, in order. The records have at hand what `Board.prefetch` names."""
    now = listing.now
    same = ("card", is_movable, int(now.timestamp()) // (MINUTES * 60), *_reader(listing))
    given = {
        "record_type": listing.record_type,
        "card": listing.board.card,
        "now": now,
        "is_movable": is_movable,
    }
    template: Any = get_template("core/_board_card.html").template  # type: ignore[attr-defined]
    named = listing.board.prefetch
    return [
        _face(_key(listing, same, record, named), template, {"record": record, **given}) for record in records
    ]


def rows(listing: Listing, records: Sequence[Any], fields: Sequence[Field]) -> Markup:
    """The rows of a list. The records have their relations at hand."""
    kind, query = listing.record_type, listing.query()
    same = ("row", tuple(field.name for field in fields), listing.is_editable, *_reader(listing))
    named = [field.name for field in fields if field.kind in RELATION_KINDS]
    is_plain = all(field.model_field is not None for field in fields)
    template: Any = get_template("core/_list_row.html").template  # type: ignore[attr-defined]
    given = {
        "record_type": kind,
        "fields": fields,
        "is_editable": listing.is_editable,
        "from_list": FROM_LIST,
    }
    made = []
    for record in records:
        editable = _editable(listing, record, fields)
        key = _key(listing, (*same, editable), record, named) if is_plain else None
        made.append(_face(key, template, {"record": record, "editable": editable, **given}))
    from_list = Markup("?list={}").format(_quoted(query)) if query else Markup("")
    return Markup("").join(made).replace(FROM_LIST, from_list)


def _quoted(query: str) -> str:
    return quote(query, safe="")


def _editable(listing: Listing, record: Any, fields: Sequence[Field]) -> tuple[str, ...]:
    """What of this record the person may change in place."""
    if not listing.is_editable:
        return ()
    may = listing.record_type.access.can_edit_field
    return tuple(field.name for field in fields if field.editable and may(listing.user, record, field.name))


def _reader(listing: Listing) -> tuple[Any, ...]:
    """What every face of this listing depends on."""
    return listing.record_type.name, get_language(), timezone.get_current_timezone_name()


def _key(
    listing: Listing, same: tuple[Any, ...], record: Any, named: Sequence[str]
) -> tuple[Any, ...] | None:
    """What this face depends on; None where it must not be kept."""
    if listing.as_of is not None:
        return None
    return (*same, record.pk, record.version, record.updated_at, *_named(record, named))


def _named(record: Any, names: Sequence[str]) -> list[Any]:
    """Key and version of every record this one names."""
    found: list[Any] = []
    many = getattr(record, "_prefetched_objects_cache", {})
    for name in names:
        # What is at hand is looked up there: a manager for each record would cost more than the key.
        others = many.get(name)
        if others is not None:
            found.append(tuple((one.pk, one.version, one.updated_at) for one in others))
            continue
        other = getattr(record, name)
        if other is None:
            found.append(None)
        elif hasattr(other, "version"):
            found.append((other.pk, other.version, other.updated_at))
        else:
            found.append(tuple((one.pk, one.version, one.updated_at) for one in other.all()))
    return found


def _face(key: tuple[Any, ...] | None, template: Any, context: dict[str, Any]) -> Markup:
    face = _drawn.get(key) if key else None
    if face is None:
        face = Markup(template.render(context))  # noqa: S704 - drawn by Jinja, which escapes
        if key:
            _keep(key, face)
    return face


def _keep(key: tuple[Any, ...], face: Markup) -> None:
    if len(_drawn) >= KEPT:
        # The oldest half; another thread may have taken some of them already.
        for old in list(_drawn)[: KEPT // 2]:
            _drawn.pop(old, None)
    _drawn[key] = face
