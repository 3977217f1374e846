"""Two people at once: whoever comes second is refused, and nothing is done twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from kairos.accounts.actions.user_rules import EmailTaken, LastAdministrator
from kairos.accounts.actions.users import create_user, set_role, update_user
from kairos.accounts.actions.welcome import (
    LinkUnusable,
    accept_welcome,
    find_link,
    first_welcome_link,
    welcome_link_for,
)
from kairos.accounts.models import Role, User
from kairos.core.history import ActionRefused

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    """What each task returned or was refused with, all started together, each with a connection of its own."""
    start = Barrier(len(tasks))

    def run(task: Callable[[], Any]) -> Any:
        try:
            start.wait(10)
            return task()
        except ActionRefused as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def administrator(name: str) -> User:
    values = {"name": name, "email": f"{name}@example.com", "role": Role.ADMINISTRATOR}
    person = create_user(values=values, by=None)
    person.set_password("correct horse 7")
    person.save(update_fields=["password"])
    return person


def test_a_link_opens_for_one_of_two():
    token = welcome_link_for(administrator("ada"), by=None).rsplit("/", 1)[1]
    links = find_link(token), find_link(token)
    results = at_once(
        *(
            lambda link=link, name=name: accept_welcome(link, password=f"{name} spoon 42", name=name).name
            for link, name in zip(links, ("First", "Second"), strict=True)
        )
    )
    assert LinkUnusable in results
    [winner] = [result for result in results if result is not LinkUnusable]
    person = User.objects.get()
    assert person.name == winner
    assert person.check_password(f"{winner} spoon 42")


def test_two_administrators_cannot_demote_each_other():
    ids = administrator("ada").pk, administrator("lena").pk

    def demote(target: int, by: int) -> Callable[[], Any]:
        person, actor = User.objects.get(pk=target), User.objects.get(pk=by)
        return lambda: set_role(person, role=Role.LEADER, by=actor)

    results = at_once(demote(ids[0], by=ids[1]), demote(ids[1], by=ids[0]))
    assert LastAdministrator in results
    assert User.objects.administrators().count() == 1


def test_an_address_goes_to_one_of_two():
    ada, lena = administrator("ada"), administrator("lena")
    results = at_once(
        lambda: update_user(ada, values={"email": "sales@example.com"}, by=ada),
        lambda: update_user(lena, values={"email": "Sales@example.com"}, by=lena),
    )
    assert EmailTaken in results
    assert User.objects.filter(email="sales@example.com").count() == 1


def test_two_servers_starting_agree_on_one_first_administrator():
    at_once(first_welcome_link, first_welcome_link)
    assert User.objects.count() == 1
