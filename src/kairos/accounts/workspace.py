"""The one row of the house, for every app that needs its name, currency or time zone."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import models

from kairos.accounts.models import Workspace
from kairos.core import files
from kairos.core.prepared import prepared

_kept: ContextVar[Workspace | None] = ContextVar("kairos_workspace", default=None)


def workspace() -> Workspace:
    """The stored workspace, or one with the settings' defaults before the first sign-in."""
    for stored in _stored():
        return stored
    return Workspace(
        pk=1,
        currency=settings.DEFAULT_CURRENCY,
        language=settings.LANGUAGE_CODE,
        time_zone=settings.TIME_ZONE,
    )


@prepared
def _stored() -> models.QuerySet[Workspace]:
    return Workspace.objects.filter(pk=1)


@contextmanager
def kept(found: Workspace | None) -> Iterator[None]:
    """While one request is answered, what its new records start with is not asked for again."""
    token = _kept.set(found)
    try:
        yield
    finally:
        _kept.reset(token)


def logo_of(house: Workspace) -> bytes:
    """The picture of the house; nothing where there is none, or its file is lost."""
    try:
        return files.path_of(house.logo).read_bytes() if house.logo else b""
    except FileNotFoundError:
        return b""


def logo_address(house: Workspace) -> str:
    """The picture of the house as an address that holds it whole, for pages; "" where there is none."""
    logo = logo_of(house)
    return f"data:{files.media_type(logo[:32])};base64,{b64encode(logo).decode()}" if logo else ""


def default_currency() -> str:
    return (_kept.get() or workspace()).currency


def house_language() -> str:
    return (_kept.get() or workspace()).language


def house_time_zone() -> str:
    return (_kept.get() or workspace()).time_zone
