"""Rows that hang on a record of any kind: they name it by `record_type` and `record_id`, as no foreign key can."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import models

from kairos.core.history.canonical import type_name

M = TypeVar("M", bound=type[models.Model])
_attached: list[type[models.Model]] = []


def attached(model: M) -> M:
    """Class decorator for a model whose rows belong to the record that their `record_type` and `record_id` name.

    They go along when that record is merged into another and come back when it is taken apart; they are deleted and
    restored with it; and while one is there that was made later, the making of the record cannot be undone. Rows of a
    model without `untracked`, which keep no history, follow and go, but are not given back.
    """
    _attached.append(model)
    return model


def attached_models() -> list[type[models.Model]]:
    """Every model whose rows hang on other records."""
    return list(_attached)


def attached_to(owner: type[models.Model], model: type[models.Model], ids: Iterable[int]) -> Any:
    """The rows of `owner` that hang on these records of `model`."""
    return owner._base_manager.filter(record_type=type_name(model), record_id__in=list(ids))
