"""From a definition to its column and to the field people meet: where the kinds are told apart, and nowhere else."""

from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth import get_user_model

from kairos.core import fields
from kairos.core.custom import columns
from kairos.core.custom.columns import Column
from kairos.core.fields import Field
from kairos.core.models.custom_field import CustomField
from kairos.core.models.custom_values import PREFIX

K = CustomField.Kind
LONGEST_LINE = 500


@dataclass(frozen=True, slots=True)
class Made:
    """Of which classes a kind's column and field are. `is_searched` says that the search box finds records by it."""

    column: type[Any]
    field: type[Field]
    longest: int | None = None
    is_searched: bool = False


KINDS: dict[str, Made] = {
    K.TEXT: Made(columns.TextColumn, fields.TextField, LONGEST_LINE, is_searched=True),
    K.LONG_TEXT: Made(columns.TextColumn, fields.LongTextField, columns.LONGEST, is_searched=True),
    K.NUMBER: Made(columns.AmountColumn, fields.DecimalField),
    K.MONEY: Made(columns.AmountColumn, fields.MoneyAmountField),
    K.DATE: Made(columns.DayColumn, fields.DateField),
    K.TIME: Made(columns.TimeColumn, fields.TimeField),
    K.CHOICE: Made(columns.TextColumn, fields.DefinedChoiceField, 60),
    K.CHOICES: Made(columns.SeveralColumn, fields.ChoicesField),
    K.BOOLEAN: Made(columns.TruthColumn, fields.BooleanField),
    K.RELATION: Made(columns.LinkColumn, fields.RelationField),
    K.PERSON: Made(columns.LinkColumn, fields.PersonField),
    K.URL: Made(columns.TextColumn, fields.UrlField, LONGEST_LINE, is_searched=True),
    K.EMAIL: Made(columns.TextColumn, fields.EmailField, 254, is_searched=True),
    K.PHONE: Made(columns.TextColumn, fields.PhoneField, 60, is_searched=True),
}


def make_column(definition: CustomField) -> Column:
    """The column that stands for a definition."""
    made = KINDS[definition.kind]
    options: dict[str, Any] = {"null": definition.kind != K.BOOLEAN, "blank": not definition.is_required}
    if made.longest:
        options["max_length"] = made.longest
    if definition.kind == K.BOOLEAN:
        options["default"] = False
    column: Any = made.column(verbose_name=definition.label, **options)
    column.set_attributes_from_name(PREFIX + definition.key)
    column.key = definition.key
    column.related_model = _related_model(definition)
    return cast(Column, column)


def is_searched(definition: CustomField) -> bool:
    """Whether the search box finds records by this field."""
    return KINDS[definition.kind].is_searched


def _related_model(definition: CustomField) -> Any:
    if definition.kind == K.PERSON:
        return get_user_model()
    if definition.kind == K.RELATION:
        from kairos.core.records.registry import type_named

        try:
            return type_named(definition.target).model
        except KeyError:
            # Its app has been taken out: the field says nothing until it is back.
            return CustomField
    return None


def make_field(definition: CustomField, column: Any) -> Field:
    """The field as people meet it on every screen."""
    options: dict[str, Any] = {
        "label": definition.label,
        "help": definition.help,
        "required": definition.is_required,
        "editable": True,
        "model_field": column,
    }
    if definition.has_choices:
        options |= {"pairs": definition.pairs, "colours": definition.colours}
    field = KINDS[definition.kind].field(column.name, **options)
    field.team_id = definition.team_id
    return field
