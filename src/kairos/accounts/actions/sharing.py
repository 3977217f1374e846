"""Sharing a record with a colleague who would not see it otherwise. Permission is asked before (`access.can_share`).

For every kind of record with a many-to-many `shared_with` to people: its type declares `SHARING` among its actions.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.events import SHARED, UNSHARED
from kairos.accounts.models import User
from kairos.core.fields import PeopleField
from kairos.core.history import Changes, change_set
from kairos.core.records import Action, Filter

SHARED_WITH_ME = Filter("shared", _("Shared with me"), ["shared_with", "in", ["me"]], "share-2")


def share_records(records: Iterable[Any], *, people: Collection[Any], by: Any) -> int:
    """Let these people see and edit the records; returns how many were not shared with all of them before."""
    found = list(records)
    params = {"count": len(found), "record": found[0] if found else ""}
    summary = _("Shared %(record)s") if len(found) == 1 else _("Shared %(count)s records")
    with change_set(by=by, summary=summary, params=params) as changes:
        return sum(share_with(changes, one, _present(one) | _ids(people)) for one in found)


def unshare_records(records: Iterable[Any], *, people: Collection[Any], by: Any) -> int:
    """End the sharing with these people, who see the records only if they have another reason; returns how many."""
    found = list(records)
    params = {"count": len(found), "record": found[0] if found else ""}
    summary = _("Stopped sharing %(record)s") if len(found) == 1 else _("Stopped sharing %(count)s records")
    with change_set(by=by, summary=summary, params=params) as changes:
        return sum(share_with(changes, one, _present(one) - _ids(people)) for one in found)


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
    return record is None or record.shared_with.exists()


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
