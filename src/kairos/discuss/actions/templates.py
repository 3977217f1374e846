"""Templates of messages: what does not read as one is not kept."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from kairos.core.actions.records import create_record, update_record, update_records
from kairos.discuss.filling import check
from kairos.discuss.models import MessageTemplate


def create_template(
    *, values: Mapping[str, Any], by: Any, model: Any = MessageTemplate, at: dt.datetime | None = None
) -> MessageTemplate:
    """A template of whoever makes it. Raises `BrokenTemplate`."""
    _check(values)
    return create_record(model=MessageTemplate, values=values, by=by, at=at)


def update_template(record: MessageTemplate, *, values: Mapping[str, Any], by: Any) -> MessageTemplate:
    """Other words for a template. Raises `BrokenTemplate`."""
    _check(values)
    return update_record(record, values=values, by=by)


def update_templates(
    *, values_by_id: Mapping[int, Mapping[str, Any]], by: Any, model: Any = MessageTemplate
) -> int:
    """Write field values to many; returns how many changed. Raises `BrokenTemplate`."""
    for values in values_by_id.values():
        _check(values)
    return update_records(model=MessageTemplate, values_by_id=values_by_id, by=by)


def _check(values: Mapping[str, Any]) -> None:
    for name in ("subject", "text"):
        check(str(values.get(name) or ""))
