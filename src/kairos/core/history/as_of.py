"""Records as they were on a past day, read back from the history.

The value of a field at a moment T is the `old` of the earliest change at or after T; where nothing changed since, it is
the present value. An `old` of NULL means that the field was empty, which is something else than no change.
"""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Replace
from django.utils import timezone

from kairos.core.custom import definitions
from kairos.core.custom.columns import Column, column_named
from kairos.core.history.bulk import chunks
from kairos.core.history.canonical import from_text, tracked_fields, type_name
from kairos.core.models import CustomisableRecord, FieldChange, MoneyField
from kairos.core.models.custom_values import OUTPUT, StoredValue

PREFIX = "as_of_"
ARCHIVED = "archived_at"


def midnight(day: dt.date, zone: dt.tzinfo | None = None) -> dt.datetime:
    """The moment this day begins, in the time zone in use unless another is named."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min), zone)


def end_of_day(day: dt.date) -> dt.datetime:
    """The moment this day ended, in the time zone in use: what happened then or later is not seen."""
    return midnight(day + dt.timedelta(1))


def as_of(
    queryset: models.QuerySet[Any], moment: dt.datetime, fields: Collection[str]
) -> models.QuerySet[Any]:
    """The records that were there before this moment, each field annotated as `as_of_<field>` with its value then.

    Foreign keys are annotated with ids, money with amounts. Computed columns are computed from the values then.
    Many-to-many fields cannot be annotated; `apply_as_of` brings them back. Deleted records do not come back.
    """
    model: type[models.Model] = queryset.model
    tracked = tracked_fields(model) | columns_of(model)
    wanted = [name for name in fields if name in tracked and not tracked[name].many_to_many]
    computed = {name: model._meta.get_field(name) for name in fields if _is_computed(model, name)}
    for field in computed.values():
        wanted += [name for name in sources(field) if name not in wanted]
    annotations = {
        annotation_of(name): _value_then(model, tracked[name], moment) for name in dict.fromkeys(wanted)
    }
    found = queryset.filter(created_at__lt=moment).annotate(**annotations)
    return found.annotate(**{PREFIX + name: _computed_then(field) for name, field in computed.items()})


def names_then(model: type[models.Model], fields: Iterable[str]) -> dict[str, str]:
    """Which annotation stands for which field, for conditions, orders and sums."""
    tracked = tracked_fields(model) | columns_of(model)
    return {
        name: annotation_of(name)
        for name in fields
        if (name in tracked and not tracked[name].many_to_many) or _is_computed(model, name)
    }


def annotation_of(name: str) -> str:
    """Without the double underscore of a custom field's name, which would lead a query on into the value."""
    return PREFIX + name.replace("__", "_")


def columns_of(model: type[models.Model]) -> dict[str, Any]:
    return definitions.current().columns if issubclass(model, CustomisableRecord) else {}


def apply_as_of(records: Sequence[Any], moment: dt.datetime) -> None:
    """Give each loaded record the values it had, also of related records. Call it before anything is prefetched.

    Nobody may save a record after this.
    """
    if not records:
        return
    model: type[models.Model] = type(records[0])
    old = _old_values(model, [record.pk for record in records], moment)
    tracked = tracked_fields(model)
    for record in records:
        for name, text in old.get(record.pk, {}).items():
            column = column_named(name)
            if column is not None:
                record.custom = {**record.custom, column.key: json.loads(text or "null")}
                continue
            field: Any = tracked.get(name)
            if field is not None and not field.many_to_many:
                value = from_text(field, text)
                setattr(record, field.attname, value if field.is_relation else field.to_python(value))
    for record in records:
        for name in vars(record).copy():
            if name.startswith(PREFIX) and _is_computed(model, name.removeprefix(PREFIX)):
                setattr(record, name.removeprefix(PREFIX), getattr(record, name))
    _apply_related(model, records, old)


def _apply_related(
    model: type[models.Model], records: Sequence[Any], old: Mapping[int, Mapping[str, str | None]]
) -> None:
    for name, field in tracked_fields(model).items():
        changed = {pk: from_text(field, v[name]) or [] for pk, v in old.items() if name in v}
        if not field.many_to_many or not changed:
            continue
        related: Any = field.related_model
        found = related._base_manager.in_bulk({pk for ids in changed.values() for pk in ids})
        for record in records:
            if record.pk in changed:
                items = related._base_manager.all()
                items._result_cache = [found[pk] for pk in changed[record.pk] if pk in found]
                items._prefetch_done = True
                if not hasattr(record, "_prefetched_objects_cache"):
                    record._prefetched_objects_cache = {}
                record._prefetched_objects_cache[name] = items


def _old_values(
    model: type[models.Model], ids: list[int], moment: dt.datetime
) -> dict[int, dict[str, str | None]]:
    """By record and field, the value before the first change at or after the moment."""
    found: dict[int, dict[str, str | None]] = defaultdict(dict)
    for part in chunks(ids):
        changes = FieldChange.objects.filter(
            record_type=type_name(model), record_id__in=part, at__gte=moment
        ).exclude(field="")
        for pk, name, old in changes.order_by("at", "pk").values_list("record_id", "field", "old"):
            found[pk].setdefault(name, old)
    return found


def _value_then(model: type[models.Model], field: Any, moment: dt.datetime) -> Case:
    later = FieldChange.objects.filter(
        record_type=type_name(model), record_id=OuterRef("pk"), field=field.name, at__gte=moment
    )
    first = Subquery(later.order_by("at", "pk").values("old")[:1])
    output = _output(field)
    return Case(
        When(Exists(later), then=_read(field, first, output)), default=F(field.attname), output_field=output
    )


def _output(field: Any) -> models.Field[Any, Any]:
    """A plain field of the kind the column is: what an annotation can be compared and summed as."""
    if isinstance(field, Column):
        return OUTPUT[field.storage]()
    if isinstance(field, models.ForeignKey):
        return models.BigIntegerField()
    if isinstance(field, MoneyField):
        return MoneyField()
    return field.clone()


def _read(field: Any, text: Any, output: models.Field[Any, Any]) -> Any:
    """The canonical text (see `canonical`) as a value of the database."""
    if isinstance(field, Column):
        return StoredValue(text, key="", storage=field.storage)
    if isinstance(field, models.BooleanField):
        # An empty `old` stays empty; "false" must not become true.
        return Case(
            When(Q(Exact(text, "true")), then=Value(True)),
            When(Q(Exact(text, "false")), then=Value(False)),
            output_field=output,
        )
    if isinstance(field, models.DateTimeField) and connection.vendor == "sqlite":
        # As Django stores moments there: 2017-06-30 00:00:00 in UTC.
        plain = Replace(Replace(text, Value("T"), Value(" ")), Value("+00:00"), Value(""))
        return Cast(plain, output_field=models.TextField())
    if isinstance(field, models.JSONField) and connection.vendor == "sqlite":
        return Cast(text, output_field=models.TextField())
    if isinstance(field, models.CharField | models.TextField):
        return text
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        return text if connection.vendor == "sqlite" else Cast(text, output_field=models.DateField())
    return Cast(text, output_field=_castable(output))


def _castable(output: models.Field[Any, Any]) -> models.Field[Any, Any]:
    return models.BigIntegerField() if isinstance(output, models.IntegerField) else output


def Exact(text: Any, value: str) -> Any:
    from django.db.models.lookups import Exact as ExactLookup

    return ExactLookup(text, Value(value))


# -- computed columns


def _is_computed(model: type[models.Model], name: str) -> bool:
    return any(f.name == name and isinstance(f, models.GeneratedField) for f in model._meta.concrete_fields)


def sources(field: Any) -> list[str]:
    """The fields a computed column is made from."""
    names: list[str] = []

    def seen(name: str) -> str:
        names.append(name)
        return name

    _walk(field.expression, seen)
    return names


def _computed_then(field: Any) -> Any:
    expression = _walk(field.expression, lambda name: PREFIX + name)
    return models.ExpressionWrapper(expression, output_field=_output(field.output_field))


def _walk(expression: Any, rename: Callable[[str], Any]) -> Any:
    """A copy of the expression with its field names given new names."""
    if isinstance(expression, F):
        return F(rename(str(expression.name)))  # type: ignore[attr-defined]
    copied = expression.copy()
    copied.set_source_expressions(
        [_walk(part, rename) if part is not None else None for part in expression.get_source_expressions()]
    )
    return copied
