"""What is prepared answers as the query it was made of, whatever keys it is asked about."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kairos.accounts.models import User
from kairos.core.prepared import prepared

pytestmark = pytest.mark.django_db


@prepared
def named(*keys: int, role: str = "") -> Any:
    found = User.objects.filter(pk__in=keys).order_by("pk")
    return found.filter(role=role) if role else found


@prepared
def with_their_manager(pk: int) -> Any:
    return User.objects.filter(pk=pk).select_related("manager")


@prepared
def of_the_next(pk: int) -> Any:
    return User.objects.filter(pk=pk + 1_000_000)


def test_it_finds_what_the_query_finds(world: Any) -> None:
    for keys in ((world.sam.pk,), (world.tia.pk, world.ada.pk), (world.ada.pk, world.sam.pk), (0,)):
        assert named(*keys) == list(User.objects.filter(pk__in=keys).order_by("pk"))
    assert named(world.ada.pk, world.sam.pk, role=world.ada.role) == [world.ada]
    (ada,) = named(world.ada.pk)
    assert vars(ada) | {"_state": None} == vars(User.objects.get(pk=world.ada.pk)) | {"_state": None}


def test_it_is_one_query_each_time(world: Any) -> None:
    for pk in (world.sam.pk, world.tia.pk):
        with CaptureQueriesContext(connection) as caught:
            named(pk)
        assert len(caught) == 1


@pytest.mark.parametrize("question", [with_their_manager, of_the_next])
def test_what_would_be_lost_or_wrong_is_refused(world: Any, question: Any) -> None:
    with pytest.raises(TypeError, match="cannot be prepared"):
        question(world.sam.pk)
