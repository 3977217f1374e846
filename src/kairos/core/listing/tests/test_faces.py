"""Cards and rows are drawn once, and anew as soon as anything they show has changed."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kairos.accounts.models import User
from kairos.core.actions.records import create_record, update_record
from kairos.core.models import Tag
from tests.world import World

URLS = ("/opportunities?view=list", "/opportunities?view=board")


@pytest.fixture(params=URLS)
def page(request, world: World, as_):
    """The page as it stands, after it has been drawn twice; all within the minutes a card is kept for."""
    client = as_(world.ada)

    def body() -> str:
        return client.get(request.param).content.decode()

    with time_machine.travel(timezone.now(), tick=False):
        body()
        body()
        yield body


def test_a_renamed_customer_or_salesperson_shows_at_once(world: World, page) -> None:
    update_record(world.sams_deal, values={"organisation": world.acme}, by=world.ada)
    assert page().count("Acme") > 0
    update_record(world.acme, values={"name": "Zenith Works"}, by=world.ada)
    assert "Zenith Works" in page()
    update_record(User.objects.get(pk=world.sam.pk), values={"name": "Samuel Q. Seller"}, by=world.ada)
    assert "Samuel Q. Seller" in page()


def test_a_tag_that_comes_changes_or_goes_shows_at_once(world: World, page) -> None:
    tag = create_record(model=Tag, values={"name": "hot"}, by=world.ada)
    update_record(world.sams_deal, values={"tags": [tag]}, by=world.ada)
    assert "hot" in page()
    update_record(tag, values={"name": "lukewarm"}, by=world.ada)
    assert "lukewarm" in page()
    update_record(world.sams_deal, values={"tags": []}, by=world.ada)
    assert "lukewarm" not in page()


def test_what_has_not_changed_is_not_read_again(world: World, page) -> None:
    with CaptureQueriesContext(connection) as seen:
        page()
    read = [query["sql"] for query in seen if "contacts_contact" in query["sql"] and '"name"' in query["sql"]]
    assert read == []
