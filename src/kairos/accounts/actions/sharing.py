"""Sharing a record with a colleague who would not see it otherwise. Permission is asked before (`access.can_share`).

For every kind of record with a many-to-many `shared_with` to people: its type declares `SHARING` among its actions.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.events import SHARED, UNSHARED
from kairos.accounts.models import User
from kairos.core.fields import PeopleField
from kairos.core.history import Changes, change_set
from kairos.core.history.bulk import chunks, related_ids
from kairos.core.records import Action, Filter

SHARED_WITH_ME = Filter("shared", _("Shared with me"), ["shared_with", "in", ["me"]], "share-2")


def share_records(records: Iterable[Any], *, people: Collection[Any], by: Any) -> int:
    """Let these people see and edit the records; returns how many were not shared with all of them before."""
    found, added = list(records), _ids(people)
    params = {"count": len(found), "record": found[0] if found else ""}
    summary = _("Shared %(record)s") if len(found) == 1 else _("Shared %(count)s records")
    with change_set(by=by, summary=summary, params=params) as changes:
        return share_many(changes, found, lambda _pk, present: present | added)


def unshare_records(records: Iterable[Any], *, people: Collection[Any], by: Any) -> int:
    """End the sharing with these people, who see the records only if they have another reason; returns how many."""
    found, gone = list(records), _ids(people)
    params = {"count": len(found), "record": found[0] if found else ""}
    summary = _("Stopped sharing %(record)s") if len(found) == 1 else _("Stopped sharing %(count)s records")
    with change_set(by=by, summary=summary, params=params) as changes:
        return share_many(changes, found, lambda _pk, present: present - gone)


def share_many(
    changes: Changes, records: Sequence[Any], people: Callable[[int, set[int]], Collection[Any]]
) -> int:
    """As `share_with`, for many records of one kind; `people(pk, present)` are those of each. How many changed."""
    if not records:
        return 0
    model = type(records[0])
    differing: dict[Any, tuple[set[int], set[int]]] = {}
    for part in chunks(list(records)):
        ids = [record.pk for record in part]
        held = model._base_manager.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
        there = set(held.values_list("pk", flat=True))
        present = related_ids(model, "shared_with", ids)
        for record in part:
            before = set(present.get(record.pk, ()))
            after = _ids(people(record.pk, before))
            if before != after and record.pk in there:
                differing[record] = before, after
    changes.update_many(model, {one.pk: {"shared_with": after} for one, (_old, after) in differing.items()})
    _tell_many(changes, differing)
    return len(differing)


def _tell_many(changes: Changes, differing: Mapping[Any, tuple[set[int], set[int]]]) -> None:
    """Tell of each record who came and who went, by the order of their names."""
    involved = {pk for before, after in differing.values() for pk in before ^ after}
    names = dict(User.objects.filter(pk__in=involved).order_by("name", "pk").values_list("pk", "name"))
    for record, (before, after) in differing.items():
        for event, ids in ((SHARED, after - before), (UNSHARED, before - after)):
            if ids:
                changes.event(event.name, record, people=", ".join(n for pk, n in names.items() if pk in ids))


def share_with(changes: Changes, record: Any, people: Collection[Any]) -> bool:
    """Make these the people a record is shared with, and tell who came and who went; True when that changed it."""
    changes.lock(record)
    before, after = _present(record), _ids(people)
    if not changes.update(record, shared_with=sorted(after)):
        return False
    for event, ids in ((SHARED, after - before), (UNSHARED, before - after)):
        if ids:
            names = User.objects.filter(pk__in=ids).order_by("name", "pk").values_list("name", flat=True)
            changes.event(event.name, record, people=", ".join(names))
    return True


def _present(record: Any) -> set[int]:
    return set(record.shared_with.values_list("pk", flat=True))


def _ids(people: Collection[Any]) -> set[int]:
    return {int(getattr(person, "pk", person)) for person in people}


def _people(label: Any) -> PeopleField:
    """The question: which people."""
    return PeopleField("people", label=label, model_field=User.led_teams.field, required=True)


def _is_shared(user: Any, record: Any) -> bool:
    return record is None or bool(record.shared_with.all())


SHARING = (
    Action(
        "share",
        _("Share"),
        lambda record, *, people, by: share_records([record], people=people, by=by),
        icon="share-2",
        run_many=share_records,
        fields=(_people(_("With whom")),),
        right="can_share",
    ),
    Action(
        "unshare",
        _("Stop sharing"),
        lambda record, *, people, by: unshare_records([record], people=people, by=by),
        icon="user-minus",
        run_many=unshare_records,
        fields=(_people(_("With whom")),),
        shown_to=_is_shared,
        looks_at=("shared_with",),
        right="can_share",
    ),
    Action(
        "access",
        _("Who can see this?"),
        lambda record, *, by: None,
        icon="eye",
        is_bulk=False,
        page=lambda record_type, records: f"{record_type.url_of(records[0])}/access",
    ),
)
