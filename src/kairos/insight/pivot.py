"""The answer of a question as a table: rows within rows, columns, totals, and the records behind each figure."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from kairos.core.conditions import SAFE, combine, parse, to_query
from kairos.core.listing import Listing, axis
from kairos.core.records import Measure
from kairos.insight.cube import Cube, Key, Sums, cube, moved
from kairos.insight.figures import EMPTY, Figure, Figures, difference, heading
from kairos.insight.question import Question

MOST_ROWS, MOST_SECOND, MOST_COLUMNS = 200, 40, 60
HEATS = 5


@dataclass(slots=True)
class Cell:
    """One figure in its place. `heat` is 0 to 5; `then` and `change` stand beside it in a comparison."""

    figure: Figure
    url: str = ""
    heat: int = 0
    then: Figure | None = None
    change: Figure | None = None
    tone: str = ""


@dataclass(slots=True)
class Row:
    """One line: its value's words, its cells (by column, then measure), and the lines within it."""

    key: str
    label: str
    cells: list[Cell]
    url: str = ""
    level: int = 1
    within: list["Row"] = field(default_factory=list)


@dataclass(slots=True)
class Pivot:
    """A whole table. `heads` are the columns' words (the last one the total), `measures` those of each column.

    `currency` is that of every amount, nothing where there are several; then `drawn` is the one that can be compared.
    """

    question: Question
    heads: list[str]
    measures: list[dict[str, Any]]
    rows: list[Row]
    total: Row
    notices: list[str]
    corner: str
    currency: str = ""
    drawn: str = ""

    def size(self, cell: Cell) -> Any:
        """The figure as a number to be set beside others; nothing for another currency than theirs."""
        figure = cell.figure
        return None if self.drawn and figure.currency not in ("", self.drawn) else figure.number

    @property
    def is_empty(self) -> bool:
        return not self.rows and all(cell.figure.number in (None, 0) for cell in self.total.cells)


class _Sheet:
    """One cube with every roll-up that a table needs."""

    def __init__(self, question: Question, listing: Listing, made: Cube) -> None:
        self.rows = len(question.rows)
        self.has_column = question.column is not None
        day = listing.as_of or timezone.localdate()
        self.figures = Figures(made.parts, made.currencies, day)
        self.cube = made
        last = [self.rows] if self.has_column else []
        self.by_level: list[dict[Key, Sums]] = []
        for depth in range(self.rows + 1):
            places = [*range(depth)]
            rolled = made.rolled(places)
            self.by_level.append({(*key, TOTAL): sums for key, sums in rolled.items()})
            if last:
                self.by_level[-1] |= made.rolled([*places, *last])

    def sums(self, path: Key, column: Any) -> Sums | None:
        return self.by_level[len(path)].get((*path, column))


TOTAL = ("total",)


def answer(question: Question) -> Pivot:
    """Ask the database, once for each day that is compared, and lay the figures out."""
    return _Layout(question).pivot()


class _Layout:
    def __init__(self, question: Question) -> None:
        self.question = question
        self.listing = question.listing
        self.notices = list(question.notices)
        made = cube(self.listing, question.measures, question.dimensions)
        self.sheet = _Sheet(question, self.listing, made)
        self.other = self._other()
        self.base = _drill_base(question)
        self.conditions = {one.name: _behind(question, one) for one in question.measures}

    def _other(self) -> _Sheet | None:
        comparison = self.question.comparison
        if comparison is None:
            return None
        made = cube(comparison.listing, self.question.measures, self.question.dimensions)
        if comparison.shift:
            from kairos.insight import grain as grains

            for place, one in enumerate(self.question.dimensions):
                if one.grain:
                    made = moved(made, place, lambda d, g=one.grain: grains.begin(comparison.moved(d), g))
        return _Sheet(self.question, comparison.listing, made)

    # -- what stands on the edges

    def _found(self, place: int) -> list[Any]:
        keys = [*self.sheet.cube.leaves, *(self.other.cube.leaves if self.other else ())]
        return list(dict.fromkeys(key[place] for key in keys))

    def _largest(self, values: list[Any], most: int, path: Key, *, is_column: bool = False) -> list[Any]:
        """Those with the largest first figure, where there are more than fit."""
        if len(values) <= most:
            return values
        measure = self.question.measures[0]

        def size(value: Any) -> Any:
            found = self.sheet.sums((), value) if is_column else self.sheet.sums((*path, value), TOTAL)
            return self.sheet.figures.of(measure, found).number or 0

        self.notices.append(
            _("There are more groups than can be shown: these are the %(count)s largest.") % {"count": most}
        )
        return sorted(values, key=size, reverse=True)[:most]

    def _columns(self) -> list[axis.Value]:
        one = self.question.column
        if one is None:
            return []
        found = self._largest(self._found(len(self.question.rows)), MOST_COLUMNS, (), is_column=True)
        return one.values(self.listing, found)

    # -- cells

    def pivot(self) -> Pivot:
        self.columns = self._columns()
        question = self.question
        named = ", ".join(one.label for one in question.rows)
        made = Pivot(
            question,
            heads=[*(one.label for one in self.columns), _("Total")] if question.column else [""],
            measures=[self._headed(one) for one in question.measures],
            rows=self._rows(),
            total=self._row(axis.Value("total", None, _("Total")), (), {}),
            notices=[],
            corner=named,
            currency=self.sheet.figures.currency,
            drawn=self.sheet.figures.drawn,
        )
        self._heat(made)
        if any(one.unit == "money" for one in question.measures) and self.sheet.figures.how:
            self.notices.append(self.sheet.figures.how)
        made.notices = list(dict.fromkeys(self.notices))
        return made

    def _headed(self, measure: Measure) -> dict[str, Any]:
        url = self.question.query(sort=_sorted_by(self.question, measure))
        return {"name": measure.name, "label": heading(measure), "unit": measure.unit, "url": url}

    def _rows(self) -> list[Row]:
        dimensions = self.question.rows
        if not dimensions:
            return []
        second: dict[Any, dict[Any, None]] = defaultdict(dict)
        if len(dimensions) > 1:
            keys = [*self.sheet.cube.leaves, *(self.other.cube.leaves if self.other else ())]
            for key in keys:
                second[key[0]][key[1]] = None
            words = {
                v.value: (place, v)
                for place, v in enumerate(dimensions[1].values(self.listing, self._found(1)))
            }
        rows = []
        for value in dimensions[0].values(self.listing, self._largest(self._found(0), MOST_ROWS, ())):
            path, where = (value.value,), {0: value.value}
            row = self._row(value, path, where)
            if len(dimensions) > 1:
                inner = self._largest([*second[value.value]], MOST_SECOND, path)
                named = [words[one][1] for one in sorted(inner, key=lambda one: words[one][0])]
                row.within = self._sorted(
                    [self._row(one, (*path, one.value), {**where, 1: one.value}, 2) for one in named]
                )
            rows.append(row)
        return self._sorted(rows)

    def _sorted(self, rows: list[Row]) -> list[Row]:
        names = [one.name for one in self.question.measures]
        if self.question.sort not in names:
            return rows
        place = names.index(self.question.sort) - len(names)
        return sorted(rows, key=lambda row: row.cells[place].figure.number or 0, reverse=True)

    def _row(self, value: axis.Value, path: Key, where: dict[int, Any], level: int = 1) -> Row:
        cells = []
        row_leaves = [self.question.rows[place].leaf(one) for place, one in where.items()]
        for column in [*self.columns, None]:
            key = TOTAL if column is None else column.value
            sums, before = self.sheet.sums(path, key), self.other.sums(path, key) if self.other else None
            leaves = [*row_leaves]
            if column is not None:
                leaves.append(self.question.column.leaf(column.value))  # type: ignore[union-attr]
            for measure in self.question.measures:
                cells.append(self._cell(measure, sums, before, leaves))
        return Row(value.key, value.label, cells, level=level)

    def _cell(self, measure: Measure, sums: Sums | None, before: Sums | None, leaves: list[Any]) -> Cell:
        figure = self.sheet.figures.of(measure, sums)
        made = Cell(figure)
        if sums:
            condition = combine(all_of=[self.conditions[measure.name], *leaves])
            made.url = f"{self.base}&{urlencode({'where': to_query(condition)}, safe=SAFE)}"
        if self.other is not None:
            made.then = self.other.figures.of(measure, before) if before else EMPTY
            made.change, made.tone = difference(measure, figure, made.then)
        return made

    def _heat(self, made: Pivot) -> None:
        """How large each figure is among its measure's, totals apart."""
        if not self.question.is_heat:
            return
        count = len(self.question.measures)
        lines = [inner for row in made.rows for inner in (row.within or [row])]
        end = len(self.columns) * count or count
        for place in range(count):
            cells = [row.cells[n] for row in lines for n in range(place, end, count)]
            most = max((made.size(cell) or 0 for cell in cells), default=0)
            for cell in cells if most > 0 else ():
                share = (made.size(cell) or 0) / most
                cell.heat = max(0, min(HEATS, int(share * HEATS + type(share)(0.999)))) if share > 0 else 0


def _sorted_by(question: Question, measure: Measure) -> str:
    return "" if question.sort == measure.name else measure.name


def _behind(question: Question, measure: Measure) -> Any:
    parts = [question.listing.condition]
    if measure.behind:
        parts.append(parse(measure.behind, question.record_type))
    return combine(all_of=parts)


def _drill_base(question: Question) -> str:
    """The list of the records behind a figure, but for their condition."""
    listing = question.listing
    kept = {
        "saved": "0",
        "view": "list",
        "filter": "",
        "archived": "1" if listing.is_archived else "",
        "q": listing.q,
        "as_of": listing.as_of.isoformat() if listing.as_of else "",
    }
    keep = {k: v for k, v in kept.items() if v or k == "filter"}
    return f"{question.record_type.url}?{urlencode(keep)}"
