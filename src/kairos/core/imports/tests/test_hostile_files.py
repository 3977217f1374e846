"""Files that mean harm, or were merely saved badly, through the front door: a sentence, and nothing half-written."""

import io
import zipfile
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from kairos.contacts.models import Contact
from kairos.core.imports import files
from kairos.core.models import ImportRun

BOMB = io.BytesIO()
with zipfile.ZipFile(BOMB, "w", zipfile.ZIP_DEFLATED) as _archive:
    _archive.writestr("[Content_Types].xml", "<Types/>")
    _archive.writestr("xl/workbook.xml", "<workbook/>")
    _archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    """Uploads of one test lie apart from those of others."""
    settings.MEDIA_ROOT = tmp_path


def send(client: Any, data: bytes, name: str = "people.csv") -> Any:
    return client.post("/contacts/import", {"file": SimpleUploadedFile(name, data)})


def through(client: Any, data: bytes, name: str = "people.csv") -> ImportRun:
    """Upload, check and apply; the page of each step must answer."""
    answer = send(client, data, name)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    run = ImportRun.objects.latest("pk")
    for step in ("", "check", "", "apply", ""):
        url = f"/imports/{run.pk}"
        answer = client.post(f"{url}/{step}") if step else client.get(url)
        assert answer.status_code in (200, 302)
    run.refresh_from_db()
    return run


def workbook(*rows: Any, merge: str = "") -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if merge:
            sheet.merge_range(merge, "Merged AG")
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "name", "word"),
    [
        (b"", "people.csv", "empty"),
        (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "people.xlsx", "web page"),
        (BOMB.getvalue(), "people.xlsx", "unpacks to far more"),
        (b"PK\x03\x04 this is no archive", "people.xlsx", "cannot be opened"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 500, "people.csv", "picture"),
        ((",".join(f"c{n}" for n in range(1_500)) + "\n").encode(), "people.csv", "1500 columns"),
        (b'Name,Notes\nMia,"' + b"x" * 5_000_000, "people.csv", "characters"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(world, as_, data, name, word):
    client = as_(world.ada)
    answer = send(client, data, name)
    if answer.status_code == 302:  # what stands further down is found by the check
        run = through(client, data, name)
        page = client.get(f"/imports/{run.pk}").content.decode()
        assert (run.report["created"], word in page) == (0, True)
        return
    assert answer.status_code == 422
    assert word in answer.content.decode()
    assert ImportRun.objects.count() == 0
    assert list(files.folder().glob("*")) == []


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "big5", "cp950"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_chinese_names_arrive_whatever_the_encoding_and_the_delimiter(world, as_, encoding, delimiter):
    lines = [["姓名", "公司", "城市"], ["王小明", "大同股份有限公司", "台北"], ["陳美玲", "統一企業", "高雄"]]
    text = "\r\n".join(delimiter.join(line) for line in lines * 1) + "\r\n"
    run = through(as_(world.ada), text.encode(encoding))
    assert (run.state, run.report["created"], run.report["errors"]) == ("done", 2, 0)
    assert Contact.objects.get(name="王小明").parent.name == "大同股份有限公司"  # type: ignore[union-attr]


@pytest.mark.django_db
def test_the_good_rows_go_in_and_each_bad_one_is_named(world, as_):
    data = (
        b"Name,Email,Employees\n"
        b"Good One,good@one.example,5\n"
        b"Bad Mail,not-an-address,5\n"
        b"Bad Number,bad@number.example,1e9999\n"
        b"Nul\0Byte,nul@byte.example,5\n"
        b"Not a number,nan@nan.example,NaN\n"
        b",missing@name.example,5\n"
        b"Too,many,cells,in,this,row\n"
    )
    data += "Emoji 😀 \u202egnp.exe,emoji@one.example,7\n".encode()
    data += ("L" * 500 + ",long@name.example,1\n").encode()
    client = as_(world.ada)
    answer = send(client, data)
    run = ImportRun.objects.latest("pk")
    assert answer.status_code == 302
    form = {
        "field-0": "name",
        "field-1": "emails",
        "field-2": "employees",
        "match_by": "email",
        "then": "check",
    }
    client.post(f"/imports/{run.pk}/mapping", form)
    client.post(f"/imports/{run.pk}/apply")
    run.refresh_from_db()
    assert (run.report["created"], run.report["errors"]) == (2, 7)
    assert {problem["params"]["row"] for problem in run.report["problems"]} == {3, 4, 5, 6, 7, 8, 10}
    assert Contact.objects.filter(name__startswith="Emoji").count() == 1
    assert client.get(f"/imports/{run.pk}").status_code == 200


@pytest.mark.django_db
def test_markup_and_formulas_stay_text_on_every_page(world, as_):
    data = b'Name,<script>alert(1)</script>\n"=HYPERLINK(""http://x"")","<img src=x onerror=alert(2)>"\n'
    client = as_(world.ada)
    run = through(client, data, "<b>x</b>.csv")
    for url in (f"/imports/{run.pk}", f"/imports/{run.pk}?step=mapping", "/imports", "/contacts/import"):
        page = client.get(url).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>x</b>" not in page
    assert Contact.objects.filter(name='=HYPERLINK("http://x")').exists()


@pytest.mark.django_db
def test_a_workbook_with_merged_cells_formulas_and_dates_is_read(world, as_):
    rows = [
        ["Name", "Company", "Founded in"],
        ["Mia", "Merged AG", 1999],
        ["Tom", "", 2001],
        ["=1+1", "Acme", 2002],
    ]
    run = through(as_(world.ada), workbook(*rows, merge="B2:B3"), "people.xlsx")
    assert (run.state, run.report["errors"]) == ("done", 0)
    assert Contact.objects.get(name="Tom").parent.name == "Merged AG"  # type: ignore[union-attr]


@pytest.mark.django_db
def test_headers_that_repeat_and_a_thousand_columns_are_shown(world, as_):
    header = ",".join(["Name", "Name", "", *(f"c{n}" for n in range(997))])
    run = through(as_(world.ada), f"{header}\nMia{',x' * 999}\n".encode())
    assert (run.state, run.report["created"]) == ("done", 1)


@pytest.mark.django_db
def test_a_file_beyond_the_limit_is_refused_and_not_kept(world, as_, monkeypatch):
    monkeypatch.setattr(files, "LARGEST", 1_000)
    answer = send(as_(world.ada), b"Name\n" + b"Mia\n" * 1_000)
    assert answer.status_code == 422
    assert list(files.folder().glob("*")) == []


@pytest.mark.django_db
def test_answers_nobody_could_have_given_change_nothing(world, as_):
    client = as_(world.ada)
    send(client, b"Name,City\nMia,Oslo\n")
    run = ImportRun.objects.latest("pk")
    wild = {
        "field-0": "password", "field-1": "is_superuser", "match_by": "password,../../x", "default-version": "7",
        "template": "{__class__}", "value-0-0": "set:[1]", "text-0-0": "x", "multiply-0": "1e999", "order-0": "zzz",
    }  # fmt: skip
    client.post(f"/imports/{run.pk}/mapping", {**wild, "then": "check"})
    run.refresh_from_db()
    assert (run.mapping["columns"], run.state) == ({}, "failed")
    assert client.get(f"/imports/{run.pk}").status_code == 200
    client.post(f"/imports/{run.pk}/read", {"encoding": "rot13", "delimiter": "abc", "sheet": "../x"})
    assert client.get(f"/imports/{run.pk}?step=mapping").status_code == 200
    assert client.get("/imports/99999999999999999999").status_code == 404
