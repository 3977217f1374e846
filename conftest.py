"""What every test of the house may use: the named world, and a client signed in as somebody of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from tests.world import World


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """No test sees what another one left in the cache, such as the count of failed sign-ins."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def world(db: Any) -> "World":
    """The named world, made by the apps' own actions; see `tests.world`."""
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
