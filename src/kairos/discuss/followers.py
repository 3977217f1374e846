"""Who hears of a record: by rule, whoever is responsible for it and whoever made it by hand; and whoever chose to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kairos.core.listing.related import attach
from kairos.core.models import FieldChange, Source
from kairos.core.prepared import prepared
from kairos.core.records import RecordType, Room
from kairos.discuss.models import Follow

KINDS = ("notes", "messages", "events")


@dataclass(frozen=True, slots=True)
class Follower:
    """One person and what they hear of a record; `by_rule` says that they never had to ask."""

    user: Any
    notes: bool = True
    messages: bool = True
    events: bool = False
    is_muted: bool = False
    by_rule: bool = False

    @property
    def follows(self) -> bool:
        return not self.is_muted and (self.notes or self.messages or self.events)

    def hears(self, kind: str) -> bool:
        return not self.is_muted and bool(getattr(self, kind))


def known_followers(record_type: RecordType, record: Any) -> list[Follower]:
    """Everybody who hears of the record or chose to hear nothing of it; four queries at most."""
    rows = _choices(record.pk, record_type=record_type.stored_name)
    attach(rows, ["user"])
    chosen = {row.user_id: row for row in rows}
    found = [_chosen(row, by_rule=False) for row in chosen.values()]
    found += [Follower(one, by_rule=True) for one in _by_rule(record_type, record) if one.pk not in chosen]
    return [one for one in found if one.user.is_active]


@prepared
def _choices(pk: int, *, record_type: str) -> Any:
    return Follow.objects.filter(record_type=record_type, record_id=pk).order_by("pk")


def followers_of(record_type: RecordType, record: Any) -> list[Follower]:
    """Those who hear something of the record."""
    return [one for one in known_followers(record_type, record) if one.follows]


def who_may_see(record_type: RecordType, record: Any, people: Iterable[Any]) -> list[Any]:
    """Those of the people who see the record: nobody is told of what they may not read."""
    return [one for one in people if record_type.known_to(one).filter(pk=record.pk).exists()]


def _chosen(row: Follow, *, by_rule: bool) -> Follower:
    return Follower(
        row.user, row.hears_notes, row.hears_messages, row.hears_events, row.is_muted, by_rule=by_rule
    )


def _by_rule(record_type: RecordType, record: Any) -> list[Any]:
    """Whoever is responsible, and whoever made the record on screen: an import makes nobody a follower.

    In a room nobody follows by rule.
    """
    if isinstance(record_type.thread, Room):
        return []
    names = record_type.thread.responsible if record_type.thread else ()
    found = [person for name in names if (person := getattr(record, name))]
    if record.created_by_id and all(one.pk != record.created_by_id for one in found):
        made = FieldChange.objects.filter(
            record_type=record_type.stored_name,
            record_id=record.pk,
            field="",
            old=None,
            change_set__source=Source.SCREEN,
        )
        found += [record.created_by] if made.exists() else []
    return list({one.pk: one for one in found}.values())
