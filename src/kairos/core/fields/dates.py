import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.core.fields import format as shown
from kairos.core.fields.base import EMPTINESS, Field, one

TIMES = ("on", "before", "after", "within", *EMPTINESS)


class DateField(Field):
    """A day, entered as YYYY-MM-DD, the same for everybody."""

    kind = "date"
    operators = TIMES
    is_groupable = True

    def format(self, value: Any) -> str:
        return shown.date(value)

    def raw(self, value: Any) -> str:
        return value.isoformat() if value else ""

    def export(self, record: Any) -> Any:
        return self.value(record)

    def clean(self, raw: Any, *, user: Any) -> dt.date | None:
        text = one(raw).strip()
        if not text:
            return None
        try:
            value = dt.date.fromisoformat(text)
        except ValueError as error:
            raise ValidationError(_("Enter a date."), code="invalid") from error
        if not 1900 <= value.year <= 2200:
            raise ValidationError(_("Enter a date between 1900 and 2200."), code="range")
        return value


class DateTimeField(Field):
    """A moment, stored in UTC, entered and shown in the person's time zone."""

    kind = "datetime"
    operators = TIMES
    is_groupable = True

    def format(self, value: Any) -> str:
        return shown.datetime(value)

    def raw(self, value: Any) -> str:
        return timezone.localtime(value).strftime("%Y-%m-%dT%H:%M") if value else ""

    def export(self, record: Any) -> Any:
        value = self.value(record)
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0) if value else None

    def clean(self, raw: Any, *, user: Any) -> dt.datetime | None:
        text = one(raw).strip()
        if not text:
            return None
        try:
            value = dt.datetime.fromisoformat(text)
        except ValueError as error:
            raise ValidationError(_("Enter a date and time."), code="invalid") from error
        if not 1900 <= value.year <= 2200:
            raise ValidationError(_("Enter a date between 1900 and 2200."), code="range")
        return value if value.tzinfo else timezone.make_aware(value)


class TimeField(Field):
    """A time of day, to the minute, the same for everybody."""

    kind = "time"
    operators = ("is", "before", "after", *EMPTINESS)

    def format(self, value: Any) -> str:
        return shown.time(dt.time.fromisoformat(value) if isinstance(value, str) and value else value or None)

    def raw(self, value: Any) -> str:
        return value.strftime("%H:%M") if value is not None else ""

    def export(self, record: Any) -> Any:
        return self.raw(self.value(record)) or None

    def clean(self, raw: Any, *, user: Any) -> dt.time | None:
        text = one(raw).strip()
        if not text:
            return None
        try:
            value = dt.time.fromisoformat(text)
        except ValueError as error:
            raise ValidationError(_("Enter a time of day, such as 14:30."), code="invalid") from error
        return value.replace(second=0, microsecond=0, tzinfo=None)
