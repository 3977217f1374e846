"""On which records a person sees what is planned, and what an activity is about."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from kairos.core.records import PartType, RecordType, all_types
from kairos.core.records.registry import find_type


def planned_on() -> dict[str, RecordType]:
    """The record types that take activities, by the name their records are stored under: the work of the house.

    Of several types on one table the first is named; the record itself knows its own.
    """
    from kairos.activities.models import Activity

    found: dict[str, RecordType] = {}
    for kind in all_types():
        if takes_activities(kind) and kind.model is not Activity:
            found.setdefault(kind.stored_name, kind)
    return found


def takes_activities(kind: RecordType) -> bool:
    """Whether something can be planned about these records: what people work with, not what is set up or a part."""
    if isinstance(kind, PartType) or kind.menu is None:
        return False
    return kind.menu.area == "work" and kind.stored_name != "activity"


def on_visible_records(user: Any) -> Q:
    """Activities on records this person sees, without a list of records where all of a kind are seen."""
    found = Q(pk__in=[])
    for name, kind in planned_on().items():
        records = kind.known_to(user)
        part = Q(record_type=name)
        if records.query.where:
            part &= Q(record_id__in=records.order_by().values("pk"))
        found |= part
    return found


def only_invited(user: Any) -> set[int]:
    """The meetings this person sees for no other reason than being asked to come; asked once per loaded person."""
    from kairos.activities.models import Activity, Attendee

    if not hasattr(user, "_only_invited"):
        ids = set(Attendee.objects.filter(user=user.pk).values_list("activity", flat=True))
        seen = Activity.objects.workable_by(user).filter(pk__in=ids) if ids else Activity.objects.none()
        user._only_invited = ids - set(seen.values_list("pk", flat=True))
    found: set[int] = user._only_invited
    return found


def attach_records(activities: Iterable[Any], user: Any) -> None:
    """Put at hand what each is about as `about`, with its type as `about_type`: one query for each kind of record.

    None where there is nothing, or nothing this person may see.
    """
    kinds = planned_on()
    wanted: dict[str, set[int]] = {}
    given = list(activities)
    for one in given:
        one.about, one.about_type = None, None
        if one.record_type in kinds:
            wanted.setdefault(one.record_type, set()).add(one.record_id)
    found = {name: kinds[name].known_to(user).in_bulk(ids) for name, ids in wanted.items()}
    for one in given:
        record = found.get(one.record_type, {}).get(one.record_id)
        if record is not None:
            one.about, one.about_type = record, kinds[one.record_type].own_type(record)


def owner_of(record: Any) -> Any:
    """The colleague whose record it is, if it is anybody's."""
    return getattr(record, "salesperson", None) or getattr(record, "owner", None)


def numbers_of(record: Any) -> list[tuple[str, str]]:
    """Telephone numbers to call about a record, each with whose it is: its own, then of the people it names."""
    kind = find_type(type(record))
    if kind is None:
        return []
    named = [field.name for field in kind.own_fields.values() if field.kind == "relation"]
    people = [record, *(other for name in named if (other := getattr(record, name, None)) is not None)]
    found: dict[str, str] = {}
    for one in people:
        number = getattr(one, "phone", "")
        if isinstance(number, str) and number:
            found.setdefault(number, str(one))
    return [(who, number) for number, who in found.items()]
