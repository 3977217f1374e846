"""Any list as a spreadsheet."""

import csv
import io
import tracemalloc

from kairos.core.exports import rows_of
from kairos.core.listing import read_listing
from kairos.core.records import type_called
from kairos.core.tables import open_table
from kairos.crm.actions.opportunities import update_opportunity


def sheet(response) -> list[list[str]]:
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


def test_the_export_has_the_columns_order_and_filter_of_the_list(world, as_):
    url = "/opportunities/export.csv?columns=title,expected_revenue,stage&where=expected_revenue:gte:2000&sort=title"
    response = as_(world.ada).get(url)
    assert response.headers["Content-Disposition"].startswith('attachment; filename="opportunities-')
    assert sheet(response) == [
        ["Title", "Expected revenue", "Currency", "Stage"],
        ["Magnets", "90000.000", "TWD", "Lead in"],
        ["Rockets", "2500.000", "USD", "New"],
    ]


def test_an_export_holds_what_the_person_sees_and_nothing_else(world, as_):
    assert [row[0] for row in sheet(as_(world.sam).get("/opportunities/export.csv"))] == ["Title", "Anvils"]
    assert len(sheet(as_(world.stranger).get("/opportunities/export.csv"))) == 1


def test_formulas_are_made_harmless(world, as_):
    update_opportunity(world.sams_deal, values={"title": "=HYPERLINK(1)"}, by=world.sam)
    assert sheet(as_(world.sam).get("/opportunities/export.csv"))[1][0] == "'=HYPERLINK(1)"


def test_excel_holds_the_same_rows(world, as_, tmp_path):
    response = as_(world.ada).get("/opportunities/export.xlsx?columns=title,expected_revenue&sort=title")
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"".join(response.streaming_content))
    table = open_table(path)
    assert table.header == ["Title", "Expected revenue", "Currency"]
    rows = [list(row.cells) for row in table.rows()]
    assert rows == [["Anvils", 1000, "USD"], ["Magnets", 90000, "TWD"], ["Rockets", 2500, "USD"]]


def test_other_kinds_of_files_are_not_found(world, as_, client):
    assert as_(world.ada).get("/opportunities/export.pdf").status_code == 404
    assert client.get("/opportunities/export.csv").status_code == 302


def test_memory_does_not_grow_with_the_records(world, many_deals):
    many_deals(6000)
    listing = read_listing(type_called("opportunities"), {"view": "list"}, user=world.ada)
    rows = rows_of(listing)
    for _n in range(1500):
        next(rows)
    tracemalloc.start()
    start = tracemalloc.get_traced_memory()[0]
    count = sum(1 for _row in rows)
    grown = tracemalloc.get_traced_memory()[0] - start
    tracemalloc.stop()
    assert count == 4503
    assert grown < 3_000_000
