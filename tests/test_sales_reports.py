"""Reports on a real seller's deals say what the seller's own file says, worked out here from its rows."""

import csv
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from kairos.accounts.models import User
from kairos.core.records import type_called
from kairos.crm.funnel_page import funnel_context
from kairos.crm.models import ScoreLesson, ScoreTable, Stage
from kairos.insight.pivot import answer
from kairos.insight.question import read_question
from tests import test_sales_pipeline
from tests.test_sales_pipeline import FOLDER, deals_of_the_file, import_all

ada = test_sales_pipeline.ada

pytestmark = [
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the seller's files are not here"),
    pytest.mark.django_db,
]


def report(ada: User, **params: str) -> dict[str, list[Any]]:
    """The rows of a report by their label, as plain figures."""
    found = answer(read_question(type_called("opportunities"), params, user=ada))
    assert found.notices == []
    return {row.label: [cell.figure.number for cell in row.cells] for row in [*found.rows, found.total]}


def test_the_reports_equal_what_the_file_itself_says(ada: User) -> None:
    import_all()
    rows = deals_of_the_file()
    with (FOLDER / "sales_teams.csv").open(newline="") as file:
        manager_of = {row["sales_agent"]: row["manager"] for row in csv.DictReader(file)}
    check_managers(ada, rows, manager_of)
    check_stages_by_product(ada, rows)
    check_salespeople(ada, rows)
    check_funnel(ada, rows)
    check_the_score_was_tried(rows)


def check_managers(ada: User, rows: list[dict[str, str]], manager_of: dict[str, str]) -> None:
    won: dict[str, int] = {}
    for row in rows:
        if row["deal_stage"] == "Won":
            manager = manager_of[row["sales_agent"]]
            won[manager] = won.get(manager, 0) + int(row["close_value"])
    assert {name.split()[-1]: amount for name, amount in won.items()} == {
        "Marxen": 2_251_930, "Sewald": 1_964_750, "Neubert": 1_960_545,
        "Rouche": 1_603_897, "Losch": 1_130_049, "Brinkmann": 1_094_363,
    }  # fmt: skip
    found = report(ada, measures="won", rows="salesperson.manager")
    assert found == {**{name: [amount] for name, amount in won.items()}, "Total": [sum(won.values())]}


def check_stages_by_product(ada: User, rows: list[dict[str, str]]) -> None:
    stage = {"Won": "Closed won", "Lost": "Engaging", "Engaging": "Engaging", "Prospecting": "Prospecting"}
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        product = "GTX Pro" if row["product"] == "GTXPro" else row["product"]
        for key in (product, "Total"):
            for column in (stage[row["deal_stage"]], "Total"):
                counts[key, column] = counts.get((key, column), 0) + 1
    found = report(ada, measures="count", rows="product", column="stage")
    columns = ["Qualified", "Prospecting", "Engaging", "Closed won", "Total"]
    columns = [one for one in columns if ("Total", one) in counts]
    products = {product for product, _column in counts}
    order = sorted(columns[:-1], key=lambda name: Stage.objects.get(name=name).position)
    expected = {p: [counts.get((p, c)) for c in [*order, "Total"]] for p in products}
    assert found == expected


def check_salespeople(ada: User, rows: list[dict[str, str]]) -> None:
    won: dict[str, int] = {}
    closed: dict[str, list[int]] = {}
    for row in rows:
        if row["deal_stage"] in ("Won", "Lost"):
            days = (dt.date.fromisoformat(row["close_date"]) - dt.date.fromisoformat(row["engage_date"])).days
            for key in (row["sales_agent"], "Total"):
                closed.setdefault(key, []).append(days)
                won[key] = won.get(key, 0) + (row["deal_stage"] == "Won")
    found = report(ada, measures="win_rate,days_to_close", rows="salesperson")
    for name, days in closed.items():
        rate, average = found[name]
        assert rate == Decimal(won[name]) / len(days) * 100, name
        assert average == pytest.approx(Decimal(sum(days)) / len(days), abs=Decimal("0.05")), name


def check_funnel(ada: User, rows: list[dict[str, str]]) -> None:
    """The stages the house came with, where none of these deals ever stood, say nothing and are left out."""
    found = funnel_context(type_called("opportunities"), {"span": "ever"}, user=ada)
    told = {row["label"]: row["reached"] for row in found["rows"]}
    stood = list(Stage.objects.filter(name__in=("Engaging", "Prospecting")).order_by("position"))
    won, waiting = (sum(row["deal_stage"] == name for row in rows) for name in ("Won", "Prospecting"))
    assert list(told) == [*(one.name for one in stood), "Won"] == ["Prospecting", "Engaging", "Won"]
    assert list(told.values()) == [f"{len(rows):,}", f"{len(rows) - waiting:,}", f"{won:,}"]


def check_the_score_was_tried(rows: list[dict[str, str]]) -> None:
    """Whoever brings their past along sees at once what the score makes of it."""
    closed = sum(row["deal_stage"] in ("Won", "Lost") for row in rows)
    assert ScoreLesson.objects.count() == closed
    assert ScoreTable.objects.get(team=None).trial["count"] > closed / 2
