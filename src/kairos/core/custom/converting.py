"""Values of a field as another kind of field would hold them: what can be converted, and what cannot, counted first."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from kairos.core.custom.columns import Column
from kairos.core.custom.keys import new_choice
from kairos.core.custom.links import customisable_models
from kairos.core.custom.making import K, make_column, make_field
from kairos.core.history.bulk import chunks
from kairos.core.models import CustomField
from kairos.core.tables import CellError, DateOrder, means_nothing, parse_boolean, parse_date, parse_decimal

MOST_CHOICES = 100
LONGEST_CHOICE = 60
SHOWN_FAILURES = 5
PIECES = ",;、；，\n"


def holders(name: str) -> Iterator[tuple[type[Any], Any]]:
    """The records, archived ones too, that have a value under this name, by model."""
    for model in customisable_models():
        yield model, model._base_manager.filter(custom__has_key=name.removeprefix("custom__"))


@dataclass(slots=True)
class Conversion:
    """What a change of type would come to. `failed` counts the texts that mean nothing to the new type."""

    definition: CustomField
    total: int = 0
    values: dict[type[Any], dict[int, Any]] = field(default_factory=dict)
    failed: Counter[str] = field(default_factory=Counter)

    @property
    def failures(self) -> int:
        return self.failed.total()

    @property
    def converted(self) -> int:
        return self.total - self.failures

    @property
    def examples(self) -> list[str]:
        return [text for text, _count in self.failed.most_common(SHOWN_FAILURES)]


def conversion(old: CustomField, new: CustomField) -> Conversion:
    """Read every value of `old` as `new` would; choices that `new` lacks are added to it. Nothing is written."""
    result, column = Conversion(new), make_column(old)
    stored = {
        model: {
            pk: column.stored_in(_Bare(custom))
            for pk, custom in found.values_list("pk", "custom").iterator(2000)
        }
        for model, found in holders(column.name)
    }
    texts = _Texts(old, column, stored)
    read = _reader(new, texts)
    known: dict[str, Any] = {}
    for model, by_pk in stored.items():
        values = result.values[model] = {}
        for pk, raw in by_pk.items():
            text = texts.of(raw)
            if text not in known:
                known[text] = read(text) if text else None
            result.total += 1
            values[pk] = known[text]
            if known[text] in (None, "", []):
                result.failed[text] += 1
    return result


@dataclass(slots=True)
class _Bare:
    custom: dict[str, Any]


class _Texts:
    """Stored values as people read them, so that they can be read as something else."""

    def __init__(
        self, definition: CustomField, column: Column, stored: dict[type[Any], dict[int, Any]]
    ) -> None:
        self.column: Any = column
        self.field: Any = make_field(definition, column)
        self.titles: dict[int, str] = {}
        if column.related_model is not None:
            ids = {raw for by_pk in stored.values() for raw in by_pk.values() if type(raw) is int}
            for part in chunks(sorted(ids)):
                self.titles |= {
                    pk: str(one) for pk, one in column.related_model._base_manager.in_bulk(list(part)).items()
                }

    def of(self, raw: Any) -> str:
        value = self.column.decode(raw)
        if value is None:
            return ""
        if self.column.related_model is not None:
            return self.titles.get(value, "")
        if isinstance(value, list):
            return ", ".join(self.field.format(one) for one in self.field.in_order(value))
        return self.field.format(value) if hasattr(self.field, "choices") else str(self.field.raw(value))

    def pieces(self, text: str) -> list[str]:
        """The entries of a text that lists several; a choice's own comma does not part it."""
        for sign in PIECES:
            text = text.replace(sign, "\n")
        return [piece.strip() for piece in text.split("\n") if piece.strip()]


Reader = Callable[[str], Any]


def _reader(new: CustomField, texts: _Texts) -> Reader:
    """Turns a text into a value of the new kind; None where it cannot be one."""
    column: Any = make_column(new)
    if new.kind in (K.RELATION, K.PERSON):
        return _Titles(column.related_model, is_person=new.kind == K.PERSON)
    if new.kind == K.CHOICE:
        return _choice(new)
    if new.kind == K.CHOICES:
        one = _choice(new)
        return lambda text: _all([one(piece) for piece in texts.pieces(text)])
    parse = _parser(new, column)

    def read(text: str) -> Any:
        try:
            return column.decode(column.encode(parse(text)))
        except (ValidationError, CellError, ValueError):
            return None

    return read


def _parser(new: CustomField, column: Any) -> Reader:
    field_: Any = make_field(new, column)
    if new.kind in (K.NUMBER, K.MONEY):
        return lambda text: field_.clean(f"{parse_decimal(text):f}", user=None)
    if new.kind == K.DATE:
        return lambda text: field_.clean(parse_date(text, DateOrder.YMD).isoformat(), user=None)
    if new.kind == K.BOOLEAN:
        return parse_boolean
    return lambda text: field_.clean(text, user=None)


def _all(values: list[Any]) -> list[Any] | None:
    return None if any(value is None for value in values) else values


def _choice(new: CustomField) -> Reader:
    """The choice of this label; a text that is none becomes one, as far as there is room."""

    def read(text: str) -> str | None:
        for one in new.choices:
            if text.casefold() in (one["label"].casefold(), one["value"]):
                return str(one["value"])
        if len(new.choices) >= MOST_CHOICES or len(text) > LONGEST_CHOICE or means_nothing(text):
            return None
        value = new_choice(text, [one["value"] for one in new.choices])
        new.choices = [*new.choices, {"value": value, "label": text, "colour": 0}]
        return value

    return read


class _Titles:
    """Finds the one record of a title, or the colleague of a name or an address."""

    def __init__(self, model: type[Any], *, is_person: bool) -> None:
        from kairos.core.records.registry import type_of

        self.model = model
        self.names = ("name", "email") if is_person else (type_of(model).title_field,)

    def __call__(self, text: str) -> Any:
        for name in self.names:
            found = list(
                self.model._base_manager.filter(**{f"{name}__iexact": text, "archived_at": None})[:2]
            )
            if len(found) == 1:
                return found[0].pk
        return None
