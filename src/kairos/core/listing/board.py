"""A listing as a board: its columns with their counts and sums, and the first cards of each."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from markupsafe import Markup

from kairos.core.conditions import All, Condition, Leaf
from kairos.core.fields import Field, MoneyAmountField
from kairos.core.fields import format as shown
from kairos.core.listing import axis
from kairos.core.listing.faces import faces, prepare_cards
from kairos.core.listing.listing import Listing
from kairos.core.listing.records import Asked, light, loaded
from kairos.core.listing.scope import Scope
from kairos.core.listing.totals import Tallies, Tally, needed_names, no_tallies, sum_texts, tally
from kairos.core.records import Band

CARDS = 40
ALL_SHOWN = 30
MOST = 60
MONTHS = 6


@dataclass(slots=True)
class Column:
    """One column: its value, how much stands in it, and its first cards (empty while it is not loaded)."""

    value: axis.Value
    count: int
    totals: list[dict[str, str]]
    records: list[Any]
    url: str
    create_url: str = ""
    edit_url: str = ""
    more_url: str = ""
    is_folded: bool = False
    is_droppable: bool = True

    @property
    def key(self) -> str:
        return self.value.key

    @property
    def count_text(self) -> str:
        return shown.number(self.count)

    @property
    def segments(self) -> list[dict[str, Any]]:
        """The bar of activities: one grey piece, until there are activities."""
        if not self.count:
            return []
        return [
            {"tone": "none", "percent": 100, "label": _("Nothing planned: %(count)s") % {"count": self.count}}
        ]


class BoardView:
    """The board a listing asks for. The number of queries depends on its columns, never on its records."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.declared = listing.board
        field = listing.group_field
        assert field is not None  # noqa: S101 - a board always has columns
        self.field: Field = field
        self.scope = Scope(listing, self.field)
        self.asked = Asked(listing, fields=self._needed)

    @property
    def _needed(self) -> set[str]:
        order = {name.removeprefix("-") for name in self.declared.order} - {"pk"}
        return {self.field.name} | needed_names(self.sums) | order | self.scope.names

    @cached_property
    def sums(self) -> list[MoneyAmountField]:
        fields = self.listing.record_type.fields
        return [fields[name] for name in self.declared.totals if name in fields]  # type: ignore[misc]

    # -- columns

    def columns(self, *, only: Iterable[str] | None = None, with_cards: bool = True) -> list[Column]:
        """The columns in order; `only` those keys, for what one move changed."""
        wanted = None if only is None else {axis.value_of(self.field, key) for key in only}
        values = self._arranged
        if values is not None:
            values = [v for v in values if wanted is None or v.value in wanted]
            tallies = self._tally(values)
        else:
            tallies = self._tally(None if wanted is None else [_bare(self.field, v) for v in wanted])
            values = self._found(tallies, wanted)
        made = [self._column(value, tallies) for value in values]
        made = [one for one in made if one.count or not getattr(one.value.record, "is_archived", False)]
        if with_cards:
            self._fill(made)
        return made

    @cached_property
    def _arranged(self) -> list[axis.Value] | None:
        """The columns where they are known beforehand: by the declaration, or as records or choices that are few."""
        field: Any = self.field
        if self.declared.columns_for is None or field.name != self.declared.columns:
            return None
        records = list(self.declared.columns_for(self.listing.user, allowed_values(self.listing)))
        if self.listing.as_of is not None:
            # A column that has been put away since may have held something then.
            others = field.related_type.visible_to(self.listing.user).archived()
            records += axis.in_order(field.related_type, others)[:ALL_SHOWN]
        return _told_apart([axis.record_value(field, record) for record in records])

    def _found(self, tallies: Tallies, wanted: set[Any] | None) -> list[axis.Value]:
        """The columns that hold something, and the empty ones where all of them are few."""
        present = sorted(tallies.groups, key=lambda value: -tallies.groups[value].count)[:MOST]
        values = dict.fromkeys([*present, *self._possible()])
        return axis.labelled(
            self.listing, self.field, [value for value in values if wanted is None or value in wanted]
        )

    def _possible(self) -> list[Any]:
        field: Any = self.field
        if field.kind in axis.RELATED:
            kind = field.related_type
            ids = kind.visible_to(self.listing.user).active().values_list("pk", flat=True)
            found = list(ids[: ALL_SHOWN + 1])
        elif field.kind == "rating":
            found = list(range(field.largest + 1))
        elif field.kind == "date":
            found = [None, *months_from(self.listing.context().today)]
        elif field.kind == "boolean":
            found = [False, True]
        elif hasattr(field, "choices"):
            found = [value for value, _label in field.choices()]
        else:
            found = []
        return found if len(found) <= ALL_SHOWN else []

    def _tally(self, values: Sequence[axis.Value] | None) -> Tallies:
        return tally(self.asked, self.field, self.sums, where=self.scope.condition(values))

    def _column(self, value: axis.Value, tallies: Tallies) -> Column:
        one = tallies.groups.get(value.value, Tally())
        url = f"{self.listing.record_type.url}/column?{self.listing.query(key=value.key)}"
        return Column(
            value,
            one.count,
            [
                {**total, "icon": self.declared.totals[total["name"]]}
                for total in sum_texts(one, self.sums, tallies)
            ],
            [],
            url,
            create_url=self._create_url(value),
            edit_url=self._edit_url(value),
            is_folded=bool(getattr(value.record, "is_folded", False)),
            is_droppable=self.is_movable and (value.value is not None or not self.field.required),
        )

    @property
    def is_movable(self) -> bool:
        return self.listing.is_editable and self.field.editable

    @property
    def is_arrangeable(self) -> bool:
        return may_reorder(self.listing)

    def _prepare(self, records: list[Any]) -> None:
        prepare_cards(self.listing, records, is_movable=self.is_movable)

    def faces(self, records: list[Any]) -> list[Markup]:
        """The cards of these records."""
        return faces(self.listing, records, is_movable=self.is_movable)

    @cached_property
    def band(self) -> Band | None:
        """What stands above the columns of this field, if the declaration has something to say there."""
        return self.declared.bands.get(self.field.name)

    @cached_property
    def zones(self) -> list[dict[str, Any]]:
        """The declared actions as places at the foot that take a dragged card."""
        if not self.is_movable:
            return []
        kind = self.listing.record_type
        actions = [kind.action(name) for name in self.declared.drop_zones]
        return [
            {
                "key": action.name,
                "label": action.label,
                "icon": action.icon,
                "tone": "won" if action.tone == "primary" else "lost",
                "url": f"{kind.url}/{{key}}/do/{action.name}",
                "ask": bool(action.fields),
            }
            for action in actions
            if action is not None
        ]

    def _edit_url(self, value: axis.Value) -> str:
        """The column's own record, for those who may change it."""
        if value.record is None or not self.listing.is_editable:
            return ""
        kind = self.field.related_type  # type: ignore[attr-defined]
        return kind.url_of(value.record) if kind.access.can_edit(self.listing.user, value.record) else ""

    def _create_url(self, value: axis.Value) -> str:
        listing = self.listing
        if not (listing.is_editable and listing.record_type.access.can_create(listing.user)):
            return ""
        if value.value is None:
            return create_url(listing, {})
        key = axis.day_in(value.value, None).isoformat() if self.field.kind == "date" else value.key
        return create_url(listing, {self.field.name: key})

    # -- cards

    def _fill(self, columns: list[Column]) -> None:
        if self.listing.as_of is None:
            for column in columns:
                self._fill_one(column)
        else:
            self._fill_together(columns)
        self._prepare([record for column in columns for record in column.records])

    def _fill_one(self, column: Column, *, after: int = 0) -> None:
        """The first cards of a column, or those after so many."""
        queryset = light(self.listing, self.asked.records)
        queryset = queryset.filter(self.asked.renamed(self.scope.of(column.value)))
        found = list(queryset.order_by(*self._orders)[after : after + CARDS + 1])
        column.records = found[:CARDS]
        if len(found) > CARDS:
            column.more_url = f"{column.url}&from={after + CARDS}"

    def _fill_together(self, columns: list[Column]) -> None:
        """As `_fill_one` for every column, in one pass: on a past day no index knows what stood where."""
        by_value = {column.value.value: column for column in columns}
        condition = self.asked.renamed(self.scope.condition([column.value for column in columns]))
        value = axis.expression(self.field, self.asked)
        place = Window(RowNumber(), partition_by=[value], order_by=[_expression(n) for n in self._orders])
        found = self.asked.records.filter(condition).annotate(board_value=value, board_place=place)
        found = found.filter(board_place__lte=CARDS + 1).order_by("board_place")
        places = list(found.values_list("pk", "board_value"))
        records = self.asked.records.in_bulk([pk for pk, _value in places])
        for pk, at in places:
            column = by_value.get(axis.normal(self.field, at))
            if column is not None and len(column.records) < CARDS:
                column.records.append(records[pk])
            elif column is not None:
                column.more_url = f"{column.url}&from={CARDS}"

    @property
    def _orders(self) -> list[str]:
        return [self._order(name) for name in self.declared.order]

    def _order(self, name: str) -> str:
        bare = name.removeprefix("-")
        return name.replace(bare, self.asked.name(bare)) if bare != "pk" else name

    def more(self, key: str, *, after: int) -> Column:
        """More cards of one column. Raises `ValueError` for a column that cannot be."""
        value = axis.value_of(self.field, key)
        column = self._column(self._known(value), no_tallies(self.listing))
        self._fill_one(column, after=after)
        self._prepare(column.records)
        return column

    def _known(self, value: Any) -> axis.Value:
        found = [one for one in self._arranged or () if one.value == value]
        return found[0] if found else _bare(self.field, value)

    def shown(self, pk: int, key: str) -> Any:
        """The record as the board shows it in this column; None where it does not."""
        try:
            value = self._known(axis.value_of(self.field, key))
        except ValueError:
            return None
        found = self.asked.records.filter(self.asked.renamed(self.scope.of(value)), pk=pk).first()
        return (
            loaded(self.listing, [found], self.listing.record_type.named_on_cards)[0]
            if found is not None
            else None
        )


def _told_apart(values: list[axis.Value]) -> list[axis.Value]:
    """Of columns that bear the same name, each says which team's it is."""
    names = Counter(value.label for value in values)
    return [
        replace(value, label=f"{value.label} · {team}")
        if names[value.label] > 1 and (team := getattr(value.record, "team", None)) is not None
        else value
        for value in values
    ]


def months_from(day: dt.date) -> list[dt.date]:
    """This month and the next five: where something can be put off to."""
    months = [day.replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] + dt.timedelta(32)).replace(day=1))
    return months


def _expression(name: str) -> Any:
    bare = F(name.removeprefix("-"))
    return bare.desc() if name.startswith("-") else bare.asc()


def _bare(field: Field, value: Any) -> axis.Value:
    return axis.Value(axis.key_of(field, value), value, "")


def create_url(listing: Listing, values: dict[str, str]) -> str:
    """Where the small form for another card comes from, with the column's value in it."""
    return f"{listing.record_type.url}/new?{urlencode({'compact': '1', **values})}"


def allowed_values(listing: Listing) -> dict[str, list[Any]]:
    """Per field, the values the condition allows, as far as it says so plainly."""
    found: dict[str, list[Any]] = {}
    for leaf in _plain_leaves(listing.condition):
        if leaf.op in ("is", "in"):
            wanted = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
            found[leaf.field] = [value for item in wanted for value in _meant(item, listing.user)]
    return found


def may_reorder(listing: Listing) -> bool:
    """Whether this person may arrange the columns: they are records that they may edit."""
    field, board = listing.group_field, listing.board
    if board is None or board.reorder is None or field is None or not listing.is_editable:
        return False
    if field.name != board.columns or field.kind not in axis.RELATED:
        return False
    return bool(field.related_type.access.can_create(listing.user))  # type: ignore[attr-defined]


def _plain_leaves(condition: Condition) -> list[Leaf]:
    parts = condition.parts if isinstance(condition, All) else (condition,)
    return [part for part in parts if isinstance(part, Leaf)]


def _meant(item: Any, user: Any) -> list[Any]:
    if item == "me":
        return [user.pk]
    return list(user.team_ids()) if item == "my_teams" else [item]
