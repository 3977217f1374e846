"""CSV files of every encoding and delimiter come in as they were meant."""

import io

import pytest

from kairos.core.tables import Limits, TableError, open_table
from kairos.core.tables.errors import DuplicateHeader, EmptyHeader

CHINESE = "公司,聯絡人,金額\n台灣大哥大,王小明,1200\n中華電信,陳美玲,3400\n統一企業,林志玲,5600\n"
WESTERN = "société,größe,prix\nMüller & Söhne,groß,12 €\nCafé “Élan”,déjà,5\nÄrzte,Über,7\n"


def cells(table):
    return [list(row.cells) for row in table.rows()]


@pytest.mark.parametrize(
    ("codec", "name"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16-le"), ("utf-16-le", "utf-16-le"),
     ("utf-16-be", "utf-16-be"), ("big5", "cp950"), ("cp950", "cp950")],
)  # fmt: skip
def test_chinese_text_is_read_in_every_encoding(opened, codec, name):
    table = opened(CHINESE.encode(codec))
    assert table.encoding == name
    assert table.header == ["公司", "聯絡人", "金額"]
    assert cells(table)[2] == ["統一企業", "林志玲", "5600"]
    assert [row.number for row in table.rows()] == [2, 3, 4]


@pytest.mark.parametrize("codec", ["utf-8", "cp1252", "utf-16", "utf-16-be"])
def test_western_text_is_read_in_every_encoding(opened, codec):
    table = opened(WESTERN.encode(codec))
    assert table.header == ["société", "größe", "prix"]
    assert cells(table) == [
        ["Müller & Söhne", "groß", "12 €"],
        ["Café “Élan”", "déjà", "5"],
        ["Ärzte", "Über", "7"],
    ]


@pytest.mark.parametrize(
    "text", ["name\nÄrzte\n", "name\nFrançois\n", "city\nMálaga\nCórdoba\n", "name\nJosé\n"]
)
def test_a_single_accented_letter_is_not_taken_for_chinese(opened, text):
    table = opened(text.encode("cp1252"))
    assert table.encoding == "cp1252"
    assert cells(table) == [[line] for line in text.splitlines()[1:]]


@pytest.mark.parametrize("text", ["name,yes\nA,是\nB,否\n", "部\n一\n", "id,姓名\n1,陳\n"])
def test_a_few_chinese_characters_are_enough_for_big5(opened, text):
    assert cells(opened(text.encode("cp950"))) == [line.split(",") for line in text.splitlines()[1:]]


def test_the_first_foreign_letter_may_come_late(opened):
    late = b"name,n\n" + b"plain,1\n" * 300_000 + "台灣積體電路,1\n聯發科技,2\n".encode("cp950")
    table = opened(late)
    assert table.encoding == "cp950"
    assert table.row_count_estimate == 300_002


def test_plain_ascii_in_utf_16_without_a_mark_is_seen_by_its_nuls(opened):
    table = opened("name,city\nAnna,Rome\n".encode("utf-16-le"))
    assert (table.encoding, cells(table)) == ("utf-16-le", [["Anna", "Rome"]])


def test_the_user_may_override_encoding_and_delimiter(opened):
    table = opened("名,值\n許,1|2\n".encode("cp950"), encoding="Big5-HKSCS", delimiter="|")
    assert table.encoding == "big5hkscs"
    assert table.header == ["名,值"]
    with pytest.raises(TableError, match=r"The encoding “utf-7” is not known."):
        opened("a\n", encoding="utf-7")
    with pytest.raises(TableError, match=r"cannot separate columns"):
        opened("a\n", delimiter="xx")


@pytest.mark.parametrize("sign", [",", ";", "\t", "|", "^"])
def test_every_usual_delimiter_is_found_whatever_stands_in_quotes(opened, sign):
    rows = [["name", "note", "price"], ["A", "x, y; z|^\tw", "1,5"], ["B", 'say "hi"', "2,5"]]
    lines = [sign.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    table = opened("\r\n".join(lines))
    assert (table.delimiter, table.header, cells(table)) == (sign, rows[0], rows[1:])


def test_decimal_commas_do_not_hide_the_semicolon(opened):
    table = opened("name;amount;rate\nA;1,5;2,5\nB;3,25;4\n")
    assert (table.delimiter, cells(table)[0]) == (";", ["A", "1,5", "2,5"])


def test_the_delimiter_that_excel_declares_is_obeyed(opened):
    table = opened("sep=^\r\na,b^c\r\n1^2\r\n")
    assert (table.header, cells(table)) == (["a,b", "c"], [["1", "2"]])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_understood_and_cells_may_hold_lines(opened, end):
    table = opened(f'a,b{end}"x{end}y",2{end}{end}3,4{end}')
    assert cells(table) == [[f"x{end}y", "2"], ["3", "4"]]
    assert [row.number for row in table.rows()] == [2, 4]


def test_rows_can_be_read_twice_and_side_by_side_and_the_file_stays_open(opened):
    file = io.BytesIO(b"a\n1\n2\n")
    table = open_table(file, filename="x.csv")
    one, two = table.rows(), table.rows()
    assert [next(one).cells, next(two).cells, next(one).cells] == [["1"], ["1"], ["2"]]
    table.close()
    assert not file.closed


def test_duplicate_and_empty_headers_are_made_unique_and_told(opened):
    table = opened("Name,,name,Name\n1,2,3,4\n")
    assert table.header == ["Name", "#2", "name (2)", "Name (3)"]
    assert [type(notice) for notice in table.notices] == [EmptyHeader, DuplicateHeader, DuplicateHeader]
    assert str(table.notices[0]) == "Column 2 has no header and is called “#2” here."


def test_empty_columns_at_the_right_are_dropped_unless_they_hold_something(opened):
    assert opened("a,b,,\n1,2,,\n").header == ["a", "b"]
    assert opened("a,b,,\n1,2,,x\n").header == ["a", "b", "#3", "#4"]


def test_titles_above_the_header_are_left_out(opened):
    table = opened("Pipeline report,,\n,,\nDeal,Stage,Amount\nX,Won,5\n")
    assert (table.header, table.header_row, cells(table)) == (
        ["Deal", "Stage", "Amount"],
        3,
        [["X", "Won", "5"]],
    )
    assert str(table.notices[0]) == "The lines above the header in row 3 were left out."


def test_a_file_with_only_a_header_has_no_rows(opened):
    table = opened("a,b,c")
    assert (table.header, cells(table), table.row_count_estimate) == (["a", "b", "c"], [], 0)


def test_the_number_of_rows_is_bounded(opened):
    table = opened("a\n1\n2\n3\n", limits=Limits(rows=2))
    with pytest.raises(TableError, match=r"more than 2 rows"):
        list(table.rows())
