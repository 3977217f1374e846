"""From a condition to a `Q`.

Every comparison compiles to something that is true or false, never NULL: an empty value matches no positive comparison,
so each negative one (`is_not`, `not_in`, `is_empty`, `not`) is exactly the complement. Paths through relations and
many-to-many fields become subqueries, so rows are never doubled, and see only what the person may see.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone

from kairos.core.conditions.days import Day
from kairos.core.conditions.paths import Path, find_path
from kairos.core.conditions.tree import All, BadCondition, Condition, Leaf, Not, Some
from kairos.core.conditions.values import DAYS, ME, MY_TEAM, MY_TEAMS
from kairos.core.fields import Field, TracedField, TruthField
from kairos.core.records.record_type import RELATION_KINDS, RecordType

NOTHING = Q(pk__in=[])
POSITIVE = {"is_not": "is", "not_in": "in", "is_empty": "is_not_empty"}
COMPARED_TIMES = {"is": "exact", "before": "lt", "after": "gt"}
COMPARED = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}


@dataclass(frozen=True, slots=True)
class Context:
    """For whom and when a condition is asked.

    `names` renames first parts of paths: on an as-of screen "stage" is read from the annotation "as_of_stage", which
    holds the id as it was. Many-to-many fields are always read as they are now.
    """

    user: Any
    now: dt.datetime
    record_type: RecordType
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def zone(self) -> dt.tzinfo:
        """The person's time zone, else the one in use."""
        name = getattr(self.user, "time_zone", "")
        try:
            return ZoneInfo(name) if name else timezone.get_current_timezone()
        except (ValueError, OSError):
            return timezone.get_current_timezone()

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(self.zone).date()

    def midnight(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time.min, tzinfo=self.zone)


def compile(condition: Condition, context: Context) -> Q:
    """The condition as a filter of the record type's queryset. Raises `BadCondition` for a field that has gone."""
    match condition:
        case All(parts):
            return _joined([compile(part, context) for part in parts], Q.AND)
        case Some(parts):
            return _joined([compile(part, context) for part in parts], Q.OR)
        case Not(part):
            return ~compile(part, context)
        case Leaf(name, op, value):
            path = find_path(name, context.record_type, at=name)
            positive = _through(path, POSITIVE.get(op, op), value, context)
            return ~positive if op in POSITIVE else positive
    raise BadCondition("", "not a condition")


def _joined(parts: list[Q], connector: str) -> Q:
    # An empty Q would vanish under ~ and |; "not nothing" does not.
    joined = parts[0] if parts else ~NOTHING
    for part in parts[1:]:
        joined = joined._combine(part, connector)  # type: ignore[attr-defined]
    return joined


def _through(path: Path, op: str, value: Any, context: Context) -> Q:
    """The comparison at the path's end, wrapped from the inside out in one subquery per relation."""
    owners = [context.record_type]
    for relation in path.through:
        owners.append(relation.related_type)  # type: ignore[attr-defined]
    names = context.names if not path.through else {}
    condition = _compare(path.field, names.get(path.field.name), op, value, context)
    for place in reversed(range(len(path.through))):
        found = owners[place + 1].visible_to(context.user).filter(condition).order_by().values("pk")
        renamed = context.names.get(path.through[place].name) if place == 0 else None
        condition = _related(path.through[place], renamed, found)
    return condition


def _related(relation: Field, renamed: str | None, found: Any) -> Q:
    if _is_many(relation):
        return _linked(relation, found)
    name = renamed or relation.name
    return _present(relation, renamed) & Q(**{f"{name}__in": found})


def _is_many(relation: Field) -> bool:
    return bool(relation.model_field.many_to_many)  # type: ignore[union-attr]


def _linked(relation: Field, found: Any) -> Q:
    """Records with at least one link to what was found; `None` means to anything."""
    model_field: Any = relation.model_field
    source, target = model_field.m2m_field_name(), model_field.m2m_reverse_field_name()
    links = model_field.remote_field.through._base_manager.all()
    if found is not None:
        links = links.filter(**{f"{target}__in": found})
    return Q(pk__in=links.values(f"{source}_id"))


def _present(one: Field, renamed: str | None) -> Q:
    """Has a value at all. Only asked of what can be NULL."""
    if renamed or one.model_field.null:  # type: ignore[union-attr]
        return Q(**{f"{renamed or one.name}__isnull": False})
    return Q()


def _compare(one: Field, renamed: str | None, op: str, value: Any, context: Context) -> Q:
    if isinstance(one, TruthField):
        found = one.truth(context.now, lambda name: context.names.get(name, name))
        return found if value else ~found
    if isinstance(one, TracedField):
        values = value if isinstance(value, tuple) else (value,)
        return one.trace(values, lambda name: context.names.get(name, name), context.now)
    if one.kind in RELATION_KINDS:
        return _compare_relation(one, renamed, op, value, context)
    name = renamed or one.name
    if op == "is_not_empty":
        return _filled(one, name, renamed)
    return _present(one, renamed) & _matches(one, name, op, value, context)


def _filled(one: Field, name: str, renamed: str | None) -> Q:
    present = _present(one, renamed)
    if _is_list(one):
        # Written out on both sides: a list is stored as [] and compared as JSON.
        return present & ~Q(**{name: []})
    if _is_text(one):
        return present & ~Q(**{name: ""})
    return present or ~NOTHING


def _is_list(one: Field) -> bool:
    return _internal(one) == "JSONField"


def _is_text(one: Field) -> bool:
    return _internal(one) in ("CharField", "TextField")


def _internal(one: Field) -> str:
    model_field: Any = one.model_field
    return str(getattr(model_field, "output_field", model_field).get_internal_type())


def _matches(one: Field, name: str, op: str, value: Any, context: Context) -> Q:
    if one.kind in DAYS:
        return _matches_days(one, name, op, value, context)
    if one.kind == "time":
        return Q(**{f"{name}__{COMPARED_TIMES[op]}": value})
    if op in COMPARED:
        return Q(**{f"{name}__{COMPARED[op]}": value})
    if one.kind == "choices":
        return _any_spelling(f"{name}__icontains", [f'"{choice}"' for choice in value])
    if op == "in":
        return Q(**{f"{name}__in": list(value)})
    if _is_list(one):
        return _any_spelling(f"{name}__icontains", [*map(_in_json, _spellings(_wanted(one, value)))])
    if op in ("contains", "starts_with"):
        return _any_spelling(f"{name}__i{op.replace('_', '')}", _spellings(value))
    if isinstance(value, str) and not _has_choices(one):
        return _any_spelling(f"{name}__iexact", _spellings(value))
    return Q(**{name: value})


def _has_choices(one: Field) -> bool:
    return hasattr(one, "choices")


def _spellings(text: str) -> list[str]:
    """SQLite compares only A-Z without case, so É must be asked for as é too."""
    if text.isascii():
        return [text]
    return [*dict.fromkeys((text, text.lower(), text.upper(), text.title()))]


def _any_spelling(lookup: str, spellings: list[str]) -> Q:
    matching = Q()
    for text in dict.fromkeys(spellings):
        matching |= Q(**{lookup: text})
    return matching


def _wanted(one: Field, text: str) -> str:
    """Phones are stored as +886223456789: spaces, brackets and the leading zero of “(02) 2345-6789” are not."""
    if one.kind != "phones":
        return text
    digits = "".join(char for char in text if char.isascii() and char in "+0123456789")
    return digits.lstrip("0") or text


def _in_json(text: str) -> str:
    """The text as it stands inside a stored JSON list: SQLite keeps what Python wrote, PostgreSQL keeps characters."""
    from django.db import connection

    return json.dumps(text, ensure_ascii=connection.vendor == "sqlite")[1:-1]


def _matches_days(one: Field, name: str, op: str, value: Any, context: Context) -> Q:
    if isinstance(value, Day):
        first = last = value.on(context.today)
    else:
        first, last = value.between(context.today)
    after_last: Any = last + dt.timedelta(1)
    if one.kind == "datetime":
        first, after_last = context.midnight(first), context.midnight(after_last)
    if op == "before":
        return Q(**{f"{name}__lt": first})
    if op == "after":
        return Q(**{f"{name}__gte": after_last})
    return Q(**{f"{name}__gte": first, f"{name}__lt": after_last})


def _compare_relation(one: Field, renamed: str | None, op: str, value: Any, context: Context) -> Q:
    is_many = _is_many(one)
    if op == "is_not_empty":
        return _linked(one, None) if is_many else (_present(one, renamed) or ~NOTHING)
    wanted = value if isinstance(value, tuple) else (value,)
    matching = Q()
    for found in _found(wanted, context):
        name = renamed or one.name
        matching |= _linked(one, found) if is_many else Q(**{f"{name}__in": found})
    return matching if is_many else _present(one, renamed) & matching


def _found(wanted: tuple[Any, ...], context: Context) -> list[Any]:
    """Lists of ids and subqueries that together are the wanted records."""
    user = context.user
    ids = [item for item in wanted if isinstance(item, int)]
    if ME in wanted:
        ids.append(user.pk)
    if MY_TEAMS in wanted:
        ids += user.team_ids()
    found: list[Any] = [ids]
    if MY_TEAM in wanted:
        members = get_user_model().teams.through._base_manager.filter(team_id__in=user.team_ids())
        found += [[user.pk], members.values("user_id")]
    return found
