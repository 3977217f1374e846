"""The fields that only calendar accounts have."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from kairos.calendars.models import AccountState, CalendarAccount
from kairos.core.fields import ChoiceField, Field
from kairos.core.fields.format import datetime


class StandingField(Field):
    """How it goes with an account, in a word; one query for a page of them."""

    kind = "sign"
    operators = ()

    def __init__(self, name: str) -> None:
        super().__init__(name, label=_lazy("State"), required=False, editable=False, sortable=False)

    def prepare(self, records: Sequence[Any], *, user: Any = None, past: dt.datetime | None = None) -> None:
        rows = AccountState.objects.filter(account__in=[one.pk for one in records])
        states = {one.account_id: one for one in rows}
        for record in records:
            record._standing = standing(record, states.get(record.pk))

    def value(self, record: Any) -> dict[str, str]:
        if not hasattr(record, "_standing"):
            self.prepare([record])
        found: dict[str, str] = record._standing
        return found

    def format(self, value: Any) -> str:
        return str(value["label"])


def standing(account: CalendarAccount, state: AccountState | None) -> dict[str, str]:
    """A sign as cells show it: its tone, its icon, its words."""
    if state is None:
        return {"state": "none", "icon": "unlink", "label": _("Not connected")}
    if not account.is_active:
        return {"state": "none", "icon": "pause", "label": _("Paused")}
    if state.trouble:
        return {"state": "overdue", "icon": "triangle-alert", "label": state.get_trouble_display()}
    if state.is_late(timezone.now()):
        return {"state": "overdue", "icon": "triangle-alert", "label": _("Nobody keeps it in step")}
    if state.checked_at is None:
        return {"state": "today", "icon": "loader", "label": _("Being fetched")}
    words = _("In step at %(when)s") % {"when": datetime(state.checked_at)}
    return {"state": "planned", "icon": "circle-check", "label": words}


class CameField(ChoiceField):
    """What is to happen with the meetings that came from an account."""

    KEEP, REMOVE = "keep", "remove"

    def choices(self) -> Sequence[tuple[str, Any]]:
        return (
            (self.KEEP, _lazy("Keep them here")),
            (self.REMOVE, _lazy("Delete those that are still ahead")),
        )


CAME = CameField("came", label=_lazy("Meetings that came from there"), required=True, editable=True)
