"""These tests need no database, and settings only to show sentences."""

import io
import os
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import xlsxwriter
from django.conf import settings
from django.utils import translation

from kairos.core.tables import Table, open_table

if not settings.configured and "DJANGO_SETTINGS_MODULE" not in os.environ:
    settings.configure(USE_I18N=False)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def opened() -> Callable[..., Table]:
    """Open bytes, or text as UTF-8, as an uploaded file."""

    def open_bytes(content: bytes | str, **options: Any) -> Table:
        data = content.encode() if isinstance(content, str) else content
        options.setdefault("filename", "upload.csv")
        return open_table(io.BytesIO(data), **options)

    return open_bytes


@pytest.fixture
def workbook() -> Callable[..., io.BytesIO]:
    """A workbook made by a function that gets it and its first sheet."""

    def make(fill: Callable[[Any, Any], None], name: str = "Deals") -> io.BytesIO:
        file = io.BytesIO()
        with xlsxwriter.Workbook(file) as book:
            fill(book, book.add_worksheet(name))
        file.seek(0)
        return file

    return make


@pytest.fixture
def sheet_of(workbook: Callable[..., io.BytesIO]) -> Callable[[bytes], io.BytesIO]:
    """A workbook whose only sheet has these bytes between its sheetData tags."""
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'

    def make(body: bytes) -> io.BytesIO:
        plain = workbook(lambda _book, first: first.write(0, 0, "x"))
        out = io.BytesIO()
        with zipfile.ZipFile(plain) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                new.writestr(name, sheet % body if name == "xl/worksheets/sheet1.xml" else old.read(name))
        out.seek(0)
        return out

    return make
