"""Cards, drawn once: what a card shows depends on its record and on the records it names, whoever looks at it.

Drawing 240 cards costs more than finding them, so each is kept, under a key that changes with everything it may show:
the versions of the record and of every record that `Board.prefetch` names (each change set raises the version), the
language, and the time to five minutes, because cards tell days. A card must show nothing else. No past day is kept.
"""

from typing import Any

from django.template.loader import get_template
from django.utils.translation import get_language
from markupsafe import Markup

from kairos.core.listing.listing import Listing

KEPT = 4000
MINUTES = 5
_drawn: dict[tuple[Any, ...], Markup] = {}


def faces(listing: Listing, records: list[Any], *, is_movable: bool) -> list[Markup]:
    """The markup of each record's card, in order. The records have at hand what `Board.prefetch` names."""
    template: Any = get_template("core/_board_card.html")
    now = listing.now
    same = (listing.record_type.name, get_language(), is_movable, int(now.timestamp()) // (MINUTES * 60))
    given = {
        "record_type": listing.record_type,
        "card": listing.board.card,
        "now": now,
        "is_movable": is_movable,
    }
    made = []
    for record in records:
        key = (
            None
            if listing.as_of
            else (
                *same,
                record.pk,
                record.version,
                record.updated_at,
                *_named(record, listing.board.prefetch),
            )
        )
        face = _drawn.get(key) if key else None
        if face is None:
            face = Markup(template.template.render(record=record, **given))  # noqa: S704 - drawn by Jinja, which escapes
            if key:
                _keep(key, face)
        made.append(face)
    return made


def _named(record: Any, names: Any) -> list[Any]:
    """Key and version of every record this one names."""
    found: list[Any] = []
    for name in names:
        other = getattr(record, name)
        if other is None:
            found.append(None)
        elif hasattr(other, "version"):
            found += (other.pk, other.version, other.updated_at)
        else:
            found.append(tuple((one.pk, one.version, one.updated_at) for one in other.all()))
    return found


def _keep(key: tuple[Any, ...], face: Markup) -> None:
    if len(_drawn) >= KEPT:
        # The oldest half; another thread may have taken some of them already.
        for old in list(_drawn)[: KEPT // 2]:
            _drawn.pop(old, None)
    _drawn[key] = face
