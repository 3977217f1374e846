"""A report's table as a picture: what the browser draws, each part with its words and the way to its records."""

from typing import Any

from django.utils.translation import gettext as _

from kairos.insight.pivot import Cell, Pivot, Row

MOST_CATEGORIES, MOST_SERIES, LYING_FROM = 30, 9, 7


def chart(pivot: Pivot) -> dict[str, Any] | None:
    """What the behaviour `chart` draws (see assets/behaviours/chart.js); None where there is nothing to draw."""
    question = pivot.question
    if not question.chart or not pivot.rows:
        return None
    rows = pivot.rows[-MOST_CATEGORIES:] if question.rows[0].grain else pivot.rows[:MOST_CATEGORIES]
    series = _series(pivot, rows)[:MOST_SERIES] if question.chart != "heat" else _series(pivot, rows)
    if question.chart == "funnel":
        series = [_of(pivot, str(pivot.measures[0]["label"]), [_total(pivot, row) for row in rows])]
    return {
        "kind": question.chart,
        "categories": [row.label for row in rows],
        "columns": [one["name"] for one in series],
        "series": series,
        "lying": question.chart != "line" and not question.rows[0].grain and len(rows) >= LYING_FROM,
        "large": len(rows) > 12,
        "left_out": len(pivot.rows) - len(rows),
        "label": _("%(measures)s by %(rows)s. The table below holds the same figures.")
        % {
            "measures": ", ".join(str(one["label"]) for one in pivot.measures),
            "rows": ", ".join(one.label for one in question.dimensions),
        },
    }


def _series(pivot: Pivot, rows: list[Row]) -> list[dict[str, Any]]:
    """Of a table with columns one series a column; of one without, what stands within its rows, or its measures."""
    question, count = pivot.question, len(pivot.measures)
    if question.column:
        heads = pivot.heads[:-1]
        return [
            _of(pivot, head, [row.cells[place * count] for row in rows]) for place, head in enumerate(heads)
        ]
    if len(question.rows) > 1 and question.chart in ("stacked", "heat"):
        labels = list(dict.fromkeys(inner.label for row in rows for inner in row.within))
        by_label = [{inner.label: inner for inner in row.within} for row in rows]
        nothing = Cell(pivot.total.cells[0].figure.__class__(None, "–"))
        return [_of(pivot, n, [one[n].cells[0] if n in one else nothing for one in by_label]) for n in labels]
    # What is drawn side by side shares a scale: sums with sums, ratios with ratios, each in one unit.
    first = question.measures[0]
    places = [
        place
        for place, one in enumerate(question.measures)
        if one.unit == first.unit and (one.per is None) == (first.per is None)
    ]
    found = []
    for place in places:
        name = str(pivot.measures[place]["label"])
        cells = [row.cells[place] for row in rows]
        found.append(_of(pivot, name, cells))
        if question.comparison:
            found.append(_of(pivot, f"{name} · {question.comparison.label}", [_then(cell) for cell in cells]))
    return found


def _then(cell: Cell) -> Cell:
    return Cell(cell.then or cell.figure)


def _total(pivot: Pivot, row: Row) -> Cell:
    return row.cells[-len(pivot.measures)]


def _of(pivot: Pivot, name: str, cells: list[Cell]) -> dict[str, Any]:
    sizes = [pivot.size(cell) for cell in cells]
    return {
        "name": name,
        "values": [None if size is None else round(float(size), 2) for size in sizes],
        "texts": [cell.figure.text for cell in cells],
        "urls": [cell.url for cell in cells],
    }
