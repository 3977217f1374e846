"""Taking a change set back: field by field, refusing where somebody has changed the value since."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from kairos.core.custom import definitions
from kairos.core.custom.columns import Column
from kairos.core.history import bulk
from kairos.core.history.attached import attached_models, attached_to
from kairos.core.history.canonical import from_text, kept_fields, present_text, to_text, type_name
from kairos.core.history.change_set import Changes, change_set
from kairos.core.history.refusals import ActionRefused
from kairos.core.models import ChangeSet, CustomisableRecord, FieldChange
from kairos.core.models.custom_values import PREFIX


class AlreadyUndone(ActionRefused):
    message = _("This change has already been undone.")


@dataclass(frozen=True, slots=True)
class Conflict:
    """One value that was left alone. `reason`: changed (since), needed (by another record), gone, taken."""

    record_type: str
    record_id: int
    field: str
    reason: str


@dataclass(slots=True)
class UndoReport:
    """What came of an undo of `target`: the change set that did it, where anything was left to restore."""

    target: ChangeSet
    change_set: ChangeSet | None = None
    restored: int = 0
    conflicts: list[Conflict] = field(default_factory=list)


@dataclass(slots=True)
class _Net:
    """What a change set did to one field in the end: first old value, last new value."""

    old: str | None
    new: str | None


Nets = dict[str, dict[int, dict[str, _Net]]]


def model_of(record_type: str) -> type[models.Model]:
    """The model whose records the history calls by this name. Raises `LookupError`."""
    for model in apps.get_models():
        if type_name(model) == record_type and hasattr(model, "untracked") and not model._meta.proxy:
            return model
    raise LookupError(record_type)


def undo(target: ChangeSet, *, by: Any) -> UndoReport:
    """Write the inverse of a change set as a new one, as far as nobody has changed the values since.

    Deleted records come back with their ids; created ones are deleted unless something else changed or needs them.
    What could not be restored is listed in the report. Raises `AlreadyUndone`.
    """
    report = UndoReport(target)
    with change_set(by=by, summary=_("Undid: %(what)s"), params={"what": target}, undoes=target) as changes:
        target = ChangeSet.objects.select_for_update().get(pk=target.pk)
        if target.is_undone:
            raise AlreadyUndone()
        created, deleted, nets = _read(target)
        coming = {name: set(snapshots) for name, snapshots in deleted.items()}
        order = _by_dependency(deleted)
        # What stands in the way of a record may itself be taken back below, so it is tried again after each part.
        waiting = {name: _recreate(changes, report, model_of(name), deleted[name], coming) for name in order}
        plain, relations = _split(nets)
        for record_type, fields_by_id in plain.items():
            _restore(changes, report, model_of(record_type), fields_by_id, {})
        waiting = {n: _recreate(changes, report, model_of(n), waiting[n], coming) for n in order}
        to_come = {name: set(snapshots) for name, snapshots in waiting.items()}
        for record_type, fields_by_id in relations.items():
            _restore(changes, report, model_of(record_type), fields_by_id, to_come)
        _remove_created(changes, report, target, created)
        for name in order:
            taken = _recreate(changes, report, model_of(name), waiting[name], coming)
            _give_up(changes, report, model_of(name), taken)
        if report.restored:
            ChangeSet.objects.filter(pk=target.pk).update(undone_by=changes.row)
            if target.undoes_id:
                ChangeSet.objects.filter(pk=target.undoes_id).update(undone_by=None)
            report.change_set = changes.row
    return report


def _read(
    target: ChangeSet,
) -> tuple[dict[str, list[int]], dict[str, dict[int, str]], Nets]:
    """The change set in net terms: ids created, snapshots of what was deleted, old and new per field."""
    created: dict[str, list[int]] = defaultdict(list)
    deleted: dict[str, dict[int, str]] = defaultdict(dict)
    nets: dict[str, dict[int, dict[str, _Net]]] = defaultdict(lambda: defaultdict(dict))
    rows = FieldChange.objects.filter(change_set=target).order_by("pk")
    for kind, pk, name, old, new in rows.values_list(
        "record_type", "record_id", "field", "old", "new"
    ).iterator(5000):
        if not name and old is None:
            created[kind].append(pk)
        elif not name:
            deleted[kind][pk] = old or "{}"
        else:
            net = nets[kind][pk].setdefault(name, _Net(old, new))
            net.new = new
    for kind, ids in created.items():
        both = set(ids) & deleted[kind].keys()
        created[kind] = [pk for pk in ids if pk not in both]
        for pk in both:
            del deleted[kind][pk]
        for pk in ids:
            nets[kind].pop(pk, None)
    for kind, snapshots in deleted.items():
        for pk in snapshots:
            # The snapshot holds the last values; the first old values are laid over it.
            values = json.loads(snapshots[pk])
            values |= _laid_over(values, nets[kind].pop(pk, {}))
            snapshots[pk] = json.dumps(values)
    return created, deleted, nets


def _laid_over(values: dict[str, Any], nets: dict[str, _Net]) -> dict[str, str | None]:
    """Old values by field; those of custom fields within the one column that a snapshot has of them."""
    plain = {name: net.old for name, net in nets.items() if not name.startswith(PREFIX)}
    olds = {name.removeprefix(PREFIX): net.old for name, net in nets.items() if name.startswith(PREFIX)}
    if olds:
        custom = json.loads(values.get("custom") or "{}")
        custom |= {key: json.loads(old or "null") for key, old in olds.items()}
        plain["custom"] = json.dumps({key: value for key, value in custom.items() if value is not None})
    return plain


def _split(nets: Nets) -> tuple[Nets, Nets]:
    """Fields with values of their own, and those that refer to records, which must be there first.

    What follows from others is left to its follower.
    """
    plain: Nets = defaultdict(dict)
    relations: Nets = defaultdict(dict)
    for kind, fields_by_id in nets.items():
        fields = kept_fields(model_of(kind))
        following: frozenset[str] = getattr(model_of(kind), "following", frozenset())
        for pk, by_name in fields_by_id.items():
            for name, net in by_name.items():
                if name in following:
                    continue
                part = relations if name in fields and fields[name].is_relation else plain
                part[kind].setdefault(pk, {})[name] = net
    return plain, relations


def _by_dependency(record_types: Any) -> list[str]:
    """Record types so that what is referred to comes before what refers to it."""
    models_ = [model_of(name) for name in record_types]
    ordered: list[type[models.Model]] = []
    while models_:
        free = [m for m in models_ if not (_targets(m) & set(models_) - {m})] or models_
        ordered += free
        models_ = [m for m in models_ if m not in free]
    return [type_name(model) for model in ordered]


def _targets(model: type[models.Model]) -> set[Any]:
    """What a model refers to by fields of its own; what refers to it does not count."""
    own = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return {field.related_model for field in own if field.is_relation}


def _recreate(
    changes: Changes,
    report: UndoReport,
    model: type[models.Model],
    snapshots: dict[int, str],
    coming: dict[str, set[int]],
) -> dict[int, str]:
    """Bring deleted records back, without references to what is gone; returns those that something stands against."""
    fields = kept_fields(model)
    values_by_id = {
        pk: {n: from_text(fields[n], old) for n, old in json.loads(text).items() if n in fields}
        for pk, text in snapshots.items()
    }
    gone = {
        name: _missing(field_, [values.get(name) for values in values_by_id.values()], coming)
        for name, field_ in fields.items()
        if field_.is_relation
    }
    refused: dict[int, str] = {}
    for pk, values in values_by_id.items():
        for name in [name for name in gone if name in values]:
            values[name] = _without(values[name], gone[name])
        related = {name: values.pop(name) or [] for name in list(values) if fields[name].many_to_many}
        record = model(**{fields[name].attname: value for name, value in values.items()})
        try:
            with transaction.atomic():
                record.save(force_insert=True)
                for name, ids in related.items():
                    getattr(record, name).set(ids)
        except IntegrityError:
            refused[pk] = snapshots[pk]
            continue
        changes.note(model, pk, "", None, None)
        report.restored += 1
    return refused


def _give_up(
    changes: Changes, report: UndoReport, model: type[models.Model], refused: dict[int, str]
) -> None:
    """Records that could not come back, and what was to refer to them again."""
    for pk in refused:
        bulk.release_references(changes, model(pk=pk))
        report.conflicts.append(Conflict(type_name(model), pk, "", "taken"))


def _missing(field_: Any, values: list[Any], coming: dict[str, set[int]]) -> set[int]:
    """Those of the ids a relation refers to that are gone, and are not on their way back."""
    ids: set[int] = set()
    for value in values:
        ids |= set(value) if isinstance(value, list) else {value} if value is not None else set()
    ids -= coming.get(type_name(field_.related_model), set())
    for part in bulk.chunks(sorted(ids)):
        ids -= set(field_.related_model._base_manager.filter(pk__in=part).values_list("pk", flat=True))
    return ids


def _without(value: Any, gone: set[int]) -> Any:
    if isinstance(value, list):
        return [pk for pk in value if pk not in gone] if gone else value
    return None if value in gone else value


def _restore(
    changes: Changes,
    report: UndoReport,
    model: type[models.Model],
    nets: dict[int, dict[str, _Net]],
    coming: dict[str, set[int]],
) -> None:
    """Give each field its old value where the present one is still the one the change set left."""
    fields = _fields_of(model)
    for part in bulk.chunks(list(nets)):
        names = {name for pk in part for name in nets[pk] if name in fields}
        rows = bulk.rows_of(model, part, [fields[name] for name in names])
        related = {name: bulk.related_ids(model, name, rows) for name in names if fields[name].many_to_many}
        gone = _gone_values(fields, names, [nets[pk] for pk in part], coming)
        wanted: dict[int, dict[str, Any]] = {}
        for pk in part:
            for name, net in nets[pk].items():
                if pk not in rows or name not in fields:
                    report.conflicts.append(Conflict(type_name(model), pk, name, "gone"))
                    continue
                field_ = fields[name]
                if name in related:
                    present = to_text(field_, related[name].get(pk, []))
                else:
                    present = present_text(field_, rows[pk])
                if present != net.new:
                    report.conflicts.append(Conflict(type_name(model), pk, name, "changed"))
                elif net.old != net.new:
                    if not _can_hold(field_, net.old):
                        report.conflicts.append(Conflict(type_name(model), pk, name, "changed"))
                        continue
                    old = from_text(field_, net.old)
                    if name in gone and not field_.many_to_many and old in gone[name]:
                        report.conflicts.append(Conflict(type_name(model), pk, name, "gone"))
                        continue
                    wanted.setdefault(pk, {})[name] = _without(old, gone[name]) if name in gone else old
        report.restored += _write(changes, report, model, wanted)


def _fields_of(model: type[models.Model]) -> dict[str, Any]:
    """The model's fields, and the columns of custom ones."""
    if not issubclass(model, CustomisableRecord):
        return kept_fields(model)
    return {**kept_fields(model), **definitions.current().columns}


def _can_hold(field_: Any, text: str | None) -> bool:
    """Whether an old value still is one: the type of a custom field may have been changed since."""
    if not isinstance(field_, Column):
        return True
    try:
        field_.stored_as(text)
    except ValueError:
        return False
    return True


def _gone_values(
    fields: dict[str, models.Field[Any, Any]],
    names: set[str],
    nets: list[dict[str, _Net]],
    coming: dict[str, set[int]],
) -> dict[str, set[int]]:
    """What the old values of relations refer to and is no longer there."""
    found = {}
    for name in names:
        if fields[name].is_relation:
            olds = [from_text(fields[name], net[name].old) for net in nets if name in net]
            found[name] = _missing(fields[name], olds, coming)
    return found


def _write(
    changes: Changes, report: UndoReport, model: type[models.Model], wanted: dict[int, dict[str, Any]]
) -> int:
    """All at once; where the database refuses, one by one, so that the rest is still restored."""
    try:
        with transaction.atomic():
            kept = len(changes._pending)
            changes.update_many(model, wanted)
            return sum(len(values) for values in wanted.values())
    except IntegrityError:
        del changes._pending[kept:]
    restored = 0
    for pk, values in wanted.items():
        kept = len(changes._pending)
        try:
            with transaction.atomic():
                changes.update_many(model, {pk: values})
                restored += len(values)
        except IntegrityError:
            del changes._pending[kept:]
            report.conflicts += [Conflict(type_name(model), pk, name, "taken") for name in values]
    return restored


def _remove_created(
    changes: Changes, report: UndoReport, target: ChangeSet, created: dict[str, list[int]]
) -> None:
    going = {model_of(kind): set(ids) for kind, ids in created.items() if ids}
    for model, ids in going.items():
        for pk in _changed_since(model, ids, target):
            report.conflicts.append(Conflict(type_name(model), pk, "", "changed"))
            ids.discard(pk)
    # Keeping one record may make another needed, so ask again until nothing more has to stay.
    while kept := [(model, pk) for model, ids in going.items() for pk in _needed(model, ids, going)]:
        for model, pk in kept:
            report.conflicts.append(Conflict(type_name(model), pk, "", "needed"))
            going[model].discard(pk)
    for kind in reversed(_by_dependency(created)):
        model = model_of(kind)
        if going.get(model):
            report.restored += changes.delete_many(model, sorted(going[model]))


def _changed_since(model: type[models.Model], ids: set[int], target: ChangeSet) -> set[int]:
    """Created records that another change, still standing, has touched since."""
    found: set[int] = set()
    for part in bulk.chunks(sorted(ids)):
        later = FieldChange.objects.filter(
            record_type=type_name(model),
            record_id__in=part,
            change_set_id__gt=target.pk,
            change_set__undone_by=None,
            change_set__undoes=None,
        )
        found |= set(later.values_list("record_id", flat=True))
    return found


def _needed(model: type[models.Model], ids: set[int], going: dict[type[models.Model], set[int]]) -> set[int]:
    """Those of the ids that a record which stays refers to."""
    found: set[int] = set()
    for owner, field_ in bulk.incoming_references(model):
        if field_.many_to_many:
            through, target = field_.remote_field.through, field_.m2m_reverse_field_name()
            source = field_.m2m_field_name()
        else:
            through, target, source = owner, field_.name, "pk"
        for part in bulk.chunks(sorted(ids)):
            pairs = through._base_manager.filter(**{f"{target}__in": part}).values_list(
                f"{target}_id" if field_.many_to_many else field_.attname, source
            )
            found |= {pk for pk, by in pairs if by not in going.get(owner, ())}
    for owner in attached_models():
        if hasattr(owner, "untracked"):
            for part in bulk.chunks(sorted(ids)):
                pairs = attached_to(owner, model, part).values_list("record_id", "pk")
                found |= {pk for pk, by in pairs if by not in going.get(owner, ())}
    return found
