"""A pipeline small enough to know by heart: four deals, three customers, three people, two teams."""

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model

from kairos.core.conditions import Context, compile, parse
from kairos.core.models import Tag
from kairos.core.records import RecordType, find_type, register

NOW = dt.datetime(2026, 11, 18, 10, 0, tzinfo=dt.UTC)  # a Wednesday, 18:00 in Taipei


def deal_type() -> RecordType:
    return record_type("crm", "Opportunity")


def record_type(app: str, model: str) -> RecordType:
    """The declared type, or a bare one where the app has not declared it."""
    try:
        model_class = apps.get_model(app, model)
    except LookupError:
        pytest.skip(f"stands on {app}, which is left out")
    if find_type(model_class) is None:
        register(type(model, (RecordType,), {"model": model_class, "plural": f"{model.lower()}s"}))
    found = find_type(model_class)
    assert found is not None
    return found


@pytest.fixture
def deals() -> RecordType:
    for app, model in (("core", "Tag"), ("accounts", "Team"), ("accounts", "User"), ("contacts", "Contact")):
        record_type(app, model)
    return deal_type()


@pytest.fixture
def small(db: Any, deals: RecordType) -> SimpleNamespace:
    """Deals named a to d; d has nothing that can be left empty. See the table in each call."""
    user_model, contact = get_user_model(), apps.get_model("contacts", "Contact")
    team = apps.get_model("accounts", "Team")
    north, south = team.objects.create(name="North"), team.objects.create(name="South")
    mia = user_model.objects.create(
        name="Mia", email="mia@example.com", role="sales_all", time_zone="Asia/Taipei"
    )
    ned = user_model.objects.create(name="Ned", email="ned@example.com", manager=mia)
    zoe = user_model.objects.create(name="Zoe")
    mia.teams.add(north)
    ned.teams.add(north)
    zoe.teams.add(south)
    acme = contact.objects.create(
        kind="organisation",
        name="Acme",
        country="TW",
        employees=50,
        emails=["Info@Acme.tw"],
        phones=["+886223456789"],
    )
    cafe = contact.objects.create(kind="organisation", name="Café Élan", country="FR", employees=5)
    bare = contact.objects.create(kind="organisation", name="Bare")
    hot, cold = Tag.objects.create(name="hot"), Tag.objects.create(name="cold")
    stage = apps.get_model("crm", "Stage")
    new, done = (
        stage.objects.create(name="New", probability=10),
        stage.objects.create(name="Done", probability=90),
    )
    source = apps.get_model("crm", "Source").objects.create(name="Fair")

    def deal(title: str, tags: list[Any], **values: Any) -> Any:
        made = deals.model.objects.create(title=title, currency="TWD", **values)
        made.tags.set(tags)
        return made

    day = dt.date
    a = deal("a 100% sure", [hot, cold], stage=new, team=north, salesperson=mia, organisation=acme, probability=20,
             expected_revenue=1000, priority=1, expected_closing=day(2026, 11, 18), description="first",
             created_at=dt.datetime(2026, 11, 17, 15, 59, tzinfo=dt.UTC), source=source)  # fmt: skip
    b = deal("b under_score", [hot], stage=new, team=north, salesperson=ned, organisation=cafe, probability=50,
             expected_revenue="2500.5", priority=2, expected_closing=day(2026, 11, 25), is_probability_manual=True,
             created_at=dt.datetime(2026, 11, 17, 16, 0, tzinfo=dt.UTC))  # fmt: skip
    c = deal("c 王小明", [cold], stage=done, team=south, salesperson=zoe, organisation=bare, probability=90,
             expected_revenue=9000, expected_closing=day(2026, 10, 31), status="won", closed_at=NOW, priority=3,
             created_at=dt.datetime(2026, 10, 1, tzinfo=dt.UTC))  # fmt: skip
    d = deal(
        "d",
        [],
        stage=new,
        expected_revenue=0,
        probability=0,
        created_at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC),
    )
    return SimpleNamespace(**{k: v for k, v in locals().items() if k not in ("deal", "day", "db")})


@pytest.fixture
def matching(small: SimpleNamespace) -> Callable[..., str]:
    """`matching(["stage", "in", [1]])` gives the first letters of the deals that match, in order."""

    def ask(data: Any, *, user: Any = None, of: RecordType | None = None) -> str:
        asked = of or small.deals
        context = Context(user=user or small.mia, now=NOW, record_type=asked)
        rows = asked.model.objects.filter(compile(parse(data, asked), context))
        return "".join(sorted(title[0] for title in rows.values_list(asked.title_field, flat=True)))

    return ask
