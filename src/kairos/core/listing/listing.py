"""What a list or board shows, as its address says it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from kairos.core.conditions import EVERYTHING, SAFE, Condition, Context, combine, mentions, parse, to_query
from kairos.core.fields import Field
from kairos.core.history.as_of import end_of_day
from kairos.core.models import SavedView
from kairos.core.records import Filter, RecordType

PARAMETERS = ("view", "filter", "q", "where", "group", "sort", "columns", "archived", "as_of")


@dataclass(frozen=True, slots=True)
class Listing:
    """One list or board, wholly described by its address.

    `filters` are the named ones, `where` the free condition; `as_of` a past day that is shown instead of the present.
    `saved` is the saved view the address starts from; `has_default` says that a bare address opens one.
    `after` and `before` are places in the order (see `paging`). `notices` tell what of the address made no sense.
    """

    record_type: RecordType
    user: Any
    view: str = "list"
    filters: tuple[Filter, ...] = ()
    q: str = ""
    where: Condition = EVERYTHING
    group: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    is_archived: bool = False
    as_of: dt.date | None = None
    after: str = ""
    before: str = ""
    saved: SavedView | None = None
    has_default: bool = False
    notices: tuple[str, ...] = ()

    # -- asking

    @property
    def condition(self) -> Condition:
        """Everything asked for but the search words and the archive."""
        named = [parse(one.condition, self.record_type) for one in self.filters]
        return combine(all_of=[*named, self.where])

    @property
    def mentioned(self) -> set[str]:
        return mentions(self.condition)

    @property
    def cutoff(self) -> dt.datetime | None:
        """The moment the shown day ended, in the person's time zone; None for the present."""
        return end_of_day(self.as_of) if self.as_of else None

    @property
    def now(self) -> dt.datetime:
        """The present moment, or the last second of the day that is shown."""
        return self.cutoff - dt.timedelta(seconds=1) if self.cutoff else timezone.now()

    def context(self, names: Mapping[str, str] | None = None) -> Context:
        return Context(user=self.user, now=self.now, record_type=self.record_type, names=names or {})

    # -- order and shape

    @property
    def is_board(self) -> bool:
        return self.view == "board"

    @property
    def order(self) -> str:
        """The field to sort by, with a minus for descending."""
        return self.sort or self.record_type.default_sort

    @property
    def shown_fields(self) -> list[Field]:
        names = self.columns or tuple(self.record_type.all_columns)
        return [self.record_type.fields[name] for name in names if name in self.record_type.fields]

    @property
    def group_field(self) -> Field | None:
        """The field whose values are the groups of the list or the columns of the board."""
        name = self.group or (self.board.columns if self.is_board and self.board else "")
        return self.record_type.fields.get(name)

    @property
    def board(self) -> Any:
        return self.record_type.board

    @property
    def is_editable(self) -> bool:
        """Nothing can be changed in the past."""
        return self.as_of is None

    # -- its address

    @property
    def params(self) -> dict[str, str]:
        """What differs from the plain list, as parameters of an address."""
        kind = self.record_type
        named = ",".join(one.name for one in self.filters)
        found = {
            "view": self.view if self.view != kind.views[0] else "",
            "filter": named,
            "q": self.q,
            "where": to_query(self.where),
            "group": self.group,
            "sort": self.sort,
            "columns": ",".join(self.columns),
            "archived": "1" if self.is_archived else "",
            "as_of": self.as_of.isoformat() if self.as_of else "",
        }
        kept = {name: value for name, value in found.items() if value}
        if kind.default_filters and not named and not (self.q or kept.get("where")):
            kept["filter"] = ""
        return kept

    @property
    def saved_params(self) -> dict[str, str]:
        """What the saved view itself asks for."""
        return {k: str(v) for k, v in (self.saved.query if self.saved else {}).items() if k in PARAMETERS}

    @property
    def is_changed(self) -> bool:
        """True when the address says something else than the saved view it starts from."""
        return self.saved is not None and _kept(self.params) != _kept(self.saved_params)

    def query(self, **changes: str | None) -> str:
        """The whole listing as a query string, complete without its saved view: for partials, exports, bulk actions."""
        return _encode(_changed(self.params, changes))

    def url(self, **changes: str | None) -> str:
        """The address of this listing with some parameters changed ("" takes one away), back on the first page."""
        wanted = _changed(self.params, changes)
        if self.saved is not None:
            basis = self.saved_params
            differing = {k: v for k, v in wanted.items() if basis.get(k) != v}
            wanted = differing | {k: "" for k in basis if k not in wanted} | {"saved": str(self.saved.pk)}
        elif not wanted and self.has_default:
            wanted = {"saved": "0"}
        query = _encode(wanted)
        return f"{self.record_type.url}?{query}" if query else self.record_type.url


def _changed(params: dict[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    merged = {**params, **{name: value or "" for name, value in changes.items()}}
    return {name: value for name, value in merged.items() if value or (name == "filter" and name in params)}


def _kept(params: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in params.items() if value}


def _encode(params: Mapping[str, str]) -> str:
    return urlencode(params, safe=SAFE)
