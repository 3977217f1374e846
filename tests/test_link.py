"""`kairos link` and the link of the first start: a way in for whoever has none."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from tests.world import World


def printed(email: str) -> str:
    out = StringIO()
    call_command("link", email, stdout=out)
    return out.getvalue().strip()


def test_the_link_opens_for_the_person_once_a_newer_one_is_not_made(world: World, client: Client) -> None:
    first = printed(world.sam.email.upper())
    second = printed(world.sam.email)
    assert first.startswith("http://localhost:8000/welcome/")
    assert client.get(second).status_code == 200
    assert client.get(first).status_code != 200


def test_an_unknown_address_gets_a_sentence(world: World) -> None:
    with pytest.raises(CommandError, match=r"Nobody here has the e-mail address nobody@example\.com\."):
        printed("nobody@example.com")
