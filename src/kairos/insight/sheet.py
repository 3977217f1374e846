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
            name = " · ".join(filter(None, [head, str(measure["label"])]))
            found.append(name)
            if question.comparison:
                found += [f"{name} · {question.comparison.label}", f"{name} · {_('Difference')}"]
    return found


def rows_of(pivot: Pivot) -> Iterator[list[Any]]:
    depth = len(pivot.question.rows)
    for row in pivot.rows:
        for inner in row.within:
            yield [row.label, inner.label, *_cells(inner)]
        first = [row.label] if depth == 1 else [row.label, _("Total")]
        yield [*first, *_cells(row)]
    yield [_("Total"), *([""] * (depth - 1)), *_cells(pivot.total)]


def _cells(row: Row) -> Iterator[Any]:
    for cell in row.cells:
        yield from _of_cell(cell)


def _of_cell(cell: Cell) -> Iterator[Any]:
    yield _number(cell.figure)
    if cell.change is not None:
        yield _number(cell.then)
        yield _number(cell.change)


def _number(figure: Figure | None) -> Any:
    if figure is None or figure.number is None:
        return None
    number = figure.number
    return round(number, 2).normalize() + 0 if isinstance(number, Decimal) else number
