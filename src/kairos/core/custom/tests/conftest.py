from collections.abc import Callable
from typing import Any

import pytest

from kairos.core.actions.custom_fields import create_custom_field
from kairos.core.listing.tests.conftest import many_deals, queries  # noqa: F401 - fixtures
from kairos.core.models import CustomField

SIZES = [
    {"value": "small", "label": "Small", "colour": 0},
    {"value": "large", "label": "Large", "colour": 3},
    {"value": "huge", "label": "Huge", "colour": 5},
]


@pytest.fixture
def add(world: Any) -> Callable[..., CustomField]:
    """`add("Budget", "money")`: a new field of opportunities, or of what `on` says, made by Ada."""

    def make(label: str, kind: str, on: str = "opportunity", **values: Any) -> CustomField:
        if kind in ("choice", "choices"):
            values.setdefault("choices", SIZES)
        given = {"label": label, "kind": kind, "record_types": on.split(), **values}
        return create_custom_field(values=given, by=world.ada)

    return make
