"""Every address of the house, asked by everybody who should not see something: nothing leaks, nothing changes.

The addresses come from the URL table, so that a new one is walked from the day it exists.
"""

import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from kairos.core.models import FieldChange
from kairos.core.records import all_types
from kairos.crm.models import Opportunity
from tests.world import World

PUBLIC = {"live", "ready", "welcome", "choose_language", "favicon"}
SECRET = "Magnets-7f3a"
QUERIES = (
    "",
    "?q=magnets",
    "?view=list",
    "?view=list&group=stage",
    "?view=board&group=salesperson",
    "?view=list&as_of=2100-01-01",
    "?where=title:contains:magnets",
    "?key=1",
)
PEOPLE = ("lena", "sam", "tia", "stranger")


def addresses() -> Iterator[tuple[str, str]]:
    """Each address of the house with its name; those of the sign-in library have tests of their own."""

    def walk(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, str]]:
        for entry in resolver.url_patterns:
            path = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry, path)
            elif isinstance(entry, URLPattern) and not path.startswith("accounts/"):
                yield path, entry.name or ""

    yield from walk(get_resolver())


def filled(path: str, *, pk: int, plural: str) -> Iterator[str]:
    """Real addresses out of a pattern: this record, its fields, its actions."""
    record_type = next(t for t in all_types() if t.plural == plural)
    choices = {
        "pk": [str(pk)],
        "other": [str(pk)],
        "plural": [plural],
        "kind": ["csv", "xlsx"],
        "token": ["x" * 43],
        "name": [field.name for field in record_type.editable_fields] + ["nonsense"],
        "action": [action.name for action in record_type.all_actions] + ["edit", "nonsense"],
    }
    names = re.findall(r"<\w+:(\w+)>", path)
    for values in product(*(choices[name] for name in names)):
        found = path
        for name, value in zip(names, values, strict=True):
            found = re.sub(rf"<\w+:{name}>", value, found)
        yield "/" + found


@pytest.fixture
def secret(world: World) -> Opportunity:
    """Otto's deal in South, under a name that no page of anybody else may hold."""
    Opportunity.objects.filter(pk=world.ottos_deal.pk).update(title=SECRET)
    world.ottos_deal.title = SECRET
    return world.ottos_deal


def body(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace")


@pytest.mark.parametrize("who", PEOPLE)
def test_no_page_shows_what_a_person_may_not_see(
    world: World, secret: Opportunity, as_: Callable[[Any], Client], who: str
) -> None:
    client = as_(getattr(world, who))
    leaks = []
    for path, _name in addresses():
        for url in filled(path, pk=secret.pk, plural="opportunities"):
            for query in QUERIES if "<int:pk>" not in path else ("",):
                answer = client.get(url + query)
                if answer.status_code >= 500 or SECRET in body(answer).replace(query, ""):
                    leaks.append((answer.status_code, url + query))
    assert leaks == []


@pytest.mark.parametrize("who", PEOPLE)
def test_a_record_one_may_not_see_is_not_there_and_cannot_be_changed(
    world: World, secret: Opportunity, as_: Callable[[Any], Client], who: str
) -> None:
    client = as_(getattr(world, who))
    before = Opportunity.objects.values().get(pk=secret.pk)
    changes = FieldChange.objects.count()
    wrong = []
    for path, name in addresses():
        if not path.startswith("<slug:plural>/<int:pk>"):
            continue
        for url in filled(path, pk=secret.pk, plural="opportunities"):
            data = {"value": "1", "was": "", "column": str(world.talking.pk), "field": "stage", "key": "k"}
            for method in ("get", "post"):
                answer = getattr(client, method)(url, data if method == "post" else {})
                if answer.status_code not in (404, 405):
                    wrong.append((answer.status_code, method, url, name))
    for action in ("win", "archive", "delete", "edit", "assign"):
        client.post(f"/opportunities/bulk/{action}", {"ids": [secret.pk], "key": "k", "confirmed": "1"})
    assert wrong == []
    assert Opportunity.objects.values().get(pk=secret.pk) == before
    assert FieldChange.objects.count() == changes


def test_nobody_sees_anything_without_signing_in(world: World, secret: Opportunity) -> None:
    client = Client()
    open_doors = []
    for path, name in addresses():
        if name in PUBLIC:
            continue
        for url in filled(path, pk=secret.pk, plural="opportunities"):
            for method in ("get", "post"):
                answer = getattr(client, method)(url)
                is_shut = answer.status_code in (401, 403, 404, 405) or (
                    answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
                )
                if not is_shut or SECRET in body(answer):
                    open_doors.append((answer.status_code, method, url))
    assert open_doors == []
    assert Opportunity.objects.filter(title=SECRET).count() == 1


@pytest.mark.parametrize("who", ["ada", "otto"])
def test_whoever_may_see_it_does(
    world: World, secret: Opportunity, as_: Callable[[Any], Client], who: str
) -> None:
    client = as_(getattr(world, who))
    for url in (
        f"/opportunities/{secret.pk}",
        "/opportunities?view=list",
        "/commands?q=magnets",
        "/opportunities/export.csv",
    ):
        assert SECRET in body(client.get(url)), url


@pytest.mark.parametrize(
    "plural", ["opportunities", "contacts", "teams", "stages", "tags", "users", "products"]
)
def test_every_address_answers_without_an_error(
    world: World, as_: Callable[[Any], Client], plural: str
) -> None:
    record_type = next(t for t in all_types() if t.plural == plural)
    pk = record_type.model._base_manager.order_by("pk").values_list("pk", flat=True).first() or 1
    client = as_(world.ada)
    client.raise_request_exception = False
    broken = []
    for path, name in addresses():
        for url in filled(path, pk=pk, plural=plural):
            for query in QUERIES if name == "records" else ("",):
                answer = client.get(url + query)
                if answer.status_code >= 500:
                    broken.append((answer.status_code, url + query))
    assert broken == []
