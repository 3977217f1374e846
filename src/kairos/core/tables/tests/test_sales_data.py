"""The four files of a real seller are read right. Without them, nothing is tested."""

import os
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from kairos.core.tables import (
    DateOrder,
    Kind,
    match_value,
    open_table,
    parse_date,
    parse_decimal,
    sniff_columns,
)

FOLDER = Path(
    os.environ.get("KAIROS_SALES_DATA") or Path(__file__).parents[6] / "shared" / "data" / "sales-pipeline"
)
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the seller's files are not here")


def test_the_pipeline_is_read_whole():
    with open_table(FOLDER / "sales_pipeline.csv") as table:
        rows = [dict(zip(table.header, row.cells, strict=True)) for row in table.rows() if not row.problem]
    assert len(rows) == 8800 == table.row_count_estimate
    assert Counter(row["deal_stage"] for row in rows) == {
        "Won": 4238,
        "Lost": 2473,
        "Engaging": 1589,
        "Prospecting": 500,
    }
    assert sum(not row["account"] for row in rows) == 1425
    won = [row for row in rows if row["deal_stage"] == "Won"]
    assert sum(parse_decimal(row["close_value"]) for row in won) == Decimal(10_005_534)
    assert all(parse_date(row["close_date"]).year == 2017 for row in won)


def test_the_columns_of_the_pipeline_are_understood():
    with open_table(FOLDER / "sales_pipeline.csv") as table:
        found = {profile.header: profile for profile in sniff_columns(table)}
    assert {header: profile.kind for header, profile in found.items()} == {
        "opportunity_id": Kind.TEXT, "sales_agent": Kind.CHOICE, "product": Kind.CHOICE, "account": Kind.TEXT,
        "deal_stage": Kind.CHOICE, "engage_date": Kind.DATE, "close_date": Kind.DATE, "close_value": Kind.MONEY,
    }  # fmt: skip
    assert not any(profile.is_ambiguous for profile in found.values())
    assert found["close_date"].date_orders[0] == DateOrder.YMD
    assert found["deal_stage"].samples == (
        ("Won", 4238),
        ("Lost", 2473),
        ("Engaging", 1589),
        ("Prospecting", 500),
    )


def test_the_other_files_are_read_whole():
    counts = {}
    for name in ("accounts", "products", "sales_teams"):
        with open_table(FOLDER / f"{name}.csv") as table:
            counts[name] = sum(row.problem is None for row in table.rows())
    assert counts == {"accounts": 85, "products": 7, "sales_teams": 35}


def test_the_misspelt_product_is_offered_as_the_right_one():
    with open_table(FOLDER / "products.csv") as table:
        products = [(row.cells[0], row.cells[0]) for row in table.rows()]
    with open_table(FOLDER / "sales_pipeline.csv") as table:
        sold = {row.cells[2] for row in table.rows()}
    unknown = {name: match_value(name, products) for name in sold if name not in dict(products)}
    assert unknown == {"GTXPro": ("GTX Pro", 100)}
