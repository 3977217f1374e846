"""Making one record of several, without losing anything that hangs on any of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from kairos.core.custom.links import links_to
from kairos.core.history import ActionRefused, Changes, bulk, change_set
from kairos.core.history.attached import attached_models, attached_to
from kairos.core.merging.events import MERGED
from kairos.core.merging.values import Choices, merged_values, ranked, rules_of
from kairos.core.models import DuplicatePair, MergedRecord
from kairos.core.records import RecordType, type_of


class NothingToMerge(ActionRefused):
    message = _("Choose at least two records to merge.")


class TooManyToMerge(ActionRefused):
    message = _("At most %(most)s records can be merged at once.")


def merge_records(
    records: Sequence[Any],
    *,
    into: Any,
    choices: Choices,
    by: Any,
    values: Mapping[str, Any] | None = None,
) -> Any:
    """Make one record of several: `into` stays, the others go, and all that refers to them refers to it.

    `choices` names for a field the record whose value it gets, or "all"; what it does not name is decided by the kind's
    `merge_rules`. `values` are laid over that. The history of the others is told with the survivor's, their addresses
    lead to it, and `unmerge` brings them back. Raises `NothingToMerge`, `TooManyToMerge`.
    """
    model = type(into)._meta.concrete_model or type(into)
    record_type = type_of(model)
    others = sorted({one.pk for one in records} - {into.pk})
    if not others:
        raise NothingToMerge()
    if len(others) >= rules_of(record_type).most:
        raise TooManyToMerge(most=rules_of(record_type).most)
    params = {"record": record_type.title(into), "count": len(others) + 1}
    with change_set(by=by, summary=_("Merged %(count)s records into %(record)s"), params=params) as changes:
        changes.about(model)
        by_pk = _locked(changes, [*(one for one in records if one.pk != into.pk), into])
        final = merged_values(record_type, ranked(record_type, list(by_pk.values())), choices)
        final |= values or {}
        gone = [by_pk[pk] for pk in others]
        repoint(changes, model, into=into, others=others)
        _leave_traces(changes, record_type, into, gone)
        changes.delete_many(model, others)
        _write(changes, record_type, into, final, gone)
        titles = ", ".join(record_type.title(one) for one in gone)
        changes.event(MERGED.name, into, records=titles)
    vars(into).pop("_origins", None)
    return into


def _locked(changes: Changes, records: Sequence[Any]) -> dict[int, Any]:
    """Each record once, locked in the order of the numbers, so that two merges never wait for each other."""
    by_pk = {one.pk: one for one in records}
    for pk in sorted(by_pk):
        changes.lock(by_pk[pk])
    return by_pk


def _write(
    changes: Changes, record_type: RecordType, into: Any, final: Mapping[str, Any], gone: Sequence[Any]
) -> None:
    values = {name: _outside(into, gone, value) for name, value in final.items()}
    if not into.external_id:
        # Free now that the others are gone.
        values["external_id"] = next((one.external_id for one in gone if one.external_id), "")
    if any(one.archived_at is None for one in gone):
        values["archived_at"] = None
    changes.update(into, **values)


def _outside(into: Any, gone: Sequence[Any], value: Any) -> Any:
    """Nothing refers to itself, nor to what is gone."""
    if isinstance(value, type(into)) and value.pk in {into.pk, *(one.pk for one in gone)}:
        return None
    return value


def _leave_traces(changes: Changes, record_type: RecordType, into: Any, gone: Sequence[Any]) -> None:
    """Where each of them went; what went into them before goes along. Pairs among them are settled."""
    name = record_type.stored_name
    ids = [one.pk for one in gone]
    earlier = MergedRecord.objects.filter(record_type=name, into_id__in=ids).values_list("pk", flat=True)
    changes.update_many(MergedRecord, {pk: {"into_id": into.pk} for pk in earlier})
    rows = [
        MergedRecord(record_type=name, record_id=one.pk, into_id=into.pk, title=record_type.title(one)[:200])
        for one in gone
    ]
    changes.create_many(MergedRecord, rows)
    group = [into.pk, *ids]
    pairs = DuplicatePair.objects.filter(record_type=name, first_id__in=group, second_id__in=group)
    merged = {"state": DuplicatePair.State.MERGED}
    changes.update_many(DuplicatePair, dict.fromkeys(pairs.values_list("pk", flat=True), merged))


def repoint(changes: Changes, model: type[models.Model], *, into: Any, others: Sequence[int]) -> None:
    """Let everything that refers to the others refer to `into`, with its history.

    A row that would then be there twice (the same follower of both) is deleted. Rows without history follow, too.
    """
    for owner, field in bulk.incoming_references(model):
        rows = owner._base_manager.filter(**{f"{field.name}__in": others})
        ids = sorted(set(rows.values_list("pk", flat=True)))
        if owner is model:
            ids = [pk for pk in ids if pk not in others]
        if not ids:
            continue
        if field.many_to_many:
            _repoint_many(changes, owner, field, ids, into.pk, others)
        else:
            own = {into.pk} if owner is model else set()
            _repoint_each(changes, owner, field.name, [pk for pk in ids if pk not in own], into)
            if own & set(ids):
                changes.update(into, **{field.name: None})
    for owner, name in links_to(model):
        linked = owner._base_manager.filter(**{f"{name}__in": others}).exclude(pk__in=others)
        changes.update_many(owner, {pk: {name: into.pk} for pk in linked.values_list("pk", flat=True)})
    for owner, field in bulk.bare_references(model):
        _repoint_bare(owner, field.name, owner._base_manager.filter(**{f"{field.name}__in": others}), into.pk)
    for owner in attached_models():
        rows = attached_to(owner, model, others)
        if hasattr(owner, "untracked"):
            _repoint_each(changes, owner, "record_id", sorted(rows.values_list("pk", flat=True)), into.pk)
        else:
            _repoint_bare(owner, "record_id", rows, into.pk)


def _repoint_bare(owner: type[models.Model], name: str, rows: Any, into: int) -> None:
    for pk in list(rows.values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                owner._base_manager.filter(pk=pk).update(**{name: into})
        except IntegrityError:
            owner._base_manager.filter(pk=pk).delete()


def _repoint_many(
    changes: Changes, owner: type[models.Model], field: Any, ids: list[int], into: int, others: Sequence[int]
) -> None:
    present = bulk.related_ids(owner, field.name, ids)
    wanted = {pk: sorted({into, *present[pk]} - set(others)) for pk in ids}
    bulk.set_related_many(changes, owner, field.name, wanted)


def _repoint_each(changes: Changes, owner: type[models.Model], name: str, ids: list[int], into: Any) -> None:
    """All at once; where a rule of the database stands against it, row by row, and what stays in the way goes."""
    try:
        with changes.attempt():
            changes.update_many(owner, {pk: {name: into} for pk in ids})
            return
    except IntegrityError:
        pass
    for pk in ids:
        try:
            with changes.attempt():
                changes.update_many(owner, {pk: {name: into}})
        except IntegrityError:
            changes.delete_many(owner, [pk])
