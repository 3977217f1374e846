"""Texts as yes or no."""

from django.utils.translation import gettext_lazy as _

from kairos.core.tables.errors import CellError
from kairos.core.tables.values import phrases, plain_text

YES = frozenset(phrases("yes, y, true, t, 1, on, x, ✓, ✔, ☑, 是, 有, 真, 對, 啟用, ja, oui, si, sí"))
NO = frozenset(phrases("no, n, false, f, 0, off, ✗, ✘, ☐, 否, 無, 沒有, 不是, 假, 錯, 停用, nein, non"))


class NotABoolean(CellError):
    message = _("“%(value)s” is neither yes nor no.")


def parse_boolean(value: object) -> bool:
    """Whether the cell says yes; NotABoolean (a CellError) if it says neither yes nor no."""
    if isinstance(value, bool):
        return value
    text = plain_text(value).casefold()
    if text in YES:
        return True
    if text in NO:
        return False
    raise NotABoolean(value)
