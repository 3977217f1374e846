"""Giving a page of records the others they name, by one query a table.

Django's own prefetching does the same, at several times the cost: a manager and a query for each record.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.db.models import prefetch_related_objects

from kairos.core.custom.columns import Column, column_named, model_field
from kairos.core.prepared import prepared

# The question is prepared for so many of a table; for more, writing it is the least of the work.
FEW = 20


def attach(records: Sequence[Any], names: Iterable[str]) -> None:
    """Put at hand what these fields name, where it is not at hand already. A path leads on from what a field names."""
    if not records:
        return
    model = type(records[0])
    single: dict[type[models.Model], list[Any]] = defaultdict(list)
    later: list[tuple[str, Any]] = []
    for name in names:
        field: Any = None if "__" in name or column_named(name) else model._meta.get_field(name)
        if field is not None and field.is_relation and not field.many_to_many:
            single[field.related_model].append(field)
        else:
            later.append((name, field))
    for related_model, fields in single.items():
        _attach_single(records, related_model, fields)
    for name, field in later:
        if (column := column_named(name)) is not None:
            _attach_linked(records, column)
        elif field is None or not field.is_relation:
            prefetch_related_objects(list(records), name)
        else:
            _attach_many(records, field)


def _attach_single(records: Sequence[Any], related_model: type[models.Model], fields: Sequence[Any]) -> None:
    """What several fields name of one table, such as a salesperson and who made the record, in one query."""
    bare = [(record, field) for record in records for field in fields if not field.is_cached(record)]
    wanted = {pk for record, field in bare if (pk := getattr(record, field.attname)) is not None}
    if not wanted:
        return
    found = _named(related_model, wanted)
    for record, field in bare:
        other = found.get(getattr(record, field.attname))
        if other is not None:
            field.set_cached_value(record, other)


def _attach_linked(records: Sequence[Any], column: Any) -> None:
    bare = [record for record in records if not column.is_at_hand(record)]
    wanted = {pk for record in bare if (pk := column.decode(column.stored_in(record))) is not None}
    found = _named(column.related_model, wanted) if wanted else {}
    for record in bare:
        column.put_at_hand(record, found.get(column.decode(column.stored_in(record))))


def _named(model: type[models.Model], keys: set[int]) -> dict[int, Any]:
    if len(keys) > FEW:
        return _light(model).in_bulk(keys)
    return {one.pk: one for one in _few(*keys, model=model)}


@prepared
def _few(*keys: int, model: type[models.Model]) -> models.QuerySet[Any]:
    return _light(model).filter(pk__in=keys)


def _light(model: type[models.Model]) -> models.QuerySet[Any]:
    """A record that is only named comes without its lists and long texts."""
    heavy = [
        f.name for f in model._meta.concrete_fields if isinstance(f, models.JSONField | models.TextField)
    ]
    return model._base_manager.defer(*heavy)


def _attach_many(records: Sequence[Any], field: Any) -> None:
    bare = [r for r in records if field.name not in getattr(r, "_prefetched_objects_cache", {})]
    if not bare:
        return
    source, target = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
    through = field.remote_field.through._base_manager
    pairs = (
        through.filter(**{f"{source}__in": [r.pk for r in bare]}).values_list(source, target).order_by(target)
    )
    ids: dict[int, list[int]] = defaultdict(list)
    for pk, other in pairs:
        ids[pk].append(other)
    others = field.related_model._default_manager
    known = others.in_bulk({pk for found in ids.values() for pk in found}) if ids else {}
    sets: dict[tuple[int, ...], Any] = {}
    for record in bare:
        # Records that name the same share one answer, which stays true when somebody narrows it further.
        key = tuple(ids.get(record.pk, ()))
        if key not in sets:
            sets[key] = _answer(field, [known[other] for other in key if other in known])
        _put_at_hand(record, field, sets[key])


def attach_new(records: Sequence[Any], name: str, others: Sequence[Sequence[Any]]) -> None:
    """Put at hand what a many-to-many field of records that were made just now names, one list for each."""
    answers: dict[tuple[int, ...], Any] = {}
    for record, named in zip(records, others, strict=True):
        field = record._meta.get_field(name)
        found = {one.pk: one for one in sorted(named, key=lambda one: one.pk)}
        key = tuple(found)
        if key not in answers:
            answers[key] = _answer(field, [*found.values()])
        _put_at_hand(record, field, answers[key])


def _answer(field: Any, found: list[Any]) -> models.QuerySet[Any]:
    answer = field.related_model._default_manager.filter(pk__in=[one.pk for one in found])
    answer._result_cache = found
    return answer


def _put_at_hand(record: Any, field: Any, answer: models.QuerySet[Any]) -> None:
    if not hasattr(record, "_prefetched_objects_cache"):
        record._prefetched_objects_cache = {}
    record._prefetched_objects_cache[field.name] = answer


def versions(records: Sequence[Any], names: Iterable[str]) -> list[tuple[Any, ...]]:
    """For each record its version, and key and version of every record these fields name.

    What is at hand is looked at; of the rest only the versions are read, by one query a field.
    """
    if not records:
        return []
    seen: list[list[Any]] = [[record.version, record.updated_at] for record in records]
    for name in names:
        field: Any = model_field(type(records[0]), name)
        if isinstance(field, Column):
            found = _versions_of_linked(records, field)
        else:
            found = (
                _versions_of_many(records, field) if field.many_to_many else _versions_of_one(records, field)
            )
        for one, part in zip(seen, found, strict=True):
            one.append(part)
    return [tuple(one) for one in seen]


def _versions_of_one(records: Sequence[Any], field: Any) -> list[Any]:
    ids = {getattr(record, field.attname) for record in records if not field.is_cached(record)} - {None}
    known: dict[int, Any] = {}
    if ids:
        rows = field.related_model._base_manager.filter(pk__in=ids)
        known = {row[0]: row for row in rows.values_list("pk", "version", "updated_at")}
    return [
        _version(getattr(record, field.name))
        if field.is_cached(record)
        else known.get(getattr(record, field.attname))
        for record in records
    ]


def _versions_of_linked(records: Sequence[Any], column: Any) -> list[Any]:
    bare = {id(record) for record in records if not column.is_at_hand(record)}
    keys = {id(record): column.decode(column.stored_in(record)) for record in records}
    wanted = {pk for place, pk in keys.items() if place in bare and pk is not None}
    known: dict[int, Any] = {}
    if wanted:
        rows = column.related_model._base_manager.filter(pk__in=wanted)
        known = {row[0]: row for row in rows.values_list("pk", "version", "updated_at")}
    return [
        known.get(keys[id(record)]) if id(record) in bare else _version(column.value_in(record))
        for record in records
    ]


def _versions_of_many(records: Sequence[Any], field: Any) -> list[Any]:
    at_hand: dict[int, Any] = {
        id(r): getattr(r, "_prefetched_objects_cache", {}).get(field.name) for r in records
    }
    source, target = f"{field.m2m_field_name()}_id", field.m2m_reverse_field_name()
    found: dict[int, list[Any]] = defaultdict(list)
    bare = [record.pk for record in records if at_hand[id(record)] is None]
    if bare:
        rows = field.remote_field.through._base_manager.filter(**{f"{source}__in": bare})
        wanted = (source, f"{target}_id", f"{target}__version", f"{target}__updated_at")
        for pk, *one in rows.values_list(*wanted).order_by(f"{target}_id"):
            found[pk].append(tuple(one))
    return [
        tuple(found.get(r.pk, ())) if at_hand[id(r)] is None else tuple(map(_version, at_hand[id(r)]))
        for r in records
    ]


def _version(record: Any) -> tuple[Any, ...] | None:
    return None if record is None else (record.pk, record.version, record.updated_at)
