"""Canned answers: kept under a shortcut that is one word, and of which there is one."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from kairos.chat.models import CannedAnswer
from kairos.core.actions.records import create_record, update_record


def create_answer(
    *, values: Mapping[str, Any], by: Any, model: Any = CannedAnswer, at: dt.datetime | None = None
) -> CannedAnswer:
    """Words to be put in by a shortcut. Raises `ValidationError`."""
    with _taken_once():
        return create_record(model=CannedAnswer, values=_one_word(values), by=by, at=at)


def update_answer(record: CannedAnswer, *, values: Mapping[str, Any], by: Any) -> CannedAnswer:
    """Other words, or another shortcut. Raises `ValidationError`."""
    with _taken_once():
        return update_record(record, values=_one_word(values), by=by)


def _one_word(values: Mapping[str, Any]) -> dict[str, Any]:
    given = dict(values)
    if "shortcut" in given:
        given["shortcut"] = "-".join(str(given["shortcut"]).strip(": ").split())
        if not given["shortcut"]:
            raise ValidationError(_("A canned answer needs a shortcut."))
    return given


@contextmanager
def _taken_once() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise ValidationError(_("There is an answer with this shortcut already.")) from error
