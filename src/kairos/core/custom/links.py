"""What custom fields link to: a record that goes, or becomes part of another, takes its links along."""

from typing import Any

from django.apps import apps
from django.db import models

from kairos.core.custom.definitions import current
from kairos.core.models.customisable import CustomisableRecord


def links_to(model: type[models.Model]) -> list[tuple[type[Any], str]]:
    """Every custom field that may name a record of this model: the model that has it, and its name."""
    table = model._meta.concrete_model
    names = [
        name
        for name, column in current().columns.items()
        if column.related_model is not None and column.related_model._meta.concrete_model is table
    ]
    return [(owner, name) for name in names for owner in customisable_models()]


def customisable_models() -> list[type[Any]]:
    """The models whose records may have custom fields, each table once."""
    return [
        model
        for model in apps.get_models()
        if issubclass(model, CustomisableRecord) and not model._meta.proxy
    ]
