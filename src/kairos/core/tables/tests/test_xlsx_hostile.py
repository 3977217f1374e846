"""A workbook made to harm is refused before its reader sees it."""

import io
import resource
import zipfile
import zlib

import pytest

from kairos.core.tables import Limits, TableError, open_table
from kairos.core.tables.errors import (
    BrokenWorkbook,
    LockedWorkbook,
    LongCell,
    SheetTooLarge,
    TooManyRows,
    UnsafeWorkbook,
)
from kairos.core.tables.extents import Extent


def refused(file, kind, **options):
    """Refused as this kind of error, without taking memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(TableError) as caught:
        list(open_table(file, filename="evil.xlsx", **options).rows())
    assert type(caught.value) is kind, caught.value
    assert str(caught.value)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000
    return caught.value


def archive(parts, method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as out:
        for name, content in parts:
            out.writestr(name, content)
    file.seek(0)
    return file


def test_a_zip_bomb_is_refused():
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out,
        out.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _megabyte in range(240):
            part.write(b"\0" * 1_000_000)
    refused(file, UnsafeWorkbook)


def test_a_bomb_that_lies_about_its_size_is_refused():
    file = archive([("xl/worksheets/sheet1.xml", b" " * 50_000_000)])
    data = bytearray(file.getvalue())
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = (1000).to_bytes(4, "little")
    data[place + 16 : place + 20] = zlib.crc32(b" " * 1000).to_bytes(4, "little")
    refused(io.BytesIO(bytes(data)), UnsafeWorkbook)


def test_too_many_parts_and_parts_outside_are_refused():
    refused(archive([(f"{number}.xml", b"") for number in range(2001)]), UnsafeWorkbook)
    refused(archive([("../../etc/passwd", b"x")]), UnsafeWorkbook)
    refused(archive([("/etc/passwd", b"x")]), UnsafeWorkbook)


def test_an_archive_that_is_no_workbook_is_refused():
    refused(archive([("readme.txt", b"hello")]), BrokenWorkbook)
    refused(archive([("xl/workbook.xml", b"<")]), BrokenWorkbook)
    refused(archive([("xl/workbook.xml", b"x" * 99)], zipfile.ZIP_BZIP2), BrokenWorkbook)
    refused(io.BytesIO(b"PK\x03\x04" + b"garbage" * 50), BrokenWorkbook)


def test_a_truncated_workbook_is_refused(sheet_of):
    data = sheet_of(b'<row r="1"><c r="A1"><v>1</v></c></row>').getvalue()
    for length in (len(data) // 3, len(data) - 10):
        refused(io.BytesIO(data[:length]), BrokenWorkbook)


def test_a_workbook_with_a_password_is_refused():
    office = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 512
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 400
    )
    refused(io.BytesIO(office), LockedWorkbook)


@pytest.mark.parametrize(
    "body",
    [
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1"><c r="xfd1000000"><v>1</v></c></row>',
        b"<row r='1'><c r = 'A1'><v>1</v></c></row><row r='500000'><c\nr = 'CV500000'><v>1</v></c></row>",
        b'<row r="1"><c r="AAAAAAA1"><v>1</v></c></row>',
        b'<row r="9999999999999"><c><v>1</v></c></row>',
        b'<row r="1"><c t=">" r="XFD1048576" s="1"><v>1</v></c></row>',
        b'<row r="1">' + b"<c/>" * 20_000 + b"<c><v>1</v></c></row>",
        b'<x:row r="1">' + b"<x:c/>" * 20_000 + b"<x:c><v>1</v></x:c></x:row>",
        b"<row/>" * 1_000_100 + b"<row><c><v>1</v></c></row>",
    ],
)
def test_cells_in_far_corners_are_refused(sheet_of, body):
    error = refused(sheet_of(body), SheetTooLarge, limits=Limits(zip_ratio=2000))
    assert "more than can be read at once" in str(error)


def test_formatted_empty_rows_at_the_very_end_do_no_harm(sheet_of):
    body = b"".join(
        b'<row r="%d"><c r="A%d"><v>%d</v></c><c r="B%d" s="1"/></row>' % (row, row, row, row)
        for row in range(1, 5000)
    )
    far = b'<row r="1048575" ht="12.8"/><row r="1048576" ht="12.8"><c r="XFD1048576" s="1"/></row>'
    table = open_table(sheet_of(body + far))
    assert sum(1 for _row in table.rows()) == 4998


def test_cells_without_places_are_counted_and_read(sheet_of):
    body = b"<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c><c><v>4</v></c></row>"
    assert [list(row.cells) for row in open_table(sheet_of(body)).rows()] == [[3, 4]]


@pytest.mark.parametrize(
    "filler", [b' r="A1"', b" ", b' a="', b"<c ", b"<row ", b'<row r="1">', b'<c r="A1" s="1"/>', b"r "]
)
def test_the_search_for_cells_takes_no_longer_than_reading(filler):
    extent = Extent()
    for piece in [b"<sheetData><row><c", *[filler * (1_000_000 // len(filler))] * 2, b"/></row>"]:
        extent.feed(piece)
    extent.finish()
    assert extent.is_sheet


def test_entities_are_not_expanded(sheet_of):
    lol = b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    body = b'<row r="1"><c r="A1" t="str"><v>x</v></c></row><row r="2"><c r="A2" t="str"><v>&b;&b;&b;</v></c></row>'
    file = archive_with_prolog(sheet_of(body), lol)
    try:
        texts = [str(cell) for row in open_table(file).rows() for cell in row.cells]
    except TableError:
        return
    assert all("aaaa" not in text for text in texts)


def archive_with_prolog(file, prolog):
    with zipfile.ZipFile(file) as old:
        parts = [(name, old.read(name)) for name in old.namelist()]
    return archive([(name, prolog + data if name.endswith("sheet1.xml") else data) for name, data in parts])


def test_long_cells_are_named_and_rows_are_bounded(sheet_of):
    long = b"x" * 40_000
    body = (
        b'<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="2"><c r="A2" t="str"><v>%s</v></c></row>'
        b'<row r="3"><c r="A3" t="str"><v>ok</v></c></row>' % long
    )
    rows = list(open_table(sheet_of(body)).rows())
    assert isinstance(rows[0].problem, LongCell)
    assert (rows[0].problem.row, rows[0].problem.column, rows[1].problem) == (2, "a", None)
    refused(sheet_of(body), TooManyRows, limits=Limits(rows=1))
