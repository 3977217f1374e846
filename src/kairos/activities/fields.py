"""The fields that only activities have: what they are about, and choices asked in dialogs."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import User
from kairos.activities.models import Activity, ActivityPlan, ActivityType
from kairos.activities.sight import planned_on
from kairos.activities.state import sign_of
from kairos.core.fields import ChoiceField, DateField, Field, TextField


class AboutField(TextField):
    """What it is about: the record's title, which leads to the record."""

    is_groupable = True

    def href(self, record: Any) -> str:
        kind = planned_on().get(record.record_type)
        return kind.url_of(record.record_id) if kind else ""


def earliest_on(stored_name: str, records: Sequence[Any]) -> dict[int, Activity]:
    """What is to be done first on each of these records of one kind, by the record's number, in one query."""
    about = Activity.objects.of(stored_name, [one.pk for one in records]).active().open()
    # The last one laid down is the earliest.
    return {one.record_id: one for one in about.order_by("-due_on", "-starts_at", "-pk")}


class NextActivityField(Field):
    """The earliest open activity on a record, with its state: one query for a page of records."""

    kind = "sign"
    operators = ()

    def __init__(self, stored_name: str) -> None:
        super().__init__(
            "next_activity", label=_("Next activity"), required=False, editable=False, sortable=False
        )
        self.stored_name = stored_name

    def prepare(self, records: Sequence[Any], *, user: Any = None, past: dt.datetime | None = None) -> None:
        found = earliest_on(self.stored_name, records)
        for record in records:
            record._next_activity = found.get(record.pk)

    def value(self, record: Any) -> dict[str, str] | None:
        if not hasattr(record, "_next_activity"):
            self.prepare([record])
        one = record._next_activity
        return sign_of(one, today=timezone.localdate()) if one is not None else None

    def format(self, value: Any) -> str:
        return value["label"] if value else ""


class OneOf(ChoiceField):
    """One of a few records, chosen from a list that `find()` gives in its order."""

    def __init__(self, name: str, *, find: Callable[[], Any], **options: Any) -> None:
        super().__init__(name, **options)
        self.find = find

    def choices(self) -> Sequence[tuple[Any, Any]]:
        return [(str(one.pk), str(one)) for one in self.find()]

    def clean(self, raw: Any, *, user: Any) -> Any:
        text = super().clean(raw, user=user)
        return self.find().get(pk=int(text)) if text else None


def types() -> Any:
    return ActivityType.objects.active().order_by("position", "pk")


def plans() -> Any:
    return ActivityPlan.objects.active().order_by("position", "pk")


def colleagues() -> Any:
    return User.objects.active().order_by("name", "pk")


TYPE = OneOf("type", find=types, label=_("Type"), required=True, editable=True)
PLAN = OneOf("plan", find=plans, label=_("Activity plan"), required=True, editable=True)
ASSIGNEE = OneOf("assignee", find=colleagues, label=_("Assigned to"), required=False, editable=True)
SUMMARY = TextField("summary", label=_("Summary"), required=False, editable=True)


class DayField(DateField):
    """A day that is today unless another is said."""

    def parse(self, raw: Any, *, user: Any) -> dt.date:
        return super().parse(raw, user=user) or timezone.localdate()


DUE_ON = DateField("due_on", label=_("Due on"), required=False, editable=True)
AROUND = DayField(
    "on",
    label=_("Around this day"),
    help=_("Steps are planned before and after it."),
    required=False,
    editable=True,
)
ASKED: tuple[Field, ...] = (TYPE, DUE_ON, SUMMARY, ASSIGNEE)
