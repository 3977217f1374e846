"""Cards and rows, drawn once: what they show depends on their record and on the records it names, whoever looks.

Drawing them costs more than finding them, so each is kept, with everything it may show: the versions of the record and
of every record it names (each change set raises the version), the language and time zone, what of it the person may
edit, and for cards, which tell days, the time to five minutes and what upper apps say (`CARD_LINES`). Cards name what
`Board.prefetch` says and must show nothing else. No past day is kept. A page asks for the versions first, and reads
what is named only to draw anew.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from django.template.loader import get_template
from django.utils import timezone
from django.utils.translation import get_language
from markupsafe import Markup

from kairos.core.access import Access
from kairos.core.custom import definitions
from kairos.core.fields import Field
from kairos.core.listing.listing import Listing
from kairos.core.listing.records import loaded
from kairos.core.listing.related import attach, versions
from kairos.core.records.record_type import RELATION_KINDS
from kairos.core.slots import CARD_LINES

KEPT = 6000
MINUTES = 5
# Stands in a kept row for the part of its link that differs from list to list; no text on screen has it.
FROM_LIST = "\ue000"
_drawn: dict[tuple[Any, ...], tuple[tuple[Any, ...], Markup]] = {}


def prepare_cards(listing: Listing, records: Sequence[Any], *, is_movable: bool) -> None:
    """What these cards need to be drawn, for all of a page at once."""
    same, kind = _card_place(listing, is_movable), listing.record_type
    add_card_lines(listing, records)
    places = [(record, (*same, record.card_lines, record.pk)) for record in records]
    _prepare(listing, places, kind.named_on_cards)


def add_card_lines(listing: Listing, records: Sequence[Any]) -> None:
    """Lay down on each record, as `card_lines`, what upper apps say of it on its card."""
    contributions = CARD_LINES.contributions(listing.record_type.name)
    said = [one.lines(records, now=listing.now, past=listing.cutoff) for one in contributions]
    for record in records:
        record.card_lines = tuple(lines[record.pk] for lines in said if record.pk in lines)


def prepare_rows(listing: Listing, records: Sequence[Any], fields: Sequence[Field]) -> None:
    """What these rows need to be drawn, for all of a page at once."""
    kind = listing.record_type
    if listing.as_of is None:
        attach(records, kind.list_prefetch)
    for field in fields:
        field.prepare(records, user=listing.user, past=listing.cutoff)
    same, editable = _row_place(listing, fields), _editable(listing, records, fields)
    places = [(record, (*same, may, record.pk)) for record, may in zip(records, editable, strict=True)]
    _prepare(listing, places, [*_relations(fields), *kind.list_prefetch])


def faces(listing: Listing, records: Iterable[Any], *, is_movable: bool) -> list[Markup]:
    """The markup of each record's card, in order."""
    same, records = _card_place(listing, is_movable), list(records)
    if any(not hasattr(record, "card_lines") for record in records):
        add_card_lines(listing, records)
    given = {
        "record_type": listing.record_type,
        "card": listing.board.card,
        "now": listing.now,
        "is_movable": is_movable,
    }
    template: Any = get_template("core/_board_card.html").template  # type: ignore[attr-defined]
    named = listing.record_type.named_on_cards
    return [
        _face(
            listing,
            record,
            (*same, record.card_lines, record.pk),
            named,
            template,
            {"record": record, **given},
        )
        for record in records
    ]


def rows(listing: Listing, records: Sequence[Any], fields: Sequence[Field]) -> Markup:
    """The rows of a list."""
    query, named = listing.query(), _relations(fields)
    template: Any = get_template("core/_list_row.html").template  # type: ignore[attr-defined]
    given = {
        "record_type": listing.record_type,
        "fields": fields,
        "is_editable": listing.is_editable,
        "from_list": FROM_LIST,
    }
    made, same = [], _row_place(listing, fields)
    for record, editable in zip(records, _editable(listing, records, fields), strict=True):
        place = (*same, editable, record.pk)
        context = {"record": record, "editable": editable, **given}
        made.append(_face(listing, record, place, named, template, context))
    from_list = Markup("?list={}").format(quote(query, safe="")) if query else Markup("")
    return Markup("").join(made).replace(FROM_LIST, from_list)


# -- where a face is kept


def _card_place(listing: Listing, is_movable: bool) -> tuple[Any, ...]:
    return "card", is_movable, int(listing.now.timestamp()) // (MINUTES * 60), *_reader(listing)


def _row_place(listing: Listing, fields: Sequence[Field]) -> tuple[Any, ...]:
    # A column without a field of the model may show anything, so that no version vouches for it.
    is_plain = all(field.model_field is not None for field in fields)
    return "row" if is_plain else "", tuple(field.name for field in fields), *_reader(listing)


def _reader(listing: Listing) -> tuple[Any, ...]:
    """What every face of this listing depends on."""
    zone = timezone.get_current_timezone_name()
    return listing.record_type.name, listing.is_editable, get_language(), zone, definitions.current().number


def _editable(listing: Listing, records: Sequence[Any], fields: Sequence[Field]) -> list[tuple[str, ...]]:
    """What of each record the person may change in place."""
    if not listing.is_editable:
        return [()] * len(records)
    access, user = listing.record_type.access, listing.user
    names = tuple(field.name for field in fields if field.editable)
    if type(access).can_edit_field is Access.can_edit_field:
        # One rule for all fields of a record.
        return [names if access.can_edit(user, record) else () for record in records]
    may = access.can_edit_field
    return [tuple(name for name in names if may(user, record, name)) for record in records]


def _relations(fields: Iterable[Field]) -> list[str]:
    return [field.name for field in fields if field.kind in RELATION_KINDS]


# -- drawing


def _prepare(listing: Listing, places: list[tuple[Any, tuple[Any, ...]]], named: Sequence[str]) -> None:
    """Read what is named: where most faces are known only the versions, and the rest for the others."""
    records = [record for record, _place in places]
    if listing.as_of is not None or not records:
        loaded(listing, records, named)
        return
    if sum(_may_be_kept(record, place) for record, place in places) * 2 < len(records):
        attach(records, named)
        return
    stale = []
    for (record, place), seen in zip(places, versions(records, named), strict=True):
        record._seen = seen
        kept = _drawn.get(place)
        if kept is None or kept[0] != seen:
            stale.append(record)
    attach(stale, named)


def _may_be_kept(record: Any, place: tuple[Any, ...]) -> bool:
    """Whether the record itself has not changed since it was drawn; what it names may have."""
    kept = _drawn.get(place)
    return kept is not None and kept[0][:2] == (record.version, record.updated_at)


def _face(
    listing: Listing,
    record: Any,
    place: tuple[Any, ...],
    named: Sequence[str],
    template: Any,
    context: dict[str, Any],
) -> Markup:
    if listing.as_of is not None or not place[0]:
        return _draw(template, context)
    seen = getattr(record, "_seen", None) or versions([record], named)[0]
    kept = _drawn.get(place)
    if kept is not None and kept[0] == seen:
        return kept[1]
    face = _draw(template, context)
    _keep(place, seen, face)
    return face


def _draw(template: Any, context: dict[str, Any]) -> Markup:
    return Markup(template.render(context))  # noqa: S704 - drawn by Jinja, which escapes


def _keep(place: tuple[Any, ...], seen: tuple[Any, ...], face: Markup) -> None:
    if place not in _drawn and len(_drawn) >= KEPT:
        # The oldest half; another thread may have taken some of them already.
        for old in list(_drawn)[: KEPT // 2]:
            _drawn.pop(old, None)
    _drawn[place] = seen, face
