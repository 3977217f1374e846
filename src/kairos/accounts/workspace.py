"""The one row of the house, for every app that needs its name, currency or time zone."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings

from kairos.accounts.models import Workspace

_kept: ContextVar[Workspace | None] = ContextVar("kairos_workspace", default=None)


def workspace() -> Workspace:
    """The stored workspace, or one with the settings' defaults before the first sign-in."""
    return Workspace.objects.filter(pk=1).first() or Workspace(
        pk=1,
        currency=settings.DEFAULT_CURRENCY,
        language=settings.LANGUAGE_CODE,
        time_zone=settings.TIME_ZONE,
    )


@contextmanager
def kept(found: Workspace | None) -> Iterator[None]:
    """While one request is answered, what its new records start with is not asked for again."""
    token = _kept.set(found)
    try:
        yield
    finally:
        _kept.reset(token)


def default_currency() -> str:
    return (_kept.get() or workspace()).currency
