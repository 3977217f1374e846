"""Which reports there are for a person: ready made, their own, and what others share."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.urls import reverse

from kairos.core.records import ReadyReport, RecordType, all_types, part_types
from kairos.insight.models import Report


@dataclass(frozen=True, slots=True)
class Group:
    """The ready-made reports of one kind of record, and the way to its own builder."""

    record_type: RecordType
    ready: list[ReadyReport]
    build_url: str
    changes_url: str

    def url_of(self, one: ReadyReport) -> str:
        return reverse("report-ready", args=[self.record_type.plural, one.name])


def reported_types(user: Any) -> list[RecordType]:
    """The kinds of record this person can ask about: what stands in the rail, in its order."""
    found = [one for one in _kinds() if one.menu is not None and one.access.can_list(user)]
    work = [one for one in found if one.measures or (one.menu and one.menu.area == "work")]
    return sorted(work, key=lambda one: one.menu.order if one.menu else 0)


def groups(user: Any) -> list[Group]:
    return [
        Group(
            one,
            [ready for ready in one.all_reports if ready.shown_to(user)],
            reverse("report-on", args=[one.plural]),
            reverse("report-changes", args=[one.plural]) if one.changes_told else "",
        )
        for one in reported_types(user)
        if one.all_reports or one.measures
    ]


def kept_reports(user: Any) -> list[Report]:
    """Every kept report this person may open, starred ones first; `is_starred` and `owner_name` come along."""
    starred = Report.starred_by.through.objects.filter(report_id=OuterRef("pk"), user_id=user.pk)
    found = Report.objects.visible_to(user).active()
    return list(
        found.annotate(is_starred=Exists(starred), owner_name=F("owner__name"))
        .order_by("-is_starred", "name", "pk")
        .distinct()
    )


def type_of_report(report: Report) -> RecordType | None:
    """The kind of record a kept report asks about; None when its app is not there any more."""
    return next((one for one in _kinds() if one.name == report.record_type), None)


def _kinds() -> list[RecordType]:
    return [*all_types(), *part_types()]
