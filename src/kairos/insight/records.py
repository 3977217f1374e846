"""Kept reports as a kind of record, so that they have a history and can be brought back."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from kairos.core.records import RecordType, Section, register
from kairos.insight.access import ReportsAccess
from kairos.insight.models import Report


@register
class Reports(RecordType):
    model = Report
    plural = "kept-reports"
    icon = "chart-column"
    access = ReportsAccess()
    columns = ("name", "owner", "sharing", "updated_at")
    hidden: ClassVar[frozenset[str]] = frozenset({"query", "team_id", "starred_by"})
    default_sort = "name"
    sections = (Section(_("Report"), ("name", "owner", "sharing")),)
