"""Which values each kind of field is compared with, and their one canonical form."""

import math
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from kairos.core.conditions.days import read_day, read_range
from kairos.core.conditions.tree import BadCondition
from kairos.core.fields import Field
from kairos.core.fields.base import EMPTINESS
from kairos.core.models.money import LARGEST_AMOUNT
from kairos.core.records.record_type import RELATION_KINDS

LONGEST_TEXT = 200
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
MOST_VALUES = 500
LARGEST_ID = 2**63 - 1
ME, MY_TEAM, MY_TEAMS = "me", "my_team", "my_teams"
LISTS = ("in", "not_in")
NUMBERS = ("number", "year", "percent", "rating", "colour")
CHOICES = ("choice", "choices", "currency", "country", "language")
DAYS = ("date", "datetime")


def read_value(data: Any, field: Field, op: str, *, at: str) -> Any:
    """The canonical value: None, text, int, bool, Decimal, Day, Range, or a tuple of them for "in" and "not_in"."""
    if op in EMPTINESS:
        if data not in (None, ""):
            raise BadCondition(at, _("This comparison takes no value."))
        return None
    if op in LISTS:
        return _several(data, field, at)
    return _read_one(data, field, op, at)


def _several(data: Any, field: Field, at: str) -> tuple[Any, ...]:
    if not isinstance(data, list | tuple):
        raise BadCondition(at, _("A list of values is needed."))
    if not data:
        raise BadCondition(at, _("Choose at least one value."))
    if len(data) > MOST_VALUES:
        raise BadCondition(at, _("At most %(most)s values.") % {"most": MOST_VALUES})
    read = [_read_one(item, field, "is", f"{at}.{place}") for place, item in enumerate(data)]
    return tuple(dict.fromkeys(read))


def _read_one(data: Any, field: Field, op: str, at: str) -> Any:
    if field.kind in DAYS:
        return _moment(data, op, at)
    if field.kind in RELATION_KINDS:
        return _related(data, field, at)
    if field.kind in NUMBERS:
        return _number(data, field, at)
    if field.kind in CHOICES:
        return _choice(data, field, at)
    if field.kind in ("money", "decimal"):
        return _amount(data, at)
    if field.kind == "time":
        return _time(data, at)
    if field.kind == "boolean":
        return _truth(data, at)
    return _text(data, at)


def _moment(data: Any, op: str, at: str) -> Any:
    value = read_range(data) if op == "within" else read_day(data)
    if value is None:
        message = _("This is not a range of days.") if op == "within" else _("This is not a day.")
        raise BadCondition(at, message)
    return value


def _time(data: Any, at: str) -> str:
    text = data.strip() if isinstance(data, str) else ""
    if not TIME.fullmatch(text):
        raise BadCondition(at, _("A time of day is needed, such as 14:30."))
    return text


def _text(data: Any, at: str) -> str:
    text = data.strip() if isinstance(data, str) else ""
    if not text:
        raise BadCondition(at, _("A text is needed."))
    if len(text) > LONGEST_TEXT:
        raise BadCondition(at, _("At most %(most)s characters.") % {"most": LONGEST_TEXT})
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise BadCondition(at, _("This text holds characters that cannot be stored."))
    return text


def _whole(data: Any) -> int | None:
    """A whole number out of JSON or a form: no bool, no fraction, nothing beyond 64 bits."""
    if isinstance(data, str):
        text = data.strip()
        digits = text.removeprefix("-")
        data = int(text) if digits.isascii() and digits.isdigit() and len(digits) < 20 else None
    if isinstance(data, float):
        data = int(data) if math.isfinite(data) and data.is_integer() else None
    return data if type(data) is int and -LARGEST_ID <= data <= LARGEST_ID else None


def _number(data: Any, field: Any, at: str) -> int:
    value = _whole(data)
    if value is None:
        raise BadCondition(at, _("A whole number is needed."))
    smallest, largest = getattr(field, "smallest", -LARGEST_ID), getattr(field, "largest", LARGEST_ID)
    if not smallest <= value <= largest:
        raise BadCondition(
            at,
            _("A number from %(smallest)s to %(largest)s is needed.")
            % {"smallest": smallest, "largest": largest},
        )
    return value


def _amount(data: Any, at: str) -> Decimal:
    value = None
    if type(data) in (int, float) and -1e15 < data < 1e15:
        value = Decimal(str(data))
    elif isinstance(data, str) and len(data) < 40 and data.isascii():
        try:
            value = Decimal(data.strip().replace(",", ""))
        except InvalidOperation:
            value = None
    if value is None or not value.is_finite() or abs(value) > LARGEST_AMOUNT or value != round(value, 3):
        raise BadCondition(at, _("An amount is needed."))
    return value + 0


def _choice(data: Any, field: Any, at: str) -> str:
    if not isinstance(data, str) or data not in {str(value) for value, _label in field.choices()}:
        raise BadCondition(at, _("This is not one of the choices."))
    return data


def _truth(data: Any, at: str) -> bool:
    known = {True: True, False: False, "true": True, "false": False}
    if not isinstance(data, bool | str) or data not in known:
        raise BadCondition(at, _("Yes or no is needed."))
    return known[data]


def _related(data: Any, field: Any, at: str) -> int | str:
    if isinstance(data, str) and data in words_for(field):
        return data
    value = _whole(data)
    if value is None or value < 1:
        raise BadCondition(at, _("This is not one of the choices."))
    return value


def words_for(field: Any) -> tuple[str, ...]:
    """The words that stand for records without naming them: for people *me* and *my team*, for teams *my teams*."""
    if field.related_model is get_user_model():
        return (ME, MY_TEAM)
    return (MY_TEAMS,) if field.related_model is team_model() else ()


def team_model() -> Any:
    return get_user_model()._meta.get_field("teams").related_model
