"""Inputs of a form, and what a form sent, read through the fields of a record type."""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from kairos.core.fields import Field, RelationField
from kairos.core.records import RecordType

SEVERAL = {"relations", "people", "tags", "emails", "phones", "choices"}
ANOTHER = "_new"


@dataclass(slots=True)
class Input:
    """One input: its field, the name it is posted under, what stands in it, what is wrong with it."""

    field: Field
    name: str
    raw: Any
    errors: list[str] = dataclasses.field(default_factory=list)
    chosen: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    options_url: str = ""
    can_be_empty: bool = False

    @property
    def is_required(self) -> bool:
        return self.field.required and not self.can_be_empty


def input_for(
    owner: RecordType,
    field: Field,
    *,
    user: Any,
    record: Any = None,
    raw: Any = None,
    errors: Iterable[str] = (),
    name: str = "",
) -> Input:
    """The input of a field, filled with `raw` (what a form or an address sent) or with the record's value."""
    value = field.value(record) if record is not None and raw is None else None
    raw = (field.raw(value) if record is not None else _empty(field)) if raw is None else raw
    made = Input(field, name or field.name, raw, list(errors))
    if isinstance(field, RelationField):
        made.chosen = _chosen(field, value, raw, user)
        made.options_url = options_url(owner, field, record)
    return made


def _empty(field: Field) -> Any:
    return [] if field.kind in SEVERAL else field.raw(None if field.kind != "boolean" else False)


def options_url(owner: RecordType, field: RelationField, record: Any = None) -> str:
    """Where the choices of a relation are found; its forms may narrow them by the record being edited."""
    url = reverse("options", args=[field.related_type.plural]) + f"?for={owner.name}.{field.name}"
    return f"{url}&record={record.pk}" if record is not None and record.pk else url


def _chosen(field: RelationField, value: Any, raw: Any, user: Any) -> list[dict[str, Any]]:
    if value is None and raw:
        ids = [
            int(one)
            for one in (raw if isinstance(raw, list) else [raw])
            if str(one).isascii() and str(one).isdigit()
        ]
        value = list(field.related_type.visible_to(user).filter(pk__in=ids))
    found = value if isinstance(value, list) else [value] if value is not None else []
    return [{"value": one.pk, "label": str(one), "colour": getattr(one, "colour", 0)} for one in found]


# -- what a form sent


def sent(data: MultiValueDict[str, str], field: Field, name: str = "") -> Any:
    """The raw value of a field in a form: one text, or all of them where the field holds several."""
    name = name or field.name
    return data.getlist(name) if field.kind in SEVERAL else data.get(name, "")


def parsed(
    fields: Iterable[Field],
    data: MultiValueDict[str, str],
    *,
    user: Any,
    names: Mapping[str, str] | None = None,
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """The values a form sent, and the sentences about those that cannot be; records to be made are `Wanted`."""
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for field_ in fields:
        name = (names or {}).get(field_.name, field_.name)
        try:
            values[field_.name] = _parse(field_, data, name, user)
        except ValidationError as error:
            errors[field_.name] = error.messages
    return values, errors


def _parse(field: Field, data: MultiValueDict[str, str], name: str, user: Any) -> Any:
    words = [word.strip() for word in data.getlist(name + ANOTHER) if word.strip()]
    if not (isinstance(field, RelationField) and words):
        return field.parse(sent(data, field, name), user=user)
    wanted = [Wanted(field, word) for word in words]
    if field.kind not in SEVERAL:
        return wanted[0]
    return [*field.clean(data.getlist(name), user=user), *wanted]


@dataclass(slots=True)
class Wanted:
    """A record that does not exist yet, named in a relation's input."""

    field: RelationField
    words: str

    def make(self, by: Any) -> Any:
        """Create it, or give the one of this name that exists already. Raises `ValidationError`."""
        kind = self.field.related_type
        title = kind.field(kind.title_field)
        words = title.parse(self.words, user=by)
        present = (
            kind.visible_to(by).filter(**{f"{kind.title_field}__iexact": words, "archived_at": None}).first()
        )
        if present is not None:
            return present
        if not self.field.can_create or not kind.access.can_create(by):
            raise ValidationError(
                _("“%(name)s” does not exist, and you may not create it."), params={"name": words}
            )
        rest: Mapping[str, Any] = self.field.can_create if isinstance(self.field.can_create, Mapping) else {}
        return kind.create(model=kind.model, values={kind.title_field: words, **rest}, by=by)


def has_wanted(values: Mapping[str, Any]) -> bool:
    """True when a record has to be made first."""
    return any(
        isinstance(one, Wanted) for v in values.values() for one in (v if isinstance(v, list) else [v])
    )


def realised(values: Mapping[str, Any], *, by: Any) -> dict[str, Any]:
    """The values with every wanted record made; call it inside the change set that uses them."""
    return {
        name: value.make(by)
        if isinstance(value, Wanted)
        else [one.make(by) if isinstance(one, Wanted) else one for one in value]
        if isinstance(value, list)
        else value
        for name, value in values.items()
    }


def token(field: Field, raw: Any) -> str:
    """A raw value as one text, the same however a list of related records is ordered: what `was` carries."""
    if not isinstance(raw, list | tuple):
        return str(raw).replace("\r\n", "\n")
    texts = [str(one) for one in raw if str(one)]
    return json.dumps(sorted(texts) if isinstance(field, RelationField) else texts, ensure_ascii=False)


def own_field(owner: RecordType, given: Any) -> Field:
    """A field an action asks for: one of the record type's own by name, or one of its own making."""
    return owner.field(given) if isinstance(given, str) else given
