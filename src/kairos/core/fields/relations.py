from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kairos.core.fields.base import EMPTINESS, Field, one


class RelationField(Field):
    """Another record. Only those the person may see can be chosen; `limit` narrows them further.

    `limit(queryset, record)` receives the visible records and the record being edited (None when new). `can_create`
    lets people make a new one from its name where they need it; a mapping gives its other values
    ({"kind": "organisation"}).
    """

    kind = "relation"
    operators: ClassVar[tuple[str, ...]] = ("is", "is_not", "in", "not_in", *EMPTINESS)
    is_groupable = True

    def __init__(self, name: str, *, limit: Any = None, can_create: Any = False, **options: Any) -> None:
        super().__init__(name, **options)
        self.limit = limit
        self.can_create = can_create

    @property
    def related_model(self) -> Any:
        return self.model_field.related_model  # type: ignore[union-attr]

    @property
    def related_type(self) -> Any:
        """The record type of the other record."""
        from kairos.core.records.registry import type_of

        return type_of(self.related_model)

    def choices_for(self, user: Any, record: Any = None) -> Any:
        """The records this person may choose from."""
        queryset = self.related_type.visible_to(user).filter(archived_at=None)
        return self.limit(queryset, record) if self.limit else queryset

    def raw(self, value: Any) -> Any:
        return "" if value is None else str(getattr(value, "pk", value))

    def clean(self, raw: Any, *, user: Any) -> Any:
        text = one(raw).strip()
        if not text:
            return None
        return self._found([text], user)[0]

    def _found(self, texts: list[str], user: Any) -> list[Any]:
        ids = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]
        found = self.related_type.visible_to(user).in_bulk(ids)
        if len(ids) != len(texts) or any(pk not in found for pk in ids):
            raise ValidationError(_("This choice is not available."), code="choice")
        return [found[pk] for pk in ids]

    def order_by(self) -> tuple[str, ...]:
        title = self.related_type.title_field
        return (f"{self.name}__{title}", self.name)


class PersonField(RelationField):
    """A colleague: shown with an avatar, and in conditions also as *me* and *my team*."""

    kind = "person"


class RelationsField(RelationField):
    """Several other records."""

    kind = "relations"
    operators = ("in", "not_in", *EMPTINESS)

    def value(self, record: Any) -> list[Any]:
        return list(getattr(record, self.name).all())

    def format(self, value: Any) -> str:
        return ", ".join(str(item) for item in value)

    def raw(self, value: Any) -> list[str]:
        return [str(getattr(item, "pk", item)) for item in value]

    def clean(self, raw: Any, *, user: Any) -> list[Any]:
        texts = [one(item).strip() for item in (raw if isinstance(raw, list | tuple) else [raw])]
        return self._found([text for text in dict.fromkeys(texts) if text], user)


class TagsField(RelationsField):
    """The house's words; a new one is made where it is needed."""

    kind = "tags"

    def __init__(self, name: str, *, can_create: Any = True, **options: Any) -> None:
        super().__init__(name, can_create=can_create, **options)


class PeopleField(RelationsField):
    kind = "people"
