"""Everything the builder's page shows: the controls, the table, the chart, what can be done with the report."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from kairos.core.conditions import chips
from kairos.core.listing import Listing
from kairos.core.listing.toolbar import sharings
from kairos.core.records import ReadyReport
from kairos.insight import grain as grains
from kairos.insight.charts import chart
from kairos.insight.compare import BEFORE, YEAR
from kairos.insight.dimension import offered
from kairos.insight.gallery import reported_types
from kairos.insight.models import Report
from kairos.insight.pivot import answer
from kairos.insight.question import Question

CHART_NAMES = (
    ("bar", _lazy("Bars")),
    ("stacked", _lazy("Stacked bars")),
    ("line", _lazy("Line")),
    ("funnel", _lazy("Funnel")),
    ("heat", _lazy("Heat map")),
)


@dataclass(frozen=True, slots=True)
class Basis:
    """What the page started from: nothing, a ready-made report or a kept one, with the parameters it has of itself."""

    url: str
    title: str
    sentence: str = ""
    params: dict[str, str] | None = None
    report: Report | None = None
    ready: ReadyReport | None = None


def builder_context(question: Question, basis: Basis) -> dict[str, Any]:
    kind, listing, user = question.record_type, question.listing, question.user
    pivot = answer(question)

    def url(**changes: str) -> str:
        return f"{basis.url}?{question.query(**changes)}"

    return {
        "question": question,
        "record_type": kind,
        "basis": basis,
        "pivot": pivot,
        "chart": chart(pivot),
        "controls": controls(question),
        "named_filters": named_filters(listing, url),
        "chips": chips_of(listing, url),
        "builder_url": reverse("condition-builder", args=[kind.plural])
        + f"?{question.query()}&{urlencode({'to': basis.url})}",
        "is_changed": basis.params is not None and question.params != basis.params,
        "export_url": reverse("report-export", args=[kind.plural, "csv"])[: -len("csv")],
        "sharings": sharings(user),
        "is_own": basis.report is not None and kind_access(basis.report, user),
        "can_export": kind.access.can_export(user),
        "today": timezone.localdate().isoformat(),
        "without_past": url(as_of=""),
        "types": [(reverse("report-on", args=[t.plural]), t.label_plural) for t in reported_types(user)],
        "hidden": [
            (n, v) for n, v in question.params.items() if n in ("filter", "where", "q", "archived", "sort")
        ],
        "as_of": listing.as_of,
    }


def kind_access(report: Report, user: Any) -> bool:
    return report.owner_id == user.pk or bool(user.is_administrator)


def controls(question: Question) -> dict[str, Any]:
    """What can be chosen, and what is."""
    dimensions = []
    for one in offered(question.record_type):
        if one.grain:
            named = [(f"{one.path.name}:{grain}", words) for grain, words in grains.grain_names()]
            dimensions += [(value, f"{one.label}, {words}") for value, words in named]
        else:
            dimensions.append((one.name, one.label))
    chosen = {one.name: one for one in question.measures}
    measures = {**chosen, **question.record_type.all_measures}
    compared = question.comparison.written if question.comparison else ""
    return {
        "measures": [
            {"name": m.name, "label": m.label, "help": m.help, "chosen": m.name in chosen}
            for m in measures.values()
        ],
        "dimensions": dimensions,
        "rows": [*(one.name for one in question.rows), "", ""][:2],
        "column": question.column.name if question.column else "",
        "charts": [*CHART_NAMES],
        "compared": compared,
        "compares": [(BEFORE, _("The span before")), (YEAR, _("A year before"))],
        "is_day": compared not in ("", BEFORE, YEAR),
    }


def named_filters(listing: Listing, url: Callable[..., str]) -> list[dict[str, Any]]:
    """The ready-made filters, each with the address that puts it in or takes it out."""
    chosen = [one.name for one in listing.filters]
    made = []
    for one in listing.record_type.filters:
        is_active = one.name in chosen
        names = [n for n in chosen if n != one.name] if is_active else [*chosen, one.name]
        address = url(filter=",".join(names))
        made.append({"label": one.label, "icon": one.icon, "active": is_active, "url": address})
    return made


def chips_of(listing: Listing, url: Callable[..., str]) -> list[dict[str, Any]]:
    """The parts of the free condition, each with the address that leaves it out."""
    if not listing.params.get("where"):
        return []
    found = chips(listing.where, listing.record_type, user=listing.user)
    return [{"label": one.label, "url": url(where=one.query_without_this)} for one in found]
