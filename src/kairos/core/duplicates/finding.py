"""Looking through the whole database for records that are likely one, in the background."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, groupby
from typing import Any

from django.db import models
from django.db.models import Count
from django.utils import timezone

from kairos.core.duplicates.likeness import alike
from kairos.core.duplicates.matching import strength_of
from kairos.core.history.bulk import chunks
from kairos.core.models import DuplicatePair, MatchKey
from kairos.core.records import DuplicateRules, RecordType, all_types
from kairos.core.search import rewrite_keys
from kairos.core.tables import name_key

Pair = tuple[int, int]
Reasons = dict[Pair, set[tuple[str, str]]]
Tell = Callable[[int, int], None]
CHUNK = 1000
ALIKE = "alike"


def searched_types() -> list[RecordType]:
    """The kinds whose duplicates are looked for, one for each table."""
    return [one for one in all_types() if one.duplicates is not None and not one.model._meta.proxy]


def find_duplicates(record_type: RecordType, tell: Tell = lambda done, total: None) -> int:
    """Bring match keys and the queue of one kind in step; returns how many pairs wait. Done again, it does the same.

    `tell(done, total)` hears of the progress. What people have said of a pair stays said.
    """
    rules = record_type.duplicates
    if rules is None:
        return 0
    total = record_type.model._base_manager.count()
    _refresh_keys(record_type, lambda done: tell(done, total))
    records = rules.in_queue(record_type.model._base_manager.all())
    found: Reasons = defaultdict(set)
    for pair, reason in _by_keys(record_type, rules, records):
        found[pair].add(reason)
    for pair, reason in _by_links(rules, records):
        found[pair].add(reason)
    if any(reason.kind == ALIKE for reason in rules.reasons):
        names = records.values_list("pk", record_type.title_field)
        for pair in alike((pk, name_key(name)) for pk, name in names.iterator(chunk_size=5000)):
            found[pair].add((ALIKE, ""))
    _liken(record_type, rules, records, found)
    worth = {pair: shared for pair, shared in found.items() if strength_of(rules, shared) >= rules.worth}
    _store(record_type, rules, worth)
    return DuplicatePair.objects.filter(
        record_type=record_type.stored_name, state=DuplicatePair.State.OPEN
    ).count()


def _refresh_keys(record_type: RecordType, tell: Callable[[int], None]) -> None:
    """Databases from before a key was kept, or filled past the actions, come in step here."""
    done, last = 0, 0
    while True:
        ids = list(
            record_type.model._base_manager.filter(pk__gt=last)
            .order_by("pk")
            .values_list("pk", flat=True)[:CHUNK]
        )
        if not ids:
            return
        rewrite_keys(record_type, ids)
        last, done = ids[-1], done + len(ids)
        tell(done)


def _by_keys(
    record_type: RecordType, rules: DuplicateRules, records: models.QuerySet[Any]
) -> Iterator[tuple[Pair, tuple[str, str]]]:
    """Pairs that share a key which few share."""
    kinds = [reason.kind for reason in rules.reasons]
    keys = MatchKey.objects.filter(
        record_type=record_type.stored_name, kind__in=kinds, record_id__in=records.values("pk")
    )
    counted = keys.values("kind", "value").annotate(number=Count("record_id")).filter(number__gt=1)
    shared = list(counted.filter(number__lte=rules.most).values_list("kind", "value"))
    for kind, group in groupby(sorted(shared), key=lambda pair: pair[0]):
        for part in chunks([value for _kind, value in group], CHUNK // 2):
            rows = keys.filter(kind=kind, value__in=part).values_list("value", "record_id")
            yield from _pairs(kind, sorted(rows))


def _by_links(rules: DuplicateRules, records: models.QuerySet[Any]) -> Iterator[tuple[Pair, tuple[str, str]]]:
    """Pairs that refer to the same other record, which few refer to."""
    for name in rules.links:
        counted = (
            records.exclude(**{name: None}).order_by().values(name).annotate(number=Count("pk"))
        ).filter(number__gt=1, number__lte=rules.most)
        for part in chunks(list(counted.values_list(name, flat=True)), CHUNK // 2):
            rows = records.filter(**{f"{name}__in": part}).values_list(name, "pk")
            yield from _pairs(name, sorted((str(value), pk) for value, pk in rows))


def _pairs(kind: str, rows: Iterable[tuple[str, int]]) -> Iterator[tuple[Pair, tuple[str, str]]]:
    for value, group in groupby(rows, key=lambda row: row[0]):
        for one, other in combinations(sorted({pk for _value, pk in group}), 2):
            yield (one, other), (kind, value)


def _liken(
    record_type: RecordType, rules: DuplicateRules, records: models.QuerySet[Any], found: Reasons
) -> None:
    """Compare what is compared only where there is a reason already, and drop those that cannot be one."""
    names = [*rules.same, *rules.likened]
    if not names:
        return
    ids = sorted({pk for pair in found for pk in pair})
    told: dict[int, tuple[Any, ...]] = {}
    for part in chunks(ids, CHUNK // 2):
        told |= {pk: values for pk, *values in records.filter(pk__in=part).values_list("pk", *names)}
    same = len(rules.same)
    for pair in list(found):
        one, other = told.get(pair[0]), told.get(pair[1])
        if one is None or other is None or one[:same] != other[:same]:
            del found[pair]
            continue
        for name, here, there in zip(rules.likened, one[same:], other[same:], strict=True):
            if here and name_key(here) == name_key(there):
                found[pair].add((name, ""))


def _store(record_type: RecordType, rules: DuplicateRules, worth: Reasons) -> None:
    """Bring the open pairs in step: new ones added, changed ones told anew, those without a reason taken out."""
    name, now = record_type.stored_name, timezone.now()
    present = {
        (pair.first_id, pair.second_id): pair for pair in DuplicatePair.objects.filter(record_type=name)
    }
    new, changed = [], []
    for pair, shared in worth.items():
        reasons, strength = [list(reason) for reason in sorted(shared)], strength_of(rules, shared)
        there = present.get(pair)
        if there is None:
            new.append(
                DuplicatePair(
                    record_type=name,
                    first_id=pair[0],
                    second_id=pair[1],
                    reasons=reasons,
                    strength=strength,
                    found_at=now,
                )
            )
        elif (there.reasons, there.strength) != (reasons, strength):
            there.reasons, there.strength = reasons, strength
            changed.append(there)
    gone = [
        one.pk for pair, one in present.items() if pair not in worth and one.state == DuplicatePair.State.OPEN
    ]
    for part in chunks(gone):
        DuplicatePair.objects.filter(pk__in=part, state=DuplicatePair.State.OPEN).delete()
    DuplicatePair.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)
    DuplicatePair.objects.bulk_update(changed, ["reasons", "strength"], batch_size=500)
