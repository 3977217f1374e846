"""One calendar server serves all tests; the clock stands so that meetings are ahead."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from kairos.activities.models import ActivityType
from kairos.activities.tests.conftest import types
from kairos.calendars.models import CalendarAccount
from kairos.calendars.tests.accounts import account_at, use
from kairos.calendars.tests.radicale import Phone, Radicale, radicale
from tests.world import World

__all__ = ["types"]
NOW = dt.datetime(2027, 1, 4, 8, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def house(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=True) as travelling:
        yield travelling


@pytest.fixture(scope="session")
def _server() -> Iterator[Radicale]:
    with radicale() as running:
        yield running


@pytest.fixture
def server(_server: Radicale, settings: Any) -> Radicale:
    """A calendar server of the house on which nobody has a calendar yet."""
    _server.empty()
    settings.KAIROS_CALENDAR_HOSTS = [f"127.0.0.1:{_server.port}"]
    return _server


@pytest.fixture
def phone(server: Radicale) -> Phone:
    """Sam's phone, with one calendar, Work."""
    phone = Phone(server)
    phone.make()
    return phone


@pytest.fixture
def sams(
    world: World, server: Radicale, phone: Phone, types: dict[str, ActivityType], clock: Any
) -> CalendarAccount:
    """Sam's account: the calendar Work is written to, and its events are meetings of his."""
    account = account_at(server, world.sam)
    use(account, Work="meetings", written="Work")
    return account
