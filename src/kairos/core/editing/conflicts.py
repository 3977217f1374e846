"""What an undo left alone, in words."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.history.undo import Conflict
from kairos.core.records import type_named
from kairos.core.slots import LEFT_BY_UNDO

MOST = 100
REASONS = {
    "changed": _("has been changed since"),
    "needed": _("is needed by another record"),
    "gone": _("is no longer there"),
    "taken": _("would collide with another record"),
}


@dataclass(frozen=True, slots=True)
class ConflictRow:
    title: str
    url: str
    label: str
    reason: Any


def conflict_rows(conflicts: Iterable[Conflict], *, user: Any) -> list[ConflictRow]:
    """One row a value, the first hundred; names only of records this person may see."""
    found = list(conflicts)[:MOST]
    ids: dict[str, set[int]] = defaultdict(set)
    for one in found:
        ids[one.record_type].add(one.record_id)
    names = {kind: _titles(kind, wanted, user) for kind, wanted in ids.items()}
    words = {kind: _words(kind, wanted, user) for kind, wanted in ids.items()}
    return [_row(one, names[one.record_type], words[one.record_type]) for one in found]


def _words(kind: str, ids: set[int], user: Any) -> dict[int, tuple[str, Any]]:
    """What the app that has them says of those that stay."""
    found: dict[int, tuple[str, Any]] = {}
    for said in LEFT_BY_UNDO.contributions(kind):
        found |= said.words(ids, user)
    return found


def _titles(kind: str, ids: set[int], user: Any) -> dict[int, tuple[str, str]]:
    try:
        record_type = type_named(kind)
    except KeyError:
        return {}
    found = record_type.known_to(user).in_bulk(list(ids))
    return {pk: (record_type.title(record), record_type.url_of(pk)) for pk, record in found.items()}


def _row(one: Conflict, names: dict[int, tuple[str, str]], words: dict[int, tuple[str, Any]]) -> ConflictRow:
    if one.record_id in words:
        title, reason = words[one.record_id]
        return ConflictRow(title, "", "", reason)
    title, url = names.get(one.record_id, (f"#{one.record_id}", ""))
    label = ""
    if one.field:
        try:
            field = type_named(one.record_type).fields.get(one.field)
        except KeyError:
            field = None
        label = str(field.label) if field else one.field
    return ConflictRow(title, url, label, REASONS[one.reason])
