"""Reports: kept, changed, starred, copied, given up; each can be undone."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kairos.core.editing.numbers import number_in
from kairos.core.history import ActionRefused, change_set
from kairos.core.models import SavedView
from kairos.insight.models import Report

LONGEST_NAME = 80


class NotYourReport(ActionRefused):
    message = _("“%(name)s” belongs to somebody else. Make a copy of it instead.")


def keep_report(
    *, record_type: str, name: str, query: Mapping[str, str], by: Any, sharing: str = "private"
) -> Report:
    """Keep a question under a name. `sharing` is "private", "everybody", or "team-3" for a team of one's own.

    Raises `ValidationError`.
    """
    values = {"record_type": record_type, "name": _checked(name), "query": dict(query), "owner": by}
    with change_set(by=by, summary=_("Kept the report %(name)s"), params={"name": name}) as changes:
        return changes.create(Report, **values, **_shared(sharing, by))


def change_report(report: Report, *, by: Any, **values: Any) -> Report:
    """Change `name`, `query` or `sharing`. Raises `NotYourReport`, `ValidationError`."""
    _check_owner(report, by)
    if "name" in values:
        values["name"] = _checked(values["name"])
    if "sharing" in values:
        values |= _shared(values.pop("sharing"), by)
    with change_set(by=by, summary=_("Changed the report %(name)s"), params={"name": report}) as changes:
        changes.lock(report)
        changes.update(report, **values)
    return report


def star_report(report: Report, *, by: Any, is_starred: bool) -> None:
    """Put a report among one's favourites, or take it out."""
    summary = _("Starred the report %(name)s") if is_starred else _("Took the star off the report %(name)s")
    with change_set(by=by, summary=summary, params={"name": report}) as changes:
        changes.lock(report)
        others = [pk for pk in report.starred_by.values_list("pk", flat=True) if pk != by.pk]
        changes.set_related(report, "starred_by", [*others, by.pk] if is_starred else others)


def copy_report(report: Report, *, by: Any) -> Report:
    """A private copy of one's own."""
    name = str(_("Copy of %(name)s") % {"name": report.name})[:LONGEST_NAME]
    return keep_report(record_type=report.record_type, name=name, query=report.query, by=by)


def delete_report(report: Report, *, by: Any) -> None:
    """Give up a report. Raises `NotYourReport`."""
    _check_owner(report, by)
    with change_set(by=by, summary=_("Deleted the report %(name)s"), params={"name": report}) as changes:
        changes.delete(report)


def _check_owner(report: Report, by: Any) -> None:
    if report.owner_id != by.pk and not by.is_administrator:
        raise NotYourReport(name=report.name)


def _checked(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise ValidationError(_("Give the report a name."))
    if len(name) > LONGEST_NAME:
        raise ValidationError(_("A name has at most %(limit)s characters."), params={"limit": LONGEST_NAME})
    return name


def _shared(sharing: str, by: Any) -> dict[str, Any]:
    kind, _dash, team = sharing.partition("-")
    if kind not in SavedView.Sharing.values:
        raise ValidationError(_("This choice is not available."))
    if kind != SavedView.Sharing.TEAM:
        return {"sharing": kind, "team_id": None}
    wanted = number_in(team)
    if wanted not in by.team_ids():
        raise ValidationError(_("Choose a team that you belong to."))
    return {"sharing": kind, "team_id": wanted}
