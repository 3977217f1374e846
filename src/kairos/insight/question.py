"""What a report asks, as its address says it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from kairos.core.conditions import SAFE
from kairos.core.listing import Listing, read_listing
from kairos.core.records import Measure, RecordType
from kairos.insight.compare import Comparison, read_comparison
from kairos.insight.dimension import Dimension, read_dimension

OF_LISTING = ("filter", "q", "where", "archived", "as_of")
OWN = ("measures", "rows", "column", "sort", "compare", "chart", "heat")
PARAMETERS = (*OF_LISTING, *OWN)
MOST_MEASURES, MOST_ROWS = 8, 2
CHARTS = ("bar", "stacked", "line", "funnel", "heat")


@dataclass(frozen=True, slots=True)
class Question:
    """Measures by up to two rows and one column, of the records of a listing, perhaps beside another day or span.

    `sort` is the measure whose largest figures come first; `chart` one of `CHARTS`, or nothing.
    """

    listing: Listing
    measures: tuple[Measure, ...]
    rows: tuple[Dimension, ...] = ()
    column: Dimension | None = None
    sort: str = ""
    comparison: Comparison | None = None
    chart: str = ""
    is_heat: bool = False
    notices: tuple[str, ...] = ()

    @property
    def record_type(self) -> RecordType:
        return self.listing.record_type

    @property
    def user(self) -> Any:
        return self.listing.user

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        return (*self.rows, *((self.column,) if self.column else ()))

    @property
    def params(self) -> dict[str, str]:
        """The whole question as parameters of an address."""
        asked = {name: value for name, value in self.listing.params.items() if name in OF_LISTING}
        own = {
            "measures": ",".join(one.name for one in self.measures),
            "rows": ",".join(one.name for one in self.rows),
            "column": self.column.name if self.column else "",
            "sort": self.sort,
            "compare": self.comparison.written if self.comparison else "",
            "chart": self.chart,
            "heat": "1" if self.is_heat else "",
        }
        return {**{name: value for name, value in own.items() if value}, **asked}

    def query(self, **changes: str | None) -> str:
        """The question as a query string, with some parameters changed ("" takes one away)."""
        merged = {**self.params, **{name: value or "" for name, value in changes.items()}}
        return urlencode({name: value for name, value in merged.items() if value}, safe=SAFE)


def read_question(record_type: RecordType, params: Mapping[str, str], *, user: Any) -> Question:
    """The question an address asks. What makes no sense is left out, and told in `notices`."""
    asked = {name: params[name] for name in OF_LISTING if name in params}
    listing = read_listing(record_type, {**asked, "view": "list", "saved": "0"}, user=user)
    listing = replace(listing, view=record_type.views[0], has_default=False)
    reader = _Reader(record_type, params)
    comparison, fault = read_comparison(params.get("compare", ""), listing)
    return Question(
        listing=listing,
        measures=reader.measures(),
        rows=reader.dimensions("rows", MOST_ROWS),
        column=next(iter(reader.dimensions("column", 1)), None),
        sort=reader.one_of("sort", record_type.all_measures, _("order")),
        comparison=comparison,
        chart=reader.one_of("chart", CHARTS, _("chart")),
        is_heat=params.get("heat") == "1",
        notices=(*listing.notices, *reader.notices, *((fault,) if fault else ())),
    )


class _Reader:
    def __init__(self, record_type: RecordType, params: Mapping[str, str]) -> None:
        self.record_type = record_type
        self.params = params
        self.notices: list[str] = []

    def _texts(self, name: str) -> list[str]:
        return [*dict.fromkeys(text for text in self.params.get(name, "").split(",") if text)]

    def _ignored(self, what: str, text: str) -> None:
        plain = "".join(char for char in text[:60] if char.isprintable())
        self.notices.append(
            _("“%(value)s” is no %(what)s here and was left out.") % {"what": what, "value": plain}
        )

    def measures(self) -> tuple[Measure, ...]:
        known = self.record_type.all_measures
        found = [known[name] for name in self._texts("measures") if self._known(name, known, _("measure"))]
        return tuple(found[:MOST_MEASURES]) or (next(iter(known.values())),)

    def _known(self, name: str, known: Any, what: str) -> bool:
        if name not in known:
            self._ignored(what, name)
        return name in known

    def dimensions(self, name: str, most: int) -> tuple[Dimension, ...]:
        return tuple(
            found
            for text in self._texts(name)[:most]
            if (found := self._try(lambda t: read_dimension(t, self.record_type), text)) is not None
        )

    def _try(self, read: Callable[[str], Any], text: str) -> Any:
        try:
            return read(text)
        except LookupError:
            self._ignored(_("grouping"), text)
            return None

    def one_of(self, name: str, allowed: Any, what: str) -> str:
        text = self.params.get(name, "")
        return text if text and self._known(text, allowed, what) else ""
