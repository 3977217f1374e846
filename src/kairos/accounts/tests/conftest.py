from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.test import Client

from kairos.accounts.actions.teams import create_team
from kairos.accounts.actions.users import create_user
from kairos.accounts.models import Role, Team, User, Workspace

PASSWORD = "correct horse 7"


@dataclass
class House:
    """Ada administers; Lena leads North, where Sam sells; South has nobody."""

    ada: User
    lena: User
    sam: User
    north: Team
    south: Team


@pytest.fixture
def house(db) -> House:
    Workspace.objects.update_or_create(pk=1, defaults={"name": "Kairos Test", "time_zone": "Asia/Taipei"})
    north = create_team(values={"name": "North"}, by=None)
    south = create_team(values={"name": "South"}, by=None)
    people = {
        name: create_user(
            values={"name": full, "email": f"{name}@example.com", "role": role, "teams": teams}, by=None
        )
        for name, full, role, teams in (
            ("ada", "Ada Admin", Role.ADMINISTRATOR, []),
            ("lena", "Lena Leader", Role.LEADER, [north]),
            ("sam", "Sam Seller", Role.SALES_OWN, [north]),
        )
    }
    north.leaders.set([people["lena"]])
    for person in people.values():
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
    return House(**people, north=north, south=south)


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def signed_in():
    """A browser in which this person has signed in."""

    def sign_in(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in
