"""What every test of the house may use: the named world, and a client signed in as somebody of it."""

import os
import re
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from django.test import Client

    from tests.world import World

# How fast a machine is says nothing about what is tested; the fixtures of a property stay for all its examples.
settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("house")

# `bin/test --without APP`: what stands on that app cannot be tested, all the rest must stand.
LEFT_OUT = [name.strip() for name in os.environ.get("KAIROS_WITHOUT", "").split(",") if name.strip()]
# Those that the named world is made of.
WORLD_STANDS = not {"accounts", "contacts", "crm"}.intersection(LEFT_OUT)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out the test files that name an app which is left out."""
    if not LEFT_OUT or collection_path.suffix != ".py":
        return None
    named = re.compile(rf"\bkairos\.({'|'.join(LEFT_OUT)})\b")
    if not WORLD_STANDS:
        named = re.compile(rf"{named.pattern}|\bfrom tests\.world\b")
    return True if named.search(collection_path.read_text()) else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, None, None]:
    """Skip a test whose setting is made of records of an app that is left out."""
    try:
        yield
    except LookupError as missing:
        if not LEFT_OUT or "No installed app with label" not in str(missing):
            raise
        pytest.skip(str(missing))


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """No test sees what another one left in the cache, such as the count of failed sign-ins."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(autouse=True)
def no_custom_fields() -> None:
    """Every test begins without custom fields, and without looking whether there are any."""
    from kairos.core.custom.definitions import Definitions, reset

    reset(Definitions())


@pytest.fixture
def world(db: Any) -> "World":
    """The named world, made by the apps' own actions; see `tests.world`."""
    if not WORLD_STANDS:
        pytest.skip("the named world needs an app that is left out")
    from tests.world import make_world

    return make_world()


@pytest.fixture
def as_(db: Any) -> Callable[[Any], "Client"]:
    """`as_(world.sam).get("/")`: a client signed in as that person."""
    from django.test import Client

    def sign_in(user: Any) -> "Client":
        client = Client()
        client.force_login(user)
        return client

    return sign_in
