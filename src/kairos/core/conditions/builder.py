"""What the condition builder shows: the fields to choose from, each row's operators and inputs, the live sentence."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kairos.core.conditions import wording
from kairos.core.conditions.compile import Context, compile
from kairos.core.conditions.days import PERIODS
from kairos.core.conditions.draft import Group, Row, operators_of, to_condition
from kairos.core.conditions.paths import Path, find_path, related_type
from kairos.core.conditions.sentence import Titles, describe, related_titles
from kairos.core.conditions.tree import EVERYTHING, BadCondition, Condition, mentions
from kairos.core.conditions.values import CHOICES, DAYS, LISTS, MOST_VALUES, NUMBERS, words_for
from kairos.core.fields import TracedField
from kairos.core.fields.base import EMPTINESS
from kairos.core.records.record_type import RELATION_KINDS, RecordType

MOST_COUNTED = 10_000
FEW_CHOICES = 12
OPERATOR_NAMES: dict[str, Any] = {
    "contains": _("contains"),
    "starts_with": _("starts with"),
    "is": _("is"),
    "is_not": _("is not"),
    "in": _("is any of"),
    "not_in": _("is none of"),
    ">": _("is more than"),
    ">=": _("is at least"),
    "<": _("is less than"),
    "<=": _("is at most"),
    "on": _("is on"),
    "before": _("is before"),
    "after": _("is after"),
    "within": _("is within"),
    "is_empty": _("is empty"),
    "is_not_empty": _("is not empty"),
}
UNIT_NAMES = [
    ("days", _("days")),
    ("weeks", _("weeks")),
    ("months", _("months")),
    ("quarters", _("quarters")),
    ("years", _("years")),
]
DAY_CHOICES = [
    ("day", _("a date")),
    *((name, wording.WORDS[name]) for name in ("today", "yesterday", "tomorrow")),
    ("in", _("ahead of today by")),
    ("ago", _("back from today by")),
]
RANGE_CHOICES = [
    *((f"{way}.{unit}", wording.PERIODS[way, unit]) for unit in PERIODS for way in ("this", "last", "next")),
    ("last", _("the last")),
    ("next", _("the next")),
    ("between", _("between dates")),
]


@dataclass(slots=True)
class RowShown:
    """A row with everything its inputs need. `input` names the kind of input; without a field there is none."""

    row: Row
    path: Path | None = None
    op: str = ""
    operators: list[tuple[str, Any]] | None = None
    input: str = ""
    choices: list[tuple[str, Any]] | None = None
    chosen: list[dict[str, Any]] | None = None
    words: list[tuple[str, Any]] | None = None
    options_url: str = ""

    days: ClassVar = DAY_CHOICES
    ranges: ClassVar = RANGE_CHOICES
    units: ClassVar = UNIT_NAMES

    @property
    def tail(self) -> str:
        """Makes ids of inputs change with field and operator, so that no typed value outlives its meaning."""
        return f"{self.row.get('field')}-{self.op}".replace(".", "-")


class Builder:
    """The builder of one draft, for one person and record type."""

    def __init__(
        self, draft: Group, record_type: RecordType, *, user: Any, now: dt.datetime, is_final: bool = False
    ):
        self.draft = draft
        self.record_type = record_type
        self.user = user
        self.now = now
        self.error = ""
        self.condition = self._condition(is_final)
        self.titles: Titles = related_titles(self.condition, record_type, user, most=MOST_VALUES)

    def _condition(self, is_final: bool) -> Condition:
        try:
            return to_condition(self.draft, self.record_type, is_final=is_final)
        except BadCondition as refused:
            self.error = str(refused.message)
            return EVERYTHING

    @property
    def is_right(self) -> bool:
        """True where nothing is wrong with the whole or with a row."""
        rows = [one for one in self.draft.everything() if isinstance(one, Row)]
        return not self.error and not any(row.error for row in rows)

    @property
    def sentence(self) -> str:
        return describe(self.condition, self.record_type, self.titles)

    def count(self) -> int:
        """How many records match, counted to just above `MOST_COUNTED`; archived ones only where asked for."""
        context = Context(user=self.user, now=self.now, record_type=self.record_type)
        found = self.record_type.visible_to(self.user).filter(compile(self.condition, context))
        if "archived_at" not in mentions(self.condition):
            found = found.filter(archived_at=None)
        return int(found.order_by()[: MOST_COUNTED + 1].count())

    def is_group(self, one: Row | Group) -> bool:
        return isinstance(one, Group)

    def fields(self, row: Row) -> list[dict[str, Any]]:
        """The type's own fields, then those of each relation, one step away."""
        asked = row.get("field")
        if asked.count(".") > 1 and (path := self._path(row)):
            return [*self._groups, {"label": path.through[0].label, "options": [(asked, path.label)]}]
        return self._groups

    @cached_property
    def _groups(self) -> list[dict[str, Any]]:
        groups = [{"label": self.record_type.label, "options": self._options("", self.record_type)}]
        for name, relation in self.record_type.fields.items():
            if (related := related_type(relation)) is not None:
                groups.append({"label": relation.label, "options": self._options(f"{name}.", related)})
        return groups

    def _options(self, prefix: str, owner: RecordType) -> list[tuple[str, str]]:
        paths = [
            find_path(prefix + name, self.record_type)
            for name, one in owner.fields.items()
            if one.model_field or isinstance(one, TracedField)
        ]
        return [(path.name, path.label) for path in paths]

    def _path(self, row: Row) -> Path | None:
        try:
            return find_path(row.get("field"), self.record_type)
        except BadCondition:
            return None

    def shown(self, row: Row) -> RowShown:
        path = self._path(row)
        if path is None:
            return RowShown(row)
        names = operators_of(path.field)
        op = row.get("op") if row.get("op") in names else names[0]
        made = RowShown(row, path, op, [(name, OPERATOR_NAMES[name]) for name in names])
        made.input = _input(path.field, op)
        if made.input in ("checks", "choices"):
            made.choices = list(path.field.choices())  # type: ignore[attr-defined]
        if made.input == "related":
            self._relate(made, path.field)
        return made

    def _relate(self, made: RowShown, one: Any) -> None:
        titles = self.titles.get(one.related_model, {})
        ids = [int(text) for text in made.row.chosen if text.isascii() and text.isdigit() and len(text) < 19]
        made.chosen = [{"value": pk, "label": titles.get(pk, f"#{pk}"), "colour": 0} for pk in ids]
        made.words = [(word, wording.WORDS[word]) for word in words_for(one)]
        if (related := related_type(one)) is not None:
            made.options_url = reverse("options", args=[related.plural])


def _input(one: Any, op: str) -> str:
    """The kind of input: "" (none), checks, choices, related, day, range, yes_no, stars, number, time, text."""
    if op in EMPTINESS:
        return ""
    if one.kind in CHOICES and op in LISTS:
        return "checks" if len(one.choices()) <= FEW_CHOICES else "choices"
    if one.kind in RELATION_KINDS:
        return "related"
    if one.kind in DAYS:
        return "range" if op == "within" else "day"
    if one.kind == "boolean":
        return "yes_no"
    return (
        "number" if one.kind in (*NUMBERS, "money", "decimal") else "time" if one.kind == "time" else "text"
    )
