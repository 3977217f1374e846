"""A report's table as header and rows of a spreadsheet: plain numbers, one line a group, totals last."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kairos.insight.figures import Figure
from kairos.insight.pivot import Cell, Pivot, Row


def header_of(pivot: Pivot) -> list[str]:
    """The dimensions, then each column's measures, in a comparison three times over."""
    question = pivot.question
    found = [one.label for one in question.rows] or [_("Total")]
    for head in pivot.heads:
        for measure in pivot.measures:
            unit = pivot.currency if measure["unit"] == "money" else ""
            name = ", ".join(filter(None, [" · ".join(filter(None, [head, str(measure["label"])])), unit]))
            found.append(name)
            if question.comparison:
                found += [f"{name} · {question.comparison.label}", f"{name} · {_('Difference')}"]
    return found


def rows_of(pivot: Pivot) -> Iterator[list[Any]]:
    depth = len(pivot.question.rows)
    for row in pivot.rows:
        for inner in row.within:
            yield [row.label, inner.label, *_cells(pivot, inner)]
        first = [row.label] if depth == 1 else [row.label, _("Total")]
        yield [*first, *_cells(pivot, row)]
    yield [_("Total"), *([""] * (depth - 1)), *_cells(pivot, pivot.total)]


def _cells(pivot: Pivot, row: Row) -> Iterator[Any]:
    for cell in row.cells:
        yield from _of_cell(pivot, cell)


def _of_cell(pivot: Pivot, cell: Cell) -> Iterator[Any]:
    yield _number(pivot, cell.figure)
    if cell.change is not None:
        yield _number(pivot, cell.then)
        yield _number(pivot, cell.change)


def _number(pivot: Pivot, figure: Figure | None) -> Any:
    """A plain number; of several currencies their words, since a number would say nothing."""
    if figure is None or figure.number is None:
        return None
    if pivot.drawn and figure.currency:
        return figure.full or figure.text
    number = figure.number
    return round(number, 2).normalize() + 0 if isinstance(number, Decimal) else number
