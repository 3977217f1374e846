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

from kairos.accounts.actions.sharing import share_records, unshare_records
from kairos.accounts.actions.teams import create_team, update_team
from kairos.accounts.models import Reach, Role, RoleReach, User
from kairos.core.history import change_set
from kairos.core.models import ChangeSet, FieldChange
from kairos.core.records import all_types, type_called
from kairos.crm.actions.opportunities import create_lead
from kairos.crm.actions.stages import copy_lead_stages, found_lead_stages
from kairos.crm.models import Opportunity
from tests.world import World

PUBLIC = {"live", "ready", "welcome", "choose_language", "favicon", "manifest", "service-worker", "offline"}
PUBLIC |= {
    "portal",
    "portal-pdf",
    "portal-sums",
    "portal-visit",
    "portal-ask",
    "portal-accept",
    "portal-decline",
}
SECRET = "Magnets-7f3a"
ACROSS = {"today", "commands", "search", "history", "forecast", "reports", "duplicates"}
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


def filled(path: str, *, pk: int, plural: str, most: int | None = None) -> Iterator[str]:
    """Real addresses out of a pattern: this record, its fields, its actions; of these at most so many."""
    record_type = type_called(plural)
    choices = {
        "pk": [str(pk)],
        "other": [str(pk)],
        "line": [str(pk)],
        "message": [str(pk)],
        "file": [str(pk)],
        "plural": [plural],
        "kind": ["csv", "xlsx"],
        "token": ["x" * 43],
        "moment": ["2026-11-26T10:00:00+00:00"],
        "name": [*[field.name for field in record_type.editable_fields][:most], "nonsense"],
        "action": [*[action.name for action in record_type.all_actions][:most], "edit", "nonsense"],
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


def leaks_of(client: Client, *, pk: int, plural: str, is_short: bool = False) -> list[tuple[int, str]]:
    """Every address on which the secret can be read, or that fails; the short way only those of the kind of record."""
    leaks = []
    queries = ("", "?q=magnets", "?view=list") if is_short else QUERIES
    for path, name in addresses():
        if is_short and "<slug:plural>" not in path and name not in ACROSS:
            continue
        for url in filled(path, pk=pk, plural=plural, most=2 if is_short else None):
            for query in queries if "<int:pk>" not in path else ("",):
                answer = client.get(url + query)
                if answer.status_code >= 500 or SECRET in body(answer).replace(query, ""):
                    leaks.append((answer.status_code, url + query))
    return leaks


@pytest.mark.parametrize("who", PEOPLE)
def test_no_page_shows_what_a_person_may_not_see(
    world: World, secret: Opportunity, as_: Callable[[Any], Client], who: str
) -> None:
    assert leaks_of(as_(getattr(world, who)), pk=secret.pk, plural="opportunities") == []


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


@pytest.fixture
def secret_lead(world: World) -> Opportunity:
    """A lead of Otto's in South."""
    with change_set(by=world.ada, summary="Stages") as changes:
        found_lead_stages(changes)
        copy_lead_stages(changes, world.south)
    values = {"title": SECRET, "email": "buyer@magnets-7f3a.example", "phone": "+886223456789"}
    return create_lead(values=values, by=world.otto)


@pytest.mark.parametrize("who", PEOPLE)
def test_no_page_shows_a_lead_a_person_may_not_see(
    world: World, secret_lead: Opportunity, as_: Callable[[Any], Client], who: str
) -> None:
    assert leaks_of(as_(getattr(world, who)), pk=secret_lead.pk, plural="leads", is_short=True) == []


@pytest.mark.parametrize("reach", [reach for reach in Reach.values if reach != Reach.ALL])
def test_no_reach_but_all_shows_what_is_of_another_team(
    world: World, secret: Opportunity, as_: Callable[[Any], Client], reach: str
) -> None:
    for role in Role.values:
        RoleReach.objects.create(role=role, reach=reach)
    region = create_team(values={"name": "Region", "leaders": [world.lena]}, by=world.ada)
    update_team(world.north, values={"parent": region}, by=world.ada)
    assert leaks_of(as_(world.lena), pk=secret.pk, plural="opportunities", is_short=True) == []


def test_what_was_shared_and_is_no_longer_leaks_nowhere(
    world: World, secret: Opportunity, as_: Callable[[Any], Client]
) -> None:
    share_records([secret], people=[world.sam, world.tia], by=world.otto)
    sam = as_(world.sam)
    assert SECRET in body(sam.get(f"/opportunities/{secret.pk}"))
    assert SECRET in body(sam.get("/opportunities/export.csv"))
    assert SECRET in body(sam.get("/commands?q=magnets"))
    unshare_records([secret], people=[world.sam], by=world.otto)
    assert leaks_of(sam, pk=secret.pk, plural="opportunities", is_short=True) == []
    assert SECRET in body(as_(world.tia).get(f"/opportunities/{secret.pk}"))


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("kind", ["opportunities", "leads"])
def test_crafted_numbers_reach_nothing(
    world: World,
    secret: Opportunity,
    secret_lead: Opportunity,
    as_: Callable[[Any], Client],
    who: str,
    kind: str,
) -> None:
    """Numbers of records out of sight in bulk actions, merges, forms, moves, undo and choices."""
    person, record = getattr(world, who), secret if kind == "opportunities" else secret_lead
    client = as_(person)
    before = list(Opportunity.with_leads.order_by("pk").values())
    changes = FieldChange.objects.count()
    record_type = next(t for t in all_types() if t.plural == kind)
    crafted = {"run": "1", "key": "k", "confirmed": "1", "people": person.pk, "salesperson": person.pk}
    seen = []
    for action in record_type.all_actions:
        answer = client.post(f"/{kind}/bulk/{action.name}", {**crafted, "ids": [record.pk]})
        seen.append(body(answer) + answer.get("HX-Redirect", ""))
    for field in record_type.editable_fields:
        sent = {**crafted, "ids": [record.pk], "field": field.name, field.name: person.pk}
        seen.append(body(client.post(f"/{kind}/bulk/edit", sent)))
    for method in (client.get, client.post):
        asked: Any = {"ids": [record.pk, world.sams_deal.pk], "into": record.pk, "key": "m"}
        seen.append(body(method(f"/{kind}/merge", asked)))
    seen.append(body(client.get(f"/users/options?for=opportunity.shared_with&record={record.pk}&q=")))
    seen.append(body(client.get(f"/stages/options?for=opportunity.stage&record={record.pk}&q=")))
    seen.append(
        body(
            client.post(
                "/leads/bulk/convert", {"ids": [secret_lead.pk], "into": secret.pk, "run": "1", "key": "c"}
            )
        )
    )
    for change_set_pk in ChangeSet.objects.filter(by=world.otto).values_list("pk", flat=True):
        seen.append(body(client.get(f"/history/{change_set_pk}")))
        client.post(f"/history/{change_set_pk}/undo")
    assert not [text for text in seen if SECRET in text]
    assert list(Opportunity.with_leads.order_by("pk").values()) == before
    assert FieldChange.objects.count() == changes


def test_choices_never_offer_a_record_out_of_sight(
    world: World, secret: Opportunity, as_: Callable[[Any], Client]
) -> None:
    for who in PEOPLE:
        answer = as_(getattr(world, who)).get("/opportunities/options?q=magnets")
        assert SECRET not in body(answer)
    assert SECRET in body(as_(User.objects.get(pk=world.otto.pk)).get("/opportunities/options?q=magnets"))
