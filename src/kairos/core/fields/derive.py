"""Which kind of field a model's field is, when its record type does not say."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import models

from kairos.core.fields import base, choices, dates, lists, numbers, relations
from kairos.core.fields.base import Field
from kairos.core.models import MoneyField, Tag

BY_NAME: dict[str, type[Field]] = {
    "currency": choices.CurrencyField,
    "country": choices.CountryField,
    "emails": lists.EmailsField,
    "phones": lists.PhonesField,
    "probability": numbers.PercentField,
    "priority": numbers.RatingField,
    "colour": numbers.ColourField,
}


def derive(model_field: Any) -> Field:
    """The field for a model's field: by its usual name, then by its type."""
    name = model_field.name
    return _class_for(name, model_field)(name, model_field=model_field)


def _class_for(name: str, field: Any) -> type[Field]:
    if isinstance(field, models.GeneratedField):
        field = field.output_field
    if name in BY_NAME:
        return BY_NAME[name]
    if field.is_relation:
        return _relation_class(field)
    if getattr(field, "choices", None):
        return choices.ChoiceField
    for model_class, field_class in BY_MODEL_FIELD:
        if isinstance(field, model_class):
            return field_class
    return base.TextField


def _relation_class(field: Any) -> type[Field]:
    if field.related_model is get_user_model():
        return relations.PeopleField if field.many_to_many else relations.PersonField
    if field.related_model is Tag:
        return relations.TagsField
    return relations.RelationsField if field.many_to_many else relations.RelationField


BY_MODEL_FIELD: tuple[tuple[type[Any], type[Field]], ...] = (
    (MoneyField, numbers.MoneyAmountField),
    (models.DecimalField, numbers.DecimalField),
    (models.FloatField, numbers.DecimalField),
    (models.BooleanField, base.BooleanField),
    (models.DateTimeField, dates.DateTimeField),
    (models.DateField, dates.DateField),
    (models.IntegerField, numbers.NumberField),
    (models.JSONField, lists.ListField),
    (models.URLField, base.UrlField),
    (models.EmailField, base.EmailField),
    (models.TextField, base.LongTextField),
)
