"""Which leads a condition of the rules means: one query for each different condition, whatever the number of leads."""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from kairos.accounts.models import Role, User
from kairos.core.conditions import BadCondition, Context, compile, parse
from kairos.core.records import type_of
from kairos.crm.models import Lead


class Matching:
    """The leads of a queryset that each condition means, by number; the same condition is asked once."""

    def __init__(self, leads: QuerySet[Any], *, now: dt.datetime) -> None:
        self.leads = leads
        # The rules speak for the house: they see every contact and tag a condition leads through.
        self.context = Context(user=User(role=Role.ADMINISTRATOR), now=now, record_type=type_of(Lead))
        self._found: dict[str, frozenset[int]] = {}

    def of(self, condition: Any) -> frozenset[int]:
        """The numbers of the leads that are so. A condition that names what is gone means none."""
        key = json.dumps(condition, sort_keys=True)
        if key not in self._found:
            self._found[key] = self._ask(condition)
        return self._found[key]

    def _ask(self, condition: Any) -> frozenset[int]:
        try:
            meant = compile(parse(condition, self.context.record_type), self.context)
        except BadCondition:
            return frozenset()
        return frozenset(self.leads.filter(meant).order_by().values_list("pk", flat=True))


def is_readable(condition: Any) -> bool:
    """False for a stored condition whose field or value has gone since."""
    try:
        parse(condition, type_of(Lead))
    except BadCondition:
        return False
    return True


def speaks(languages: Iterable[str], wanted: str) -> bool:
    """Whether one of these language codes is the wanted one. A code without a country means all of its kind."""
    code = _code(wanted)
    return any(_is_same(code, _code(one)) for one in languages if one)


def _is_same(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}-") or other.startswith(f"{one}-")


def _code(language: str) -> str:
    return language.strip().lower().replace("_", "-")
