"""Which records are likely the same as one that is there, or that somebody is about to make: exact keys only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection, models
from django.db.models import Count

from kairos.core.fields.lists import phone_text
from kairos.core.history.bulk import chunks
from kairos.core.models import DuplicatePair, MatchKey
from kairos.core.records import DuplicateRules, Reason, RecordType
from kairos.core.tables import name_key

MOST_KEYS = 30
MOST_MATCHES = 20
# From here on a match is told even to those who may not see the other record: that there is one, not which.
CERTAIN = 60
OF_KEY = (
    "SELECT * FROM (SELECT kind, value, record_id FROM core_matchkey "
    "WHERE record_type = %s AND kind = %s AND value = %s LIMIT {most}) AS found_{n}"
)
OF_LINK = (
    "SELECT * FROM (SELECT %s, CAST({column} AS text), id FROM {table} "
    "WHERE {column} = %s LIMIT {most}) AS found_{n}"
)

Shared = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Because:
    """One reason in words: “Same e-mail address”, and the address where it tells something."""

    kind: str
    label: Any
    text: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A record that may be the same; `strength` (1-99) is how likely, in percent."""

    record: Any
    record_type: RecordType
    reasons: list[Because]
    strength: int


@dataclass(slots=True)
class Similar:
    """What was found, the likeliest first, and how many likely ones this person may not see."""

    matches: list[Match] = field(default_factory=list)
    hidden: int = 0

    def __bool__(self) -> bool:
        return bool(self.matches or self.hidden)


def find_matches(record_type: RecordType, values_or_record: Any, user: Any) -> list[Match]:
    """Records this person may see that are likely the same as a record, or as one of these field values would be."""
    return similar_to(record_type, values_or_record, user).matches


def similar_to(record_type: RecordType, values_or_record: Any, user: Any, *, least: int = 0) -> Similar:
    """As `find_matches`, of at least this strength, and the number of likely ones that are out of this person's sight.

    Two queries whatever the number of keys; two more where some are out of sight.
    """
    rules = record_type.duplicates
    if rules is None:
        return Similar()
    asked = _asked(record_type, rules, values_or_record)
    shared = _sharing(record_type, asked, rules.most)
    similar = _told(record_type, asked, shared, user)
    similar.matches = [match for match in similar.matches if match.strength >= least][:MOST_MATCHES]
    return similar


def find_matches_of_many(
    record_type: RecordType, given: Sequence[Any], user: Any, *, least: int = 0
) -> list[list[Match]]:
    """As `find_matches` for each of these records or values, in few queries for thousands of them.

    What cannot have at least this strength is not even looked at.
    """
    rules = record_type.duplicates
    if rules is None:
        return [[] for _one in given]
    every = [_asked(record_type, rules, one) for one in given]
    holders = _holders(record_type, {pair for asked in every for pair in asked.keys + asked.links}, rules)
    sharing = [_shared(asked, holders, rules.most) for asked in every]
    likened = {(name, "") for name in rules.likened}
    ranked = [
        [pk for pk in _ranked(rules, shared) if strength_of(rules, shared[pk] | likened) >= least]
        for shared in sharing
    ]
    there: dict[int, Any] = {}
    for part in chunks(sorted({pk for ids in ranked for pk in ids})):
        there |= shown_records(record_type, user).filter(archived_at=None).in_bulk(list(part))
    different = _different(record_type, [asked.record.pk for asked in every if asked.record.pk])
    return [
        _matches(
            record_type, asked, shared, [pk for pk in ids if (asked.record.pk, pk) not in different], there
        )
        for asked, shared, ids in zip(every, sharing, ranked, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What others are compared with: a record, perhaps one that is only wished for, its keys and its links."""

    record: Any
    rules: DuplicateRules
    keys: list[Shared]
    links: list[Shared]


def _asked(record_type: RecordType, rules: DuplicateRules, given: Any) -> _Asked:
    record = _as_record(record_type, given)
    if isinstance(given, Mapping):
        # What is not said yet rules nothing out.
        rules = replace(rules, same=[name for name in rules.same if given.get(name)])
    weights = {reason.kind for reason in rules.reasons}
    pairs = record_type.match_keys.values(record) if record_type.match_keys else ()
    keys = [(kind, value[:200]) for kind, value in dict.fromkeys(pairs) if value and kind in weights]
    linked = [(name, getattr(record, f"{name}_id")) for name in rules.links]
    return _Asked(record, rules, keys[:MOST_KEYS], [(name, str(pk)) for name, pk in linked if pk])


def _as_record(record_type: RecordType, given: Any) -> Any:
    if not isinstance(given, Mapping):
        return given
    model = record_type.model
    own = {one.name: one for one in model._meta.concrete_fields}
    # A record that is wished for has no number yet; it cannot be shared by anything.
    return model(**{name: value for name, value in given.items() if name in own and _fits(own[name], value)})


def _fits(own: models.Field[Any, Any], value: Any) -> bool:
    return value not in (None, "") and (not own.is_relation or isinstance(value, models.Model))


def _sharing(record_type: RecordType, asked: _Asked, most: int) -> dict[int, set[Shared]]:
    """Who shares which of the keys and links. One statement."""
    parts: list[str] = []
    values: list[Any] = []
    for n, (kind, value) in enumerate(asked.keys):
        parts.append(OF_KEY.format(most=most + 2, n=n))
        values += [record_type.stored_name, kind, value]
    quote = connection.ops.quote_name
    table = quote(record_type.model._meta.db_table)
    for n, (name, pk) in enumerate(asked.links, start=len(asked.keys)):
        column = quote(str(record_type.model._meta.get_field(name).column))
        parts.append(OF_LINK.format(column=column, table=table, most=most + 2, n=n))
        values += [name, int(pk)]
    if not parts:
        return {}
    by_key: dict[Shared, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        for kind, value, pk in cursor.fetchall():
            by_key[kind, value].append(pk)
    return _shared(asked, by_key, most)


def _holders(record_type: RecordType, pairs: Set[Shared], rules: DuplicateRules) -> dict[Shared, list[int]]:
    """Which records have each of these keys or links, without those that too many have."""
    values_of: dict[str, list[str]] = defaultdict(list)
    for kind, value in sorted(pairs):
        values_of[kind].append(value)
    found: dict[Shared, list[int]] = defaultdict(list)
    for kind, values in values_of.items():
        is_link = kind in rules.links
        rows: models.QuerySet[Any] = (
            record_type.model._base_manager.all()
            if is_link
            else MatchKey.objects.filter(record_type=record_type.stored_name, kind=kind)
        )
        key, pk = (kind, "pk") if is_link else ("value", "record_id")
        for part in chunks(values):
            these = rows.filter(**{f"{key}__in": part})
            counted = these.order_by().values(key).annotate(number=Count("pk"))
            few = counted.filter(number__lte=rules.most + 1).values_list(key, flat=True)
            for value, holder in these.filter(**{f"{key}__in": list(few)}).values_list(key, pk):
                found[kind, str(value)].append(holder)
    return found


def _shared(asked: _Asked, holders: Mapping[Shared, Sequence[int]], most: int) -> dict[int, set[Shared]]:
    """By record, what it shares with the one asked about; keys that too many have are left out."""
    found: dict[int, set[Shared]] = defaultdict(set)
    for pair in asked.keys + asked.links:
        ids = holders.get(pair, ())
        if len(ids) <= most + 1:
            for pk in ids:
                found[pk].add(pair)
    found.pop(asked.record.pk, None)
    return found


def _different(record_type: RecordType, ids: Sequence[int]) -> set[tuple[int, int]]:
    """Pairs, in both orders, of which somebody has said that they are not the same."""
    pairs = DuplicatePair.objects.filter(
        record_type=record_type.stored_name, state=DuplicatePair.State.DIFFERENT
    )
    found: set[tuple[int, int]] = set()
    for part in chunks(ids):
        for one, other in ("first_id", "second_id"), ("second_id", "first_id"):
            found |= set(pairs.filter(**{f"{one}__in": part}).values_list(one, other))
    return found


def settled(stored_name: str, pk: int) -> list[models.QuerySet[Any]]:
    """Records somebody has said are not the same as this one, as two subqueries."""
    pairs = DuplicatePair.objects.filter(record_type=stored_name, state=DuplicatePair.State.DIFFERENT)
    return [pairs.filter(first_id=pk).values("second_id"), pairs.filter(second_id=pk).values("first_id")]


def _told(record_type: RecordType, asked: _Asked, shared: Mapping[int, set[Shared]], user: Any) -> Similar:
    if not shared:
        return Similar()
    ranked = _ranked(asked.rules, shared)
    rows = shown_records(record_type, user).filter(pk__in=ranked, archived_at=None)
    if asked.record.pk:
        for told in settled(record_type.stored_name, asked.record.pk):
            rows = rows.exclude(pk__in=told)
    there = {one.pk: one for one in rows}
    similar = Similar(_matches(record_type, asked, shared, ranked, there))
    unseen = [pk for pk in ranked if pk not in there and strength_of(asked.rules, shared[pk]) >= CERTAIN]
    if unseen:
        others = record_type.model._base_manager.filter(pk__in=unseen, archived_at=None)
        seen = set(record_type.known_to(user).filter(pk__in=unseen).values_list("pk", flat=True))
        found = [one for one in others if one.pk not in seen]
        similar.hidden = sum(_may_be_one(asked.rules, asked.record, one) for one in found)
    return similar


def _ranked(rules: DuplicateRules, shared: Mapping[int, set[Shared]]) -> list[int]:
    return sorted(shared, key=lambda pk: (-strength_of(rules, shared[pk]), -pk))[: MOST_MATCHES * 2]


def _matches(
    record_type: RecordType,
    asked: _Asked,
    shared: Mapping[int, set[Shared]],
    ranked: Sequence[int],
    there: Mapping[int, Any],
) -> list[Match]:
    """Those of the ranked that are there and may be one with it, the likeliest first."""
    rules, record = asked.rules, asked.record
    found = [
        match_of(record_type, rules, there[pk], shared[pk] | _alike(rules, record, there[pk]))
        for pk in ranked
        if pk in there and _may_be_one(rules, record, there[pk])
    ]
    found.sort(key=lambda match: -match.strength)
    return found[:MOST_MATCHES]


def shown_records(record_type: RecordType, user: Any) -> models.QuerySet[Any]:
    """What this person may see of the table, with what a title and a second line name."""
    single = {path.partition(".")[0] for path in record_type.search if "." in path}
    records: models.QuerySet[Any] = record_type.known_to(user).select_related(*single)
    return records


def _may_be_one(rules: DuplicateRules, one: Any, other: Any) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in rules.same)


def _alike(rules: DuplicateRules, one: Any, other: Any) -> set[Shared]:
    """The texts that are the same in both."""
    keys = ((name, name_key(getattr(one, name)), name_key(getattr(other, name))) for name in rules.likened)
    return {(name, key) for name, key, others in keys if key and key == others}


def match_of(record_type: RecordType, rules: DuplicateRules, other: Any, shared: set[Shared]) -> Match:
    """The match with its reasons in words, the weightiest first."""
    return Match(other, record_type.own_type(other), because(rules, shared), strength_of(rules, shared))


def because(rules: DuplicateRules, shared: Iterable[Shared]) -> list[Because]:
    by_kind = {reason.kind: reason for reason in rules.reasons}
    found = sorted(
        ((by_kind[kind], value) for kind, value in shared if kind in by_kind), key=lambda p: -p[0].weight
    )
    return [Because(reason.kind, reason.label, _text(reason, value)) for reason, value in found]


def _text(reason: Reason, value: str) -> str:
    if not reason.is_shown:
        return ""
    return phone_text(value) if reason.kind == "phone" else value


def strength_of(rules: DuplicateRules, shared: Iterable[Shared]) -> int:
    """How likely the reasons together make two records one: as independent chances, each kind once."""
    kinds = {kind for kind, _value in shared}
    apart = 1.0
    for reason in rules.reasons:
        if reason.kind in kinds:
            apart *= 1 - reason.weight / 100
    return min(99, round(100 * (1 - apart)))


def pair_of(one: int, other: int) -> tuple[int, int]:
    """Two numbers as a pair keeps them: the smaller first."""
    return min(one, other), max(one, other)
