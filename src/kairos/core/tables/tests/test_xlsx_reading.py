"""Workbooks come in with typed cells."""

from datetime import date, datetime, time

import pytest

from kairos.core.tables import TableError, open_table


def fill_types(book, sheet):
    day, moment = (
        book.add_format({"num_format": "yyyy-mm-dd"}),
        book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    )
    clock = book.add_format({"num_format": "hh:mm"})
    sheet.write_row(
        0, 0, ["text", "whole", "part", "yes", "day", "moment", "clock", "formula", "error", "blank"]
    )
    sheet.write_row(1, 0, ["台灣", 1100.0, 1.5, True])
    sheet.write_datetime(1, 4, date(2026, 11, 23), day)
    sheet.write_datetime(1, 5, datetime(2026, 11, 23, 10, 30), moment)
    sheet.write_datetime(1, 6, time(9, 5), clock)
    sheet.write_formula(1, 7, "=1+1", None, 2)
    sheet.write_formula(1, 8, "=NA()", None, "#N/A")
    sheet.write_string(1, 9, "  ")


def test_cells_keep_their_types_and_formulas_their_last_value(workbook):
    table = open_table(workbook(fill_types), filename="deals.xlsx")
    (row,) = table.rows()
    assert row.number == 2
    assert row.cells == [
        "台灣",
        1100,
        1.5,
        True,
        date(2026, 11, 23),
        datetime(2026, 11, 23, 10, 30),
        time(9, 5),
        2,
        "",
        "",
    ]
    assert type(row.cells[1]) is int
    assert (table.kind, table.encoding, table.delimiter, table.row_count_estimate) == ("xlsx", None, None, 1)


def test_a_workbook_is_known_by_its_content_not_its_name(workbook, tmp_path):
    path = tmp_path / "deals.csv"
    path.write_bytes(workbook(fill_types).getvalue())
    with open_table(path) as table:
        assert table.kind == "xlsx"


def test_many_sheets_are_named_and_can_be_chosen(workbook):
    def fill(book, sheet):
        book.add_worksheet("商機").write_column(0, 0, ["name", "A"])
        book.add_worksheet("secret").hide()
        book.add_chartsheet("chart").set_chart(chart := book.add_chart({"type": "line"}))
        chart.add_series({"values": "=商機!$A$1:$A$2"})

    table = open_table(workbook(fill, "empty"))
    assert table.sheets == ["empty", "商機", "secret"]
    assert (table.sheet, table.header) == ("商機", ["name"])
    with pytest.raises(TableError, match=r"The sheet “empty” is empty."):
        open_table(workbook(fill, "empty"), sheet="empty")
    with pytest.raises(TableError, match=r"There is no sheet named “nothing”."):
        open_table(workbook(fill, "empty"), sheet="nothing")


def test_merged_cells_hold_for_all_their_rows_and_titles_are_left_out(workbook):
    def fill(book, sheet):
        sheet.merge_range(0, 0, 0, 2, "Pipeline 2026")
        sheet.write_row(2, 0, ["company", "deal", "amount"])
        sheet.merge_range(3, 0, 5, 0, "Acme")
        sheet.write_column(3, 1, ["A", "B", "C", "D"])
        sheet.write_column(3, 2, [1, 2, 3, 4])
        sheet.write(6, 0, "Bluth")

    table = open_table(workbook(fill))
    assert (table.header, table.header_row) == (["company", "deal", "amount"], 3)
    assert [(row.number, *row.cells) for row in table.rows()] == [
        (4, "Acme", "A", 1), (5, "Acme", "B", 2), (6, "Acme", "C", 3), (7, "Bluth", "D", 4),
    ]  # fmt: skip
    assert [notice.code for notice in table.notices] == ["skipped_title", "filled_merged"]


def test_a_table_may_begin_anywhere_and_headers_are_text(workbook):
    def fill(book, sheet):
        sheet.write_row(4, 3, ["name", 2026.0, "name"])
        sheet.write_row(5, 3, ["A", 5, "x"])
        sheet.write_row(7, 3, ["B", 6, "y"])

    table = open_table(workbook(fill))
    assert table.header == ["name", "2026", "name (2)"]
    assert [(row.number, *row.cells) for row in table.rows()] == [(6, "A", 5, "x"), (8, "B", 6, "y")]
