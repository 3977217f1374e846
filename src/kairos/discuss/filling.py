"""Templates of messages, filled in with what is known of a record.

The language is Liquid without loops, calls and files. It is given texts, never objects, so a template can only repeat
what its author sees anyway; and without loops and filters that lengthen, it takes no longer than it is long.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from liquid import Environment, StrictUndefined
from liquid.exceptions import LiquidError, ResourceLimitError, UndefinedError

from kairos.accounts.workspace import workspace
from kairos.core.history import ActionRefused
from kairos.core.records import RecordType
from kairos.discuss.models import MessageTemplate

LONGEST = 20_000
TAGS = frozenset({"content", "output", "illegal", "if", "unless", "case", "assign", "comment"})
FILTERS = frozenset({"capitalize", "default", "downcase", "strip", "truncate", "upcase"})
UNDEFINED = re.compile(r"^'?(.{1,80}?)'? is undefined$")


class BrokenTemplate(ActionRefused):
    message = _("The template does not work. Line %(line)s: %(reason)s")


class UnknownPlace(BrokenTemplate):
    message = _("The template does not fit: there is no “%(name)s” here (line %(line)s).")


class TooLong(BrokenTemplate):
    message = _("What the template makes is too long.")


class _Language(Environment):
    output_stream_limit = LONGEST * 4  # in bytes, of which a Chinese character has three
    local_namespace_limit = LONGEST
    block_nesting_limit = 10


def _language() -> Environment:
    found = _Language(undefined=StrictUndefined)
    found.tags = {name: tag for name, tag in found.tags.items() if name in TAGS}
    found.filters = {name: one for name, one in found.filters.items() if name in FILTERS}
    return found


LANGUAGE = _language()


class _Values(dict[str, str | None]):
    """Texts by name, which are read as one where nobody says which."""

    def __str__(self) -> str:
        return self.get("title") or self.get("name") or ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with its places filled in."""

    subject: str
    text: str


def check(written: str) -> None:
    """Whether this reads as a template. Raises `BrokenTemplate`."""
    try:
        LANGUAGE.from_string(written)
    except LiquidError as error:
        raise _refusal(error) from error


def fill(
    template: MessageTemplate, record_type: RecordType, record: Any, *, by: Any, language: str = ""
) -> Filled:
    """What the template says of this record when `by` writes it; dates and amounts in `language`, or the template's.

    Raises `BrokenTemplate`, `UnknownPlace`, `TooLong`.
    """
    with override(language or template.language or get_language()):
        values = _values(record_type, record, by)
    subject = " ".join(_filled(template.subject, values).split())
    return Filled(subject[:300], _filled(template.text, values).strip())


def _values(record_type: RecordType, record: Any, by: Any) -> Mapping[str, _Values]:
    """What a template may name, as it is shown to people. Nothing is None, which `if` and `default` see."""
    kept = [one for one in record_type.fields.values() if one.model_field is not None]
    fields = {one.name: one.text(record) for one in kept if one.is_there_for(record)}
    author = {name: getattr(by, name) for name in ("name", "email", "phone", "job_title")}
    house = {"name": str(workspace())}
    given = {"record": {**fields, "title": record_type.title(record)}, "author": author, "house": house}
    return {
        place: _Values({name: str(value) if value else None for name, value in found.items()})
        for place, found in given.items()
    }


def _filled(written: str, values: Mapping[str, _Values]) -> str:
    try:
        found = LANGUAGE.from_string(written).render(**values)
    except LiquidError as error:
        raise _refusal(error) from error
    if len(found) > LONGEST:
        raise TooLong()
    return str(found)


def _refusal(error: LiquidError) -> BrokenTemplate:
    where, words = error.context(), str(error.message)
    line = where[0] if where else 1
    if isinstance(error, ResourceLimitError):
        return TooLong()
    if isinstance(error, UndefinedError) and (found := UNDEFINED.match(words)):
        return UnknownPlace(name=found[1], line=line)
    return BrokenTemplate(line=line, reason=words[:200])
