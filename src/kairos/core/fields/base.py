import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

EMPTINESS = ("is_empty", "is_not_empty")


class Field:
    """One field of a record type, as people meet it: how it is named, shown, entered, compared, exported.

    Subclasses say how for their kind. `name` is the model field's; `kind` picks the display and the input in the
    templates; `operators` are the ones conditions may use, the first being the usual.
    """

    kind: ClassVar[str] = "text"
    align: ClassVar[str] = "start"
    operators: ClassVar[tuple[str, ...]] = ("contains", "is", "is_not", "starts_with", *EMPTINESS)
    is_groupable: ClassVar[bool] = False

    def __init__(
        self,
        name: str,
        *,
        label: Any = None,
        model_field: models.Field[Any, Any] | None = None,
        help: Any = "",
        required: bool | None = None,
        editable: bool | None = None,
        sortable: bool = True,
        synonyms: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.model_field = model_field
        self.label = label if label is not None else getattr(model_field, "verbose_name", name)
        self.help = help
        self.required = required if required is not None else not getattr(model_field, "blank", True)
        self.editable = editable if editable is not None else getattr(model_field, "editable", False)
        self.sortable = sortable
        self.synonyms = tuple(synonyms)
        # Where set, the field is only there for records of this team.
        self.team_id: int | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    def is_there_for(self, record: Any) -> bool:
        """Whether this record has the field at all."""
        return self.team_id is None or self.team_id == getattr(record, "team_id", None)

    # -- reading

    def value(self, record: Any) -> Any:
        return getattr(record, self.name)

    def prepare(self, records: Sequence[Any], *, user: Any, past: dt.datetime | None = None) -> None:
        """Put at hand what the value needs beyond the record, for a page of records that this person sees, as it stood
        before the moment `past` where a past day is shown; nothing as a rule."""

    def text(self, record: Any) -> str:
        """The value in the reader's language; empty text for nothing."""
        return self.format(self.value(record))

    def format(self, value: Any) -> str:
        return "" if value is None else str(value)

    def href(self, record: Any) -> str:
        """Where a text leads to, such as the page of what it names; nowhere as a rule."""
        return ""

    def raw(self, value: Any) -> Any:
        """The value as a form sends it: text, or a list of texts."""
        return "" if value is None else str(value)

    def export(self, record: Any) -> Any:
        """The value for a spreadsheet cell: text, number, date or nothing."""
        return self.text(record) or None

    # -- writing

    def parse(self, raw: Any, *, user: Any) -> Any:
        """The value a person entered. Raises `ValidationError` with a sentence."""
        value = self.clean(raw, user=user)
        if self.required and value in (None, "", []):
            raise ValidationError(_("This field is required."), code="required")
        return value

    def clean(self, raw: Any, *, user: Any) -> Any:
        text = one(raw).strip()
        limit = getattr(self.model_field, "max_length", None)
        if limit and len(text) > limit:
            raise ValidationError(
                _("At most %(limit)s characters, this has %(count)s."),
                code="max_length",
                params={"limit": limit, "count": len(text)},
            )
        return text

    # -- asking

    def order_by(self) -> tuple[str, ...]:
        """Lookups that sort by this field."""
        return (self.name,)


def one(raw: Any) -> str:
    """A single text out of what a form sent. NUL bytes and lone surrogates are refused: no database keeps them."""
    text = raw[0] if isinstance(raw, list | tuple) and raw else ("" if isinstance(raw, list | tuple) else raw)
    text = "" if text is None else str(text)
    if "\x00" in text or (not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text)):
        raise ValidationError(_("This text holds characters that cannot be stored."), code="characters")
    return text


class TextField(Field):
    is_groupable = False


class ChoiceTextField(TextField):
    """A free text with few distinct values, such as an industry: worth grouping by."""

    is_groupable = True


class LongTextField(Field):
    kind = "long_text"
    operators = ("contains", *EMPTINESS)


class UrlField(Field):
    kind = "url"

    def clean(self, raw: Any, *, user: Any) -> str:
        text = super().clean(raw, user=user)
        if text and "://" not in text:
            text = f"https://{text}"
        if text:
            from django.core.validators import URLValidator

            URLValidator(schemes=["http", "https"])(text)
        return text


class EmailField(Field):
    kind = "email"

    def clean(self, raw: Any, *, user: Any) -> str | None:
        from django.core.validators import validate_email

        text = super().clean(raw, user=user)
        if text:
            validate_email(text)
        return text or (None if getattr(self.model_field, "null", False) else "")


class TruthField(Field):
    """Something that is so or not, found out from other fields: stale, without a next step. Asked about, never written.

    `truth(now, name)` is the condition, `name(field)` how a field is called where it is asked; `sources` are the fields
    it looks at; `of(record)` says it of one that is loaded.
    """

    kind = "boolean"
    operators = ("is",)

    def __init__(
        self,
        name: str,
        *,
        truth: Callable[..., Q],
        sources: Sequence[str],
        of: Callable[[Any], bool],
        label: Any,
    ) -> None:
        super().__init__(name, label=label, required=False, editable=False, sortable=False)
        self.truth, self.sources, self.of = truth, tuple(sources), of

    def value(self, record: Any) -> bool:
        return self.of(record)

    def format(self, value: Any) -> str:
        return str(_("Yes")) if value else str(_("No"))

    def raw(self, value: Any) -> str:
        return "true" if value else "false"

    def export(self, record: Any) -> bool:
        return self.value(record)


class BooleanField(Field):
    kind = "boolean"
    operators = ("is",)
    is_groupable = True

    def format(self, value: Any) -> str:
        return str(_("Yes")) if value else str(_("No"))

    def raw(self, value: Any) -> str:
        return "true" if value else "false"

    def export(self, record: Any) -> bool:
        return bool(self.value(record))

    def clean(self, raw: Any, *, user: Any) -> bool:
        return one(raw).lower() in {"true", "on", "1", "yes"}
