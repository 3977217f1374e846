"""Exports are typed, never a formula, and come back as they went out."""

import csv
import io
import tracemalloc
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from kairos.core.tables import csv_stream, open_table, xlsx_stream

SIGNS = "=+-@\t\r\n＝＋－＠"


def read_csv(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_table_becomes_csv():
    rows: list[list[object]] = [
        ["台灣", None, True, 5, -5, Decimal("1234.50"), date(2026, 11, 23)],
        [
            'say "hi", you',
            "",
            False,
            1.5,
            Decimal("1E+3"),
            datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
            time(9, 5),
        ],
    ]
    content = b"".join(csv_stream(list("abcdefg"), rows))
    assert content.decode() == (
        "\ufeffa,b,c,d,e,f,g\r\n"
        "台灣,,TRUE,5,-5,1234.50,2026-11-23\r\n"
        '"say ""hi"", you",,FALSE,1.5,1000,2026-11-23 09:30:00+00:00,09:05:00\r\n'
    )
    assert b"".join(csv_stream(["a"], [], bom=False, delimiter=";")) == b"a\r\n"


@pytest.mark.parametrize("sign", SIGNS)
def test_formulas_are_neutralised_in_csv_also_in_headers_and_come_back(sign):
    text = f"{sign}cmd|' /C calc'!A0"
    content = b"".join(csv_stream([sign + "SUM(A1)", "b"], [[text, 1], ["'" + text, 2], ["'quoted'", 3]]))
    written = [row[0] for row in read_csv(content)]
    assert written == ["'" + sign + "SUM(A1)", "'" + text, "''" + text, "'quoted'"]
    assert [row.cells[0] for row in open_table(io.BytesIO(content)).rows()] == [text, "'" + text, "'quoted'"]


TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30
) | st.sampled_from(
    ["=1+1", "@x", "'=x", "''", "-5", "+886912345678", 'a"b', "a,b\nc", "1\r2", "\r\n", "客戶;|^\t"]
)


@settings(max_examples=200)
@given(st.lists(st.tuples(st.just("x"), TEXTS, TEXTS), max_size=8))
def test_any_text_comes_back_from_csv_and_no_cell_is_a_formula(rows):
    content = b"".join(csv_stream(["id", "one", "two"], rows))
    table = open_table(io.BytesIO(content))
    assert [tuple(row.cells) for row in table.rows()] == rows
    assert not any(cell.startswith(tuple(SIGNS)) for row in read_csv(content) for cell in row)


def test_a_table_becomes_a_typed_workbook():
    rows = [
        ["=1+1", "https://x.y", 5, Decimal("0.1"), date(2026, 11, 23), datetime(2026, 11, 23, 9, 30), True],
        ["{=A1}", "007", -5, 12345678901234567890, date(1850, 1, 1), time(9, 5), None],
    ]
    file = io.BytesIO(
        b"".join(xlsx_stream(["a", "=b", "c", "d", "e", "f", "g"], rows, sheet_name="Deals: [2026]"))
    )
    table = open_table(file)
    assert table.sheets == ["Deals   2026"]
    assert table.header == ["a", "=b", "c", "d", "e", "f", "g"]
    assert [row.cells for row in table.rows()] == [
        ["=1+1", "https://x.y", 5, 0.1, date(2026, 11, 23), datetime(2026, 11, 23, 9, 30), True],
        ["{=A1}", "007", -5, "12345678901234567890", "1850-01-01", time(9, 5), ""],
    ]
    with zipfile.ZipFile(file) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert [part for part in ("<f>", "hyperlink") if part in sheet] == []
    assert [
        part for part in ('<autoFilter ref="A1:G3"/>', 'state="frozen"', "<cols>") if part not in sheet
    ] == []


@pytest.mark.parametrize("name", ["", "History", "''", "[]:*?/\\", "業" * 60, "a'"])
def test_every_sheet_name_is_made_allowed(name):
    assert len(list(xlsx_stream(["a"], [], sheet_name=name))) == 1


def test_text_that_no_cell_can_hold_is_made_to_fit():
    rows: list[list[object]] = [
        ["\ud800\0\x01=x"],
        ["a" * 40_000],
        ["😀" * 20_000],
        [float("nan")],
        [Decimal("Infinity")],
    ]
    content = b"".join(xlsx_stream(["a"], rows))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    cells = [str(row[0]) for row in sheet.iter_rows()]
    assert cells[1] == "?\ufffd\x01=x"
    assert (len(cells[2]), cells[2][-1]) == (32_767, "…")
    assert len(cells[3].encode("utf-16-le")) // 2 <= 32_767
    assert b"".join(csv_stream(["a"], [["\ud800\0"]], bom=False)) == "a\r\n?\ufffd\r\n".encode()


def test_rows_beyond_a_sheet_go_on_to_the_next(monkeypatch):
    monkeypatch.setattr("kairos.core.tables.xlsx_writer._ROWS_AT_MOST", 150)
    file = io.BytesIO(b"".join(xlsx_stream(["n"], ([number] for number in range(400)))))
    workbook = CalamineWorkbook.from_filelike(file)
    assert workbook.sheet_names == ["Sheet1", "Sheet1 2", "Sheet1 3"]
    assert sum(workbook.get_sheet_by_name(name).height - 1 for name in workbook.sheet_names) == 400


def test_memory_does_not_grow_with_the_rows():
    def rows():
        for number in range(50_000):
            yield [number, "Deal", Decimal("12.50"), None]

    tracemalloc.start()
    size = sum(len(piece) for piece in csv_stream(["id", "name", "amount", "x"], rows()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 750_000
    assert peak < 1_000_000
