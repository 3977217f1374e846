"""The one row of the house, for every app that needs its name, currency or time zone."""

from django.conf import settings

from kairos.accounts.models import Workspace


def workspace() -> Workspace:
    """The stored workspace, or one with the settings' defaults before the first sign-in."""
    return Workspace.objects.filter(pk=1).first() or Workspace(
        pk=1,
        currency=settings.DEFAULT_CURRENCY,
        language=settings.LANGUAGE_CODE,
        time_zone=settings.TIME_ZONE,
    )


def default_currency() -> str:
    return workspace().currency
