"""Writing many records in a few statements, each change remembered as if made one by one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F

from kairos.core.custom import definitions
from kairos.core.custom.columns import Column, column_named, model_field
from kairos.core.custom.links import links_to
from kairos.core.history.attached import attached_models, attached_to
from kairos.core.history.canonical import kept_fields, present_text, snapshot, to_text, tracked_fields
from kairos.core.history.parts import owner_field
from kairos.core.history.refusals import RecordInUse
from kairos.core.history.rows import insert_records, update_rows
from kairos.core.models.custom_values import Patched

if TYPE_CHECKING:
    from kairos.core.history.change_set import Changes

CHUNK = 500
FEW = 50
FEW_GROUPS = 8


def chunks(items: Sequence[Any], size: int = CHUNK) -> Iterable[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def create_many(
    changes: "Changes",
    model: type[models.Model],
    records: list[Any],
    related: Mapping[str, Sequence[Iterable[Any]]] | None = None,
) -> list[Any]:
    for record in records:
        if hasattr(record, "created_at"):
            record.updated_at = changes.recorded_at
            record.created_by_id = record.created_by_id or getattr(changes.by, "pk", None)
    _insert(model, records)
    for record in records:
        changes.note(model, record.pk, "", None, None, getattr(record, "created_at", None))
    for name, values in (related or {}).items():
        relate_new(changes, model, name, dict(zip(records, values, strict=True)))
    return records


def _insert(model: type[models.Model], records: Sequence[Any]) -> None:
    if len(records) < FEW:
        model._base_manager.bulk_create(records)
    else:
        insert_records(model, records)


def relate_new(
    changes: "Changes", model: type[models.Model], name: str, wanted: Mapping[Any, Iterable[Any]]
) -> None:
    """Give records that were made just now their related ones."""
    field: Any = model._meta.get_field(name)
    through, source, target = (
        field.remote_field.through,
        f"{field.m2m_field_name()}_id",
        f"{field.m2m_reverse_field_name()}_id",
    )
    ids = {
        one.pk: sorted({int(getattr(item, "pk", item)) for item in items}) for one, items in wanted.items()
    }
    _insert(
        through, [through(**{source: pk, target: other}) for pk, others in ids.items() for other in others]
    )
    for pk, others in ids.items():
        if others:
            changes.note(model, pk, name, to_text(field, []), to_text(field, others))


def update_many(
    changes: "Changes", model: type[models.Model], values_by_id: Mapping[int, Mapping[str, Any]]
) -> int:
    changed: set[int] = set()
    for ids in chunks(list(values_by_id)):
        changed |= _update_chunk(changes, model, {pk: values_by_id[pk] for pk in ids})
    return len(changed)


def settle(
    changes: "Changes", model: type[models.Model], values_by_id: Mapping[int, Mapping[str, Any]]
) -> int:
    changed = update_many(changes, model, values_by_id)
    for pk, values in values_by_id.items():
        for record in changes.in_hand(model, pk):
            if any(getattr(record, name) != value for name, value in values.items()):
                vars(record).update(values)
                record.version += 1
                record.updated_at = changes.recorded_at
    return changed


def rows_of(
    model: type[models.Model], ids: Iterable[int], fields: Iterable[Any], *, held: bool = False
) -> dict[int, SimpleNamespace]:
    """What stands in these fields of records, by their numbers; `held` until the end of the transaction.

    Records themselves have fifty fields, of which a write of many at once needs a few.
    """
    given = list(fields)
    names = {field.attname for field in given if not isinstance(field, Column) and not field.many_to_many}
    names |= {"custom"} if any(isinstance(field, Column) for field in given) else set()
    rows = model._base_manager.filter(pk__in=list(ids))
    rows = rows.select_for_update(of=("self",)) if held else rows
    return {row["pk"]: SimpleNamespace(**row) for row in rows.values("pk", *sorted(names))}


def _update_chunk(
    changes: "Changes", model: type[models.Model], wanted: Mapping[int, Mapping[str, Any]]
) -> set[int]:
    """Write one chunk: rows locked, records with the same new values share one UPDATE."""
    names = {name for values in wanted.values() for name in values}
    if any(map(column_named, names)):
        definitions.hold()
    fields: dict[str, Any] = {name: model_field(model, name) for name in names}
    rows = rows_of(model, wanted, fields.values(), held=True)
    groups: dict[tuple[tuple[str, Any], ...], list[int]] = defaultdict(list)
    python_values: dict[tuple[tuple[str, Any], ...], dict[str, Any]] = {}
    related: dict[str, dict[int, list[int]]] = defaultdict(dict)
    tracked = tracked_fields(model)
    for pk, record in rows.items():
        new_values: dict[str, Any] = {}
        key: list[tuple[str, Any]] = []
        for name, value in wanted[pk].items():
            field = fields[name]
            if field.many_to_many:
                related[name][pk] = sorted({int(getattr(item, "pk", item)) for item in value})
                continue
            value = getattr(value, "pk", value) if field.is_relation else value
            old, new = present_text(field, record), to_text(field, value)
            if old != new:
                if name in tracked or isinstance(field, Column):
                    changes.note(model, pk, name, old, new)
                new_values[field.attname if field.is_relation else name] = value
                key.append((name, new))
        if key:
            groups[tuple(key)].append(pk)
            python_values[tuple(key)] = new_values
    _write_groups(changes, model, [(python_values[key_], pks) for key_, pks in groups.items()])
    changed = {pk for pks in groups.values() for pk in pks}
    for name, ids in related.items():
        changed |= set_related_many(changes, model, name, ids)
    return changed


def _write_groups(
    changes: "Changes", model: type[models.Model], groups: Sequence[tuple[dict[str, Any], list[int]]]
) -> None:
    """The same values for all of a group, in a statement of its own where there are few groups."""
    by_row: dict[tuple[str, ...], list[tuple[dict[str, Any], list[int]]]] = defaultdict(list)
    for values, pks in groups:
        if len(groups) > FEW_GROUPS and not any(map(column_named, values)):
            by_row[tuple(sorted(values))].append((values, pks))
            continue
        written = _with_patch(values)
        if hasattr(model, "version"):
            written |= {"version": F("version") + 1, "updated_at": changes.recorded_at}
        model._base_manager.filter(pk__in=pks).update(**written)
    for names, alike in by_row.items():
        stamp = changes.recorded_at if hasattr(model, "version") else None
        update_rows(model, names, alike, stamp)


def _with_patch(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as an UPDATE takes them: custom ones patched into their column, whatever else stands there."""
    columns = {name: column for name in values if (column := column_named(name))}
    plain = {name: value for name, value in values.items() if name not in columns}
    if not columns:
        return plain
    return plain | {
        "custom": Patched("custom", {one.key: one.encode(values[name]) for name, one in columns.items()})
    }


def related_ids(model: type[models.Model], name: str, ids: Iterable[int]) -> dict[int, list[int]]:
    """The related ids of a many-to-many field for many records."""
    field: Any = model._meta.get_field(name)
    through, source, target = (
        field.remote_field.through,
        field.m2m_field_name(),
        field.m2m_reverse_field_name(),
    )
    found: dict[int, list[int]] = defaultdict(list)
    for part in chunks(list(ids)):
        rows = through._base_manager.filter(**{f"{source}__in": part}).values_list(
            f"{source}_id", f"{target}_id"
        )
        for pk, other in rows:
            found[pk].append(other)
    return {pk: sorted(others) for pk, others in found.items()}


def set_related_many(
    changes: "Changes", model: type[models.Model], name: str, wanted: Mapping[int, list[int]]
) -> set[int]:
    """Make these the related ids of a many-to-many field for many records; returns the ids that changed."""
    field: Any = model._meta.get_field(name)
    through, source, target = (
        field.remote_field.through,
        field.m2m_field_name(),
        field.m2m_reverse_field_name(),
    )
    present = related_ids(model, name, wanted)
    differing = {pk: ids for pk, ids in wanted.items() if present.get(pk, []) != ids}
    for part in chunks(list(differing)):
        through._base_manager.filter(**{f"{source}__in": part}).delete()
        through._base_manager.bulk_create(
            [
                through(**{f"{source}_id": pk, f"{target}_id": other})
                for pk in part
                for other in differing[pk]
            ],
            batch_size=2000,
        )
    for pk, ids in differing.items():
        changes.note(model, pk, name, to_text(field, present.get(pk, [])), to_text(field, ids))
    return set(differing)


def delete_many(changes: "Changes", model: type[models.Model], ids: list[int]) -> int:
    """Delete records that only refer to each other: remember all, cut references among them, then delete."""
    many_to_many = [name for name, field in kept_fields(model).items() if field.many_to_many]
    found: list[int] = []
    for part in chunks(ids):
        rows = model._base_manager.select_for_update(of=("self",)).in_bulk(list(part))
        related = {name: related_ids(model, name, rows) for name in many_to_many}
        for pk, record in rows.items():
            own = {name: related[name].get(pk, []) for name in many_to_many}
            changes.note(model, pk, "", snapshot(record, own), None)
        found += rows
    for field in model._meta.concrete_fields:
        if field.is_relation and field.related_model is model and field.null:
            for part in chunks(found):
                model._base_manager.filter(**{f"{field.name}__in": part}).update(**{field.name: None})
    for part in chunks(found):
        model._base_manager.filter(pk__in=part).delete()
    changes.forget(model, found)
    return len(found)


def incoming_references(model: type[models.Model]) -> list[tuple[type[models.Model], Any]]:
    """Foreign keys and many-to-many fields of other records that point at this model's records."""
    return [(owner, field) for owner, field in _pointing(model) if _is_kept(owner, field)]


def bare_references(model: type[models.Model]) -> list[tuple[type[models.Model], Any]]:
    """Foreign keys of rows without history that point at this model's records."""
    return [
        (owner, field)
        for owner, field in _pointing(model)
        if not field.many_to_many and not _is_kept(owner, field) and not owner._meta.auto_created
    ]


def _pointing(model: type[models.Model]) -> Iterable[tuple[type[models.Model], Any]]:
    table = model._meta.concrete_model or model
    for relation in table._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and not relation.related_model._meta.proxy:  # type: ignore[union-attr]
            yield relation.related_model, relation.field  # type: ignore[union-attr, misc]


def _is_kept(owner: Any, field: Any) -> bool:
    return hasattr(owner, "untracked") and field.name not in owner.untracked


def release_references(changes: "Changes", record: models.Model) -> None:
    """Take the record out of everything that refers to it; refuse where something cannot be without it.

    Its parts, and what hangs on it without a foreign key, go with it.
    """
    needed = 0
    for owner, field in incoming_references(type(record)):
        if field == owner_field(owner):
            for part in owner._base_manager.filter(**{field.name: record.pk}).order_by("pk"):
                changes.delete(part)
            continue
        ids = list(owner._base_manager.filter(**{field.name: record.pk}).values_list("pk", flat=True))
        if not ids:
            continue
        if field.many_to_many:
            remaining = related_ids(owner, field.name, ids)
            set_related_many(
                changes, owner, field.name, {pk: [i for i in remaining[pk] if i != record.pk] for pk in ids}
            )
        elif field.null:
            update_many(changes, owner, {pk: {field.name: None} for pk in ids})
        else:
            needed += len(ids)
    for owner, name in links_to(type(record)):
        ids = list(owner._base_manager.filter(**{name: record.pk}).values_list("pk", flat=True))
        update_many(changes, owner, {pk: {name: None} for pk in ids})
    if needed:
        raise RecordInUse(record=record, count=needed)
    for owner in attached_models():
        rows = attached_to(owner, type(record), [record.pk])
        if not hasattr(owner, "untracked"):
            rows.delete()
            continue
        for row in rows:
            changes.delete(row)
