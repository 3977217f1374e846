"""When somebody is not there. Who may say so for whom is checked here: the person is one of the values."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import Absence, User
from kairos.core.history import ActionRefused, change_set


class EndsBeforeItBegins(ActionRefused):
    message = _("The last day is before the first.")


class NotYourPeople(ActionRefused):
    message = _("You can enter absences for yourself and for the people you lead.")


def create_absence(
    *, values: Mapping[str, Any], by: Any, model: type[Absence] = Absence, at: dt.datetime | None = None
) -> Absence:
    """Somebody will be away: oneself unless somebody else is named, for one day unless a last one is.

    Raises `NotYourPeople`, `EndsBeforeItBegins`.
    """
    full = dict(values)
    if full.get("user") is None:
        full["user"] = by
    if full.get("last_on") is None:
        full["last_on"] = full.get("first_on")
    _check(full["user"], full.get("first_on"), full["last_on"], by)
    params = {"record": full["user"]}
    with change_set(by=by, summary=_("Entered an absence of %(record)s"), params=params, at=at) as changes:
        return changes.create(Absence, **full)


def update_absence(absence: Absence, *, values: Mapping[str, Any], by: Any) -> Absence:
    """Write other days. Raises `NotYourPeople`, `EndsBeforeItBegins`."""
    with change_set(by=by, summary=_("Changed %(record)s"), params={"record": absence}) as changes:
        changes.lock(absence)
        first, last = values.get("first_on", absence.first_on), values.get("last_on", absence.last_on)
        _check(values.get("user", absence.user), first, last, by)
        changes.update(absence, **values)
    return absence


def update_absences(
    *, values_by_id: Mapping[int, Mapping[str, Any]], by: Any, model: type[Absence] = Absence
) -> int:
    """Write values to many, each by the same rules."""
    params = {"count": len(values_by_id)}
    with change_set(by=by, summary=_("Changed %(count)s records"), params=params):
        found = Absence.objects.select_related("user").in_bulk(list(values_by_id))
        for pk, absence in found.items():
            update_absence(absence, values=values_by_id[pk], by=by)
    return len(found)


def is_theirs_to_say(person: User, by: Any) -> bool:
    """Whether somebody may enter absences of this person: their own, and those of the people they lead."""
    if by is None or person.pk == by.pk or by.is_administrator:
        return True
    return bool(by.is_leader and by.led_people().filter(pk=person.pk).exists())


def _check(person: Any, first: dt.date | None, last: dt.date | None, by: Any) -> None:
    if not is_theirs_to_say(person, by):
        raise NotYourPeople()
    if first is not None and last is not None and last < first:
        raise EndsBeforeItBegins()
