"""A new record from a short form: prefilled by the address, created once however often it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kairos.core.actions.records import create_record
from kairos.core.editing.inputs import Input, has_wanted, input_for, parsed, realised, sent
from kairos.core.editing.once import Attempt, created_id, once
from kairos.core.fields import Field, MoneyAmountField, RelationField
from kairos.core.history import change_set
from kairos.core.records import RecordType

LINK = ("relation", "person")


@dataclass(slots=True)
class Created:
    record: Any
    attempt: Attempt

    @property
    def is_repeated(self) -> bool:
        return self.attempt.earlier is not None


def fields_to_ask(record_type: RecordType, data: QueryDict, *, is_compact: bool = False) -> list[Field]:
    """The fields of the short form; on a card only title, first relation that can be made there, and amount."""
    fields = [
        record_type.field(name) for name in record_type.asked_on_creation if record_type.field(name).editable
    ]
    if not is_compact:
        return fields
    title = record_type.field(record_type.title_field)
    rest = [field for field in fields if field.name != title.name and field.name not in data]
    relation = next(
        (f for f in rest if isinstance(f, RelationField) and f.kind == "relation" and f.can_create), None
    )
    amount = next((field for field in rest if isinstance(field, MoneyAmountField)), None)
    required = [field for field in rest if field.name in record_type.custom_fields and field is not amount]
    return [title, *filter(None, (relation, amount)), *required]


def given_fields(record_type: RecordType, data: QueryDict, asked: list[Field]) -> list[Field]:
    """Fields the form does not ask for, but the address gives, such as the column it was opened in."""
    names = {field.name for field in asked}
    return [field for field in record_type.editable_fields if field.name in data and field.name not in names]


def inputs_to_create(
    record_type: RecordType,
    fields: list[Field],
    *,
    user: Any,
    data: QueryDict,
    errors: Mapping[str, list[str]] | None = None,
    is_sent: bool = False,
) -> list[Input]:
    """Filled from what was sent, or from the address; a person field starts with oneself."""
    made = []
    for field in fields:
        is_given = is_sent or field.name in data
        raw = sent(data, field) if is_given else None
        if not is_given and field.kind == "person" and isinstance(field, RelationField):
            raw = str(user.pk) if field.choices_for(user).filter(pk=user.pk).exists() else None
        one = input_for(record_type, field, user=user, raw=raw, errors=(errors or {}).get(field.name, ()))
        one.can_be_empty = _has_default(record_type, field)
        made.append(one)
    return made


def create_from_form(
    record_type: RecordType, fields: list[Field], data: QueryDict, *, by: Any
) -> tuple[Created | None, dict[str, list[str]]]:
    """The new record, or the sentences about what is wrong. A form sent before gives the record it made then.

    Raises `PermissionDenied`, and what the record type's `create` refuses.
    """
    if not record_type.access.can_create(by):
        raise PermissionDenied(_("Creating this is for leaders and administrators."))
    values, errors = parsed([field for field in fields if _is_sent(record_type, field, data)], data, user=by)
    missing = [
        field
        for field in fields
        if field.required and not _is_sent(record_type, field, data) and not _has_default(record_type, field)
    ]
    errors |= {field.name: [str(_("This field is required."))] for field in missing}
    if errors:
        return None, errors
    with once(by=by, key=data.get("key", "")[:40]) as attempt:
        if attempt.earlier is not None:
            pk = created_id(attempt.earlier, record_type.stored_name)
            return Created(record_type.visible_to(by).filter(pk=pk).first(), attempt), {}
        record = _create(record_type, _told(fields, values), by=by)
    return Created(record, attempt), {}


def _create(record_type: RecordType, values: dict[str, Any], *, by: Any) -> Any:
    if not has_wanted(values):
        return record_type.create(model=record_type.model, values=values, by=by)
    title = values.get(record_type.title_field, "")
    with change_set(by=by, summary=_("Created %(record)s"), params={"record": title}):
        return record_type.create(model=record_type.model, values=realised(values, by=by), by=by)


def _is_sent(record_type: RecordType, field: Field, data: QueryDict) -> bool:
    if field.kind == "boolean" or data.get(f"{field.name}_new"):
        return True
    return (
        bool(data.get(field.name))
        if _has_default(record_type, field) and field.required
        else field.name in data
    )


def _has_default(record_type: RecordType, field: Field) -> bool:
    """Whether it may be left empty: the model gives a value, or the type's own way of creating finds a record."""
    if field.model_field is None or field.model_field.has_default() or field.name in record_type.completed:
        return True
    return field.kind in LINK and record_type.create is not create_record


def _told(fields: list[Field], values: dict[str, Any]) -> dict[str, Any]:
    """Without what was left empty, so that the defaults of the house apply; a relation left empty means nobody."""
    by_name = {field.name: field for field in fields}
    return {n: v for n, v in values.items() if v not in (None, "", []) or by_name[n].kind in LINK}
