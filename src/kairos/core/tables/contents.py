"""What a file is by its first bytes; its name is not believed."""

import re

from django.utils.translation import gettext_lazy as _

from kairos.core.tables.errors import LockedWorkbook, NotASpreadsheet

_SIGNATURES = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _("an old Office document")),
    (b"%PDF-", _("a PDF document")),
    (b"\x89PNG", _("a picture")),
    (b"\xff\xd8\xff", _("a picture")),
    (b"GIF8", _("a picture")),
    (b"\x1f\x8b", _("a compressed archive")),
    (b"Rar!", _("a compressed archive")),
    (b"7z\xbc\xaf", _("a compressed archive")),
    (b"SQLite format 3\0", _("a database")),
    (b"\x7fELF", _("a program")),
    (b"MZ\x90\0", _("a program")),
)
_MARKUP = re.compile(rb"\s*<(?:!doctype|\?xml|html|head|body|table|script|meta|svg)[\s>!]", re.IGNORECASE)
_UTF16_NAME = "EncryptedPackage".encode("utf-16-le")


def kind_of(start: bytes, filename: str) -> str:
    """ "xlsx" for a zip archive, else "csv"; NotASpreadsheet for what is known to be something else."""
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "xlsx"
    if _UTF16_NAME in start:
        raise LockedWorkbook(filename=filename)
    for signature, content in _SIGNATURES:
        if start.startswith(signature):
            raise NotASpreadsheet(filename=filename, content=content)
    if _MARKUP.match(start.removeprefix(b"\xef\xbb\xbf")):
        raise NotASpreadsheet(filename=filename, content=_("a web page"))
    return "csv"
