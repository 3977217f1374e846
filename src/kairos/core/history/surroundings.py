"""What surrounds a change set: by which door it came, who asks what it wrote, whether it stands alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

from kairos.core.models import ChangeSet, Source

the_door: ContextVar[str] = ContextVar("kairos_door", default=Source.SYSTEM)
the_record: ContextVar[list[ChangeSet] | None] = ContextVar("kairos_recorded", default=None)
the_form_key: ContextVar[str] = ContextVar("kairos_form_key", default="")
is_whole: ContextVar[bool] = ContextVar("kairos_is_whole", default=False)


@contextmanager
def door(source: str) -> Iterator[None]:
    """Everything written inside came through this door (screen, import, command …)."""
    token = the_door.set(source)
    try:
        yield
    finally:
        the_door.reset(token)


@contextmanager
def recorded(*, key: str = "") -> Iterator[list[ChangeSet]]:
    """The change sets written inside, oldest first: what a screen offers to take back. Each keeps the form's `key`."""
    rows: list[ChangeSet] = []
    token, key_token = the_record.set(rows), the_form_key.set(key or the_form_key.get())
    try:
        yield rows
    finally:
        the_record.reset(token)
        the_form_key.reset(key_token)


@contextmanager
def whole() -> Iterator[None]:
    """One transaction, kept or given up as a whole: whoever catches what goes wrong inside does so outside of it.

    So the change sets inside take no savepoint of their own, under which SQLite would walk through all that has been
    written at every further row with a trigger.
    """
    with transaction.atomic():
        token = is_whole.set(True)
        try:
            yield
        finally:
            is_whole.reset(token)
