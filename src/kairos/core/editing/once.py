"""A form sent twice does its work once."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from kairos.core.history import recorded
from kairos.core.history.change_set import whole
from kairos.core.models import ChangeSet, FieldChange

REMEMBERED = timedelta(days=1)


def new_key() -> str:
    """What makes one form different from every other; sent twice, it is the same form."""
    return uuid.uuid4().hex


class Attempt:
    """What one sent form does: `earlier` is what an equal form wrote before, `written` what this one wrote."""

    def __init__(self, earlier: ChangeSet | None) -> None:
        self.earlier = earlier
        self.written: ChangeSet | None = None


@contextmanager
def once(*, by: Any, key: str) -> Iterator[Attempt]:
    """One transaction for one form of one person, whose forms wait for each other.

    The key the form carries is kept with the change sets it writes; a second form with this key finds it.
    """
    with whole():
        if key and connection.features.has_select_for_update:
            # Only this person's own forms wait; rows that refer to the person do not. On SQLite every writer waits.
            list(
                get_user_model()
                ._base_manager.select_for_update(no_key=True)
                .filter(pk=by.pk)
                .values_list("pk")
            )
        attempt = Attempt(_earlier(by, key) if key else None)
        with recorded(key=key) as rows:
            yield attempt
        if rows:
            attempt.written = rows[-1]


def _earlier(by: Any, key: str) -> ChangeSet | None:
    since = timezone.now() - REMEMBERED
    found = (
        ChangeSet.objects.filter(by=by, at__gte=since, params__key=key).order_by("-at").values_list("pk")[:1]
    )
    return ChangeSet.objects.get(pk=found[0][0]) if found else None


def created_id(change_set: ChangeSet, record_type: str) -> int | None:
    """The record of this type a change set created."""
    rows = FieldChange.objects.filter(change_set=change_set, record_type=record_type, field="", old=None)
    return rows.order_by("-pk").values_list("record_id", flat=True).first()
