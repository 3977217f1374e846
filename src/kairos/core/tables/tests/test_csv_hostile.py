"""A bad row is named and the others go on; a bad file is refused with a sentence."""

import io
import tracemalloc

import pytest

from kairos.core.tables import TableError, open_table, restore
from kairos.core.tables.errors import CellTooLong, LongCell, NulCharacter, UnclosedQuote, UndecodableCell


def problems(table):
    return [str(row.problem) for row in table.rows() if row.problem]


def test_ragged_rows_are_named_and_the_others_go_on(opened):
    table = opened("a,b,c\n1,2,3\n1,2\n1,2,3,4\n1,2,3,,\n7,8,9\n")
    assert problems(table) == [
        "Row 3 has only 2 cells, but there are 3 columns.",
        "Row 4 has 4 cells, but there are 3 columns.",
    ]
    assert [len(row.cells) for row in table.rows()] == [3] * 5
    assert [row.number for row in table.rows() if not row.problem] == [2, 5, 6]


def test_a_nul_character_is_named_and_never_handed_on(opened):
    rows = list(opened("name,city\nA\0B,x\nC,y\n").rows())
    assert str(rows[0].problem) == "Row 2, column “name”: the cell contains a NUL character."
    assert isinstance(rows[0].problem, NulCharacter)
    assert rows[0].cells == ["A\ufffdB", "x"]
    assert rows[1].problem is None


def test_broken_letters_in_utf_8_are_named(opened):
    good = "".join(f"台灣{number},高雄\n" for number in range(50))
    rows = list(opened(f"名稱,城市\n{good}".encode() + b"\xe5\x8f,x\n" + "結尾,y\n".encode()).rows())
    assert isinstance(rows[50].problem, UndecodableCell)
    assert (rows[50].problem.row, rows[50].problem.column) == (52, "名稱")
    assert rows[50].cells[0] == "\ufffd"
    assert rows[51] == (53, ["結尾", "y"], None)


def test_a_lone_surrogate_in_utf_16_is_named(opened):
    content = "a,b\n1,2\n".encode("utf-16") + b"\x00\xd8,\x00x\x00\n\x00"
    rows = list(opened(content).rows())
    assert isinstance(rows[1].problem, UndecodableCell)
    rows[1].cells[0].encode()


def test_a_long_cell_is_named_and_the_others_go_on(opened):
    rows = list(opened(f"id,note\n1,{'x' * 40_000}\n2,ok\n").rows())
    assert str(rows[0].problem) == "Row 2, column “note”: the cell has 40000 characters; at most 32767 fit."
    assert isinstance(rows[0].problem, LongCell)
    assert len(rows[0].cells[1]) == 32_767
    assert rows[1] == (3, ["2", "ok"], None)


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_cell_of_fifty_megabytes_is_refused_with_row_and_column_in_flat_memory(tmp_path, quote):
    path = tmp_path / "huge.csv"
    with path.open("w") as file:
        file.write(f"id,note\n1,ok\n2,{quote}")
        for _ in range(50):
            file.write("x" * 1_000_000)
        file.write(f"{quote}\n3,ok\n")
    tracemalloc.start()
    with pytest.raises(TableError) as caught:
        list(open_table(path).rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (type(caught.value), caught.value.row, caught.value.column) == (CellTooLong, 3, "note")
    assert peak < 60_000_000


def test_a_quote_that_is_never_closed_is_named(opened):
    rows = list(opened('a,b\n1,2\n3,"four\n5,6\n').rows())
    assert isinstance(rows[-1].problem, UnclosedQuote)
    assert str(rows[-1].problem) == "Row 3: a quotation mark is opened and never closed."


def test_a_quote_that_is_never_closed_in_a_large_file_is_refused(opened):
    with pytest.raises(TableError, match=r"Row 2, column “b”.*quotation mark is missing its pair"):
        opened('a,b\n1,"x\n' + "2,y\n" * 100_000)


def test_more_than_a_thousand_columns_are_refused(opened):
    assert len(opened(",".join(f"c{number}" for number in range(1000)) + "\n").header) == 1000
    with pytest.raises(TableError, match=r"Row 1 has 1001 columns; at most 1000 can be read."):
        opened(",".join(f"c{number}" for number in range(1001)) + "\n")
    with pytest.raises(TableError):
        opened("," * 3_000_000)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b"\n\n , \n", "The file is empty."),
        (
            b"<!DOCTYPE html><html><table><tr><td>1",
            "“x.xlsx” is not a spreadsheet: its content is a web page.",
        ),
        (b"  <table><tr><td>1", "its content is a web page"),
        (b"%PDF-1.7 ...", "its content is a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "its content is a picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "its content is an old Office document"),
        (bytes(range(256)) * 40 + b"\0" * 4000, "its content is binary data"),
    ],
)
def test_what_is_no_table_is_refused_by_its_content(content, sentence):
    with pytest.raises(TableError) as caught:
        open_table(io.BytesIO(content), filename="x.xlsx")
    assert sentence in str(caught.value)


def test_a_problem_can_be_stored_and_shown_again(opened):
    problem = next(iter(opened("a,b\n1\n").rows())).problem
    again = restore(problem.code, problem.params)
    assert (problem.code, str(again)) == ("missing_cells", str(problem))


def test_right_to_left_marks_and_emoji_are_ordinary_text(opened):
    text = "name\nشركة\u202eabc\n😀👩‍👩‍👧\n"
    assert [row.cells for row in opened(text).rows()] == [["شركة\u202eabc"], ["😀👩‍👩‍👧"]]
