"""The fields that only mailboxes have."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from kairos.core.fields import ChoiceField, Field, NumberField
from kairos.core.fields.format import datetime
from kairos.mail.models import Mailbox, MailboxFolder, MailboxState


class PlainNumberField(NumberField):
    """A number that counts nothing, such as a port: without separators."""

    def format(self, value: Any) -> str:
        return "" if value is None else str(value)


class OfPersonalField(ChoiceField):
    """A choice that shared mailboxes do not have."""

    def is_there_for(self, record: Any) -> bool:
        return not record.is_shared


class HealthField(Field):
    """How a mailbox does, in a word: trouble first, then what is missing, then when it was read.

    Two queries for a page of mailboxes.
    """

    kind = "sign"
    operators = ()

    def __init__(self, name: str) -> None:
        super().__init__(name, label=_lazy("State"), required=False, editable=False, sortable=False)

    def prepare(self, records: Sequence[Any], *, user: Any = None, past: dt.datetime | None = None) -> None:
        keys = [one.pk for one in records]
        states = {one.mailbox_id: one for one in MailboxState.objects.filter(mailbox__in=keys)}
        rows = MailboxFolder.objects.filter(mailbox__in=keys).values_list("mailbox")
        missing = dict(rows.annotate(count=Sum("missing")))
        for record in records:
            record._health = health(record, states.get(record.pk), missing.get(record.pk, 0))

    def value(self, record: Any) -> dict[str, str]:
        if not hasattr(record, "_health"):
            self.prepare([record])
        found: dict[str, str] = record._health
        return found

    def format(self, value: Any) -> str:
        return str(value["label"])


def health(mailbox: Mailbox, state: MailboxState | None, missing: int) -> dict[str, str]:
    """A sign as cells show it: its tone, its icon, its words."""
    if state is None:
        return {"state": "none", "icon": "unlink", "label": _("Not connected")}
    if not mailbox.is_active:
        return {"state": "none", "icon": "pause", "label": _("Paused")}
    if state.trouble:
        return {"state": "overdue", "icon": "triangle-alert", "label": state.get_trouble_display()}
    if missing:
        words = ngettext("%(count)s mail is missing", "%(count)s mails are missing", missing)
        return {"state": "overdue", "icon": "triangle-alert", "label": words % {"count": missing}}
    if state.is_late(timezone.now()):
        return {"state": "overdue", "icon": "triangle-alert", "label": _("Nobody reads it")}
    if state.checked_at is None:
        return {"state": "today", "icon": "loader", "label": _("Being fetched")}
    words = _("Read at %(when)s") % {"when": datetime(state.checked_at)}
    return {"state": "planned", "icon": "circle-check", "label": words}
