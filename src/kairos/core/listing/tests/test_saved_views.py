"""Saved views: a list or board kept under a name."""

import pytest

from kairos.core.models import SavedView
from kairos.core.views.frame import favourites

SAVE = "/opportunities/views"


@pytest.fixture
def rockets(world, as_):
    """Tia's view of her big deals."""
    response = as_(world.tia).post(
        SAVE,
        {
            "name": "Big ones",
            "query": "view=list&where=expected_revenue:gte:2000&as_of=2020-01-01",
            "sharing": "private",
        },
    )
    assert response.status_code == 302
    return SavedView.objects.get(name="Big ones")


def test_a_saved_view_opens_what_it_was_saved_from(world, as_, rockets):
    assert rockets.query == {"view": "list", "where": "expected_revenue:gte:2000"}
    body = as_(world.tia).get(f"/opportunities?saved={rockets.pk}").content.decode()
    assert "Rockets" in body
    assert "Anvils" not in body
    assert ">changed<" not in body


def test_an_address_that_says_more_marks_the_view_as_changed(world, as_, rockets):
    body = as_(world.tia).get(f"/opportunities?saved={rockets.pk}&where=").content.decode()
    assert ">changed<" in body
    assert "Anvils" in body
    client = as_(world.tia)
    client.post(f"{SAVE}/{rockets.pk}", {"query": "view=list&q=anvils"})
    rockets.refresh_from_db()
    assert rockets.query == {"view": "list", "q": "anvils"}


def test_private_views_are_nobody_elses(world, as_, rockets):
    client = as_(world.lena)
    assert "Big ones" not in client.get("/opportunities").content.decode()
    assert "no longer there" in client.get(f"/opportunities?saved={rockets.pk}").content.decode()
    for path in ("", "/delete"):
        assert client.post(f"{SAVE}/{rockets.pk}{path}", {"name": "Mine now"}).status_code == 404
    rockets.refresh_from_db()
    assert rockets.name == "Big ones"


def test_views_are_shared_with_a_team_or_everybody_and_stay_the_owners(world, as_, rockets):
    client = as_(world.tia)
    client.post(f"{SAVE}/{rockets.pk}", {"sharing": f"team-{world.north.pk}"})
    assert "Big ones" in as_(world.sam).get("/opportunities").content.decode()
    assert "Big ones" not in as_(world.otto).get("/opportunities").content.decode()
    client.post(f"{SAVE}/{rockets.pk}", {"sharing": "everybody"})
    assert "Big ones" in as_(world.otto).get("/opportunities").content.decode()
    refused = as_(world.otto).post(f"{SAVE}/{rockets.pk}", {"name": "Otto's"})
    assert refused.status_code == 409
    assert as_(world.otto).post(f"{SAVE}/{rockets.pk}/delete").status_code == 409
    assert SavedView.objects.get().name == "Big ones"


def test_nobody_shares_with_a_team_that_is_not_theirs(world, as_, rockets):
    response = as_(world.tia).post(f"{SAVE}/{rockets.pk}", {"sharing": f"team-{world.south.pk}"})
    assert response.status_code == 422
    rockets.refresh_from_db()
    assert (rockets.sharing, rockets.team_id) == ("private", None)


def test_a_shared_view_shows_each_person_their_own_records(world, as_, rockets):
    as_(world.tia).post(f"{SAVE}/{rockets.pk}", {"sharing": "everybody", "query": "view=list"})
    body = as_(world.sam).get(f"/opportunities?saved={rockets.pk}").content.decode()
    assert "Anvils" in body
    assert "Rockets" not in body


def test_the_view_that_opens_first_is_one_and_all_is_still_reachable(world, as_, rockets):
    client = as_(world.tia)
    client.post(SAVE, {"name": "Other", "query": "view=list&q=anvils"})
    other = SavedView.objects.get(name="Other")
    for view in (rockets, other):
        client.post(f"{SAVE}/{view.pk}", {"is_default": "1"})
    rockets.refresh_from_db()
    assert not rockets.is_default
    assert 'value="anvils"' in client.get("/opportunities").content.decode()
    everything = client.get("/opportunities?saved=0").content.decode()
    assert "Anvils" in everything
    assert "Rockets" in everything
    assert 'href="/opportunities?saved=0"' in everything


def test_favourites_stand_in_the_rail(world, as_, rockets):
    client = as_(world.tia)
    client.post(f"{SAVE}/{rockets.pk}", {"is_favourite": "1"})
    found = [(one["label"], one["url"]) for one in favourites(world.tia)]
    assert found == [("Big ones", f"/opportunities?saved={rockets.pk}")]
    assert favourites(world.sam) == []


def test_names_are_asked_for_and_not_given_twice(world, as_, rockets):
    client = as_(world.tia)
    assert client.post(SAVE, {"name": "  ", "query": ""}).status_code == 422
    assert client.post(SAVE, {"name": "Big ones", "query": ""}).status_code == 409
    assert client.post(SAVE, {"name": "x" * 81, "query": ""}).status_code == 422
    assert SavedView.objects.count() == 1


def test_a_view_can_be_given_up(world, as_, rockets):
    assert as_(world.tia).post(f"{SAVE}/{rockets.pk}/delete").status_code == 302
    assert not SavedView.objects.exists()
