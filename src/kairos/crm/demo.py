"""Nine months of deals of the example company: about four hundred, each moved, won and lost on believable days."""

import datetime as dt
import heapq
import random
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.actions.sharing import share_records
from kairos.core.actions.records import create_record
from kairos.core.demo import DAYS, Story
from kairos.core.history import change_set
from kairos.crm import demo_assignment, demo_letters
from kairos.crm.actions import opportunities
from kairos.crm.actions.products import make_variants
from kairos.crm.actions.stages import found_stages
from kairos.crm.demo_activities import tell_activities
from kairos.crm.demo_fields import tell_fields
from kairos.crm.demo_money import tell_money
from kairos.crm.models import (
    LostReason,
    Opportunity,
    Product,
    ProductAttribute,
    ProductCategory,
    Source,
    Stage,
)

OWN = {
    "taipei": (
        ("新商機", 10, 14),
        ("需求確認", 25, 14),
        ("提案報價", 50, 14),
        ("議價", 80, 7),
        ("成交", 100, None),
    ),
    "partners": (("Registered", 15, 30), ("Joint visit", 40, 21), ("Offer", 65, 21), ("Signed", 100, None)),
}
REASONS = ("預算取消", "規格不符")
SOURCES = ("Website", "Trade fair", "Referral", "Partner", "自行開發", "Newsletter")
DEVICES, SERVICES = "Measuring devices", "Services"
PRODUCTS = (
    ("Meridian One", "Handheld", 2400, DEVICES, "pc", "台", "Meridian One 手持式雷射測距儀"),
    ("Meridian Bench", "Bench", 9800, DEVICES, "pc", "台", "Meridian Bench 桌上型影像量測儀"),
    ("Meridian Line", "In-line", 48000, DEVICES, "pc", "台", "Meridian Line 產線自動檢測系統"),
    ("Calibration contract", "Service", 3600, SERVICES, "year", "年", "年度校正服務合約"),
    ("Training days", "Service", 1500, SERVICES, "day", "天", "操作人員教育訓練"),
)
TITLES = {
    "taipei": (
        "量測設備汰換",
        "產線自動檢測",
        "實驗室校正年約",
        "新廠檢測規劃",
        "手持式量測儀採購",
        "教育訓練",
        "品保系統升級",
    ),
    "americas": (
        "Replace bench gauges",
        "In-line inspection, line {n}",
        "Calibration contract",
        "Metrology lab refresh",
        "Handhelds for field crew",
        "Pilot on cell {n}",
        "Training for new hires",
    ),
    "partners": (
        "Stock order {n}",
        "Distributor agreement",
        "Joint tender",
        "Demo kit and training",
        "Framework contract",
        "Service partner programme",
    ),
}
SELLERS = {
    "taipei": ("weiting", "chenghan", "yijun", "zhihao"),
    "americas": ("maya", "daniel", "priya", "tom"),
    "partners": ("ines", "lukas", "sofie"),
}
RATE = {"taipei": 32, "americas": 1, "partners": Decimal("0.92")}
DEALS = {"taipei": 150, "americas": 150, "partners": 100}


def tell(story: Story) -> None:
    """Stages for each team, what is sold, why it is lost, and the deals themselves."""
    start = story.ago(DAYS + 1)
    kai = story.found["kai"]
    with change_set(by=kai, summary=_("Arranged the stages"), at=start) as changes:
        stages = {"americas": found_stages(changes)}
        for key, rows in OWN.items():
            changes.update(story.found[key], has_own_stages=True)
            stages[key] = _stages(changes, rows, story.found[key])
    lists: dict[str, list[Any]] = {
        "reasons": [
            *LostReason.objects.order_by("pk"),
            *(create_record(model=LostReason, values={"name": n}, by=kai, at=start) for n in REASONS),
        ],
        "sources": [create_record(model=Source, values={"name": n}, by=kai, at=start) for n in SOURCES],
        "products": _products(kai, start),
    }
    _live_through(
        _life(story, key, stages[key], lists) for key, count in DEALS.items() for _number in range(count)
    )
    tell_fields(story)
    tell_money(story)
    tell_activities(story)
    demo_assignment.tell(story)
    _share_one(story)
    story.endings.append(demo_letters.correspond)


def _products(by: Any, at: Any) -> list[Product]:
    """What Meridian sells; the bench device comes in two fields of view."""
    groups: dict[str, Any] = {
        name: create_record(model=ProductCategory, values={"name": name}, by=by, at=at)
        for name in (DEVICES, SERVICES)
    }
    found: list[Product] = [
        create_record(
            model=Product,
            values={
                "name": name,
                "series": series,
                "list_price": price,
                "currency": "USD",
                "kind": "service" if group == SERVICES else "goods",
                "category": groups[group],
                "unit": unit,
                "unit_chinese": unit_chinese,
                "text_chinese": chinese,
            },
            by=by,
            at=at,
        )
        for name, series, price, group, unit, unit_chinese, chinese in PRODUCTS
    ]
    values = {"name": "Field of view", "options": "100 mm\n300 mm"}
    field: Any = create_record(model=ProductAttribute, values=values, by=by, at=at)
    with change_set(by=by, summary=_("Made variants of %(record)s"), params={"record": found[1]}, at=at):
        make_variants(found[1], attributes=[field], by=by)
    return found


def _share_one(story: Story) -> None:
    """A customer in Taipei has a plant in Texas: Daniel helps with the deal."""
    deal = (
        Opportunity.objects.open()
        .filter(team=story.found["taipei"])
        .order_by("-expected_revenue", "pk")
        .first()
    )
    if deal is not None:
        by = story.found["weiting"]
        with change_set(by=by, summary=_("Shared %(record)s"), params={"record": deal}, at=story.ago(2)):
            share_records([deal], people=[story.found["daniel"]], by=by)


def _stages(changes: Any, rows: Any, team: Any) -> list[Stage]:
    return [
        changes.create(
            Stage,
            name=n,
            team=team,
            position=i,
            probability=p,
            is_won=p == 100,
            stale_after_days=d,
            is_folded=False,
        )
        for i, (n, p, d) in enumerate(rows)
    ]


def _live_through(lives: Iterable[Iterator[dt.datetime]]) -> None:
    """Take every life's steps in the order of time, so that the history reads as it was lived."""
    coming = [(next(life), number, life) for number, life in enumerate(lives)]
    heapq.heapify(coming)
    while coming:
        _at, number, life = heapq.heappop(coming)
        if (at := next(life, None)) is not None:
            heapq.heappush(coming, (at, number, life))


def _life(story: Story, team: str, stages: list[Stage], lists: dict[str, list[Any]]) -> Iterator[dt.datetime]:
    """One deal: says when its next step is, and takes it when asked again; opened, moved along, won or lost."""
    dice = story.dice
    age = dice.triangular(0, DAYS, 60)
    opened = story.ago(age)
    yield opened
    deal = _opened(story, team, lists, at=opened)
    seller, at = deal.salesperson, opened
    for stage in [*(one for one in stages[1:] if not one.is_won), None]:
        age -= dice.uniform(3, 30)
        if age < 0:
            return
        at = max(story.ago(age), at + dt.timedelta(minutes=10))
        yield at
        fate = dice.random()
        if fate < 0.16:
            with change_set(by=seller, summary=_("Lost %(record)s"), params={"record": deal}, at=at):
                opportunities.lose_opportunity(deal, by=seller, lost_reason=dice.choice(lists["reasons"]))
            return
        if fate > 0.97:
            return
        if stage is None:
            opportunities.win_opportunity(deal, by=seller, at=at)
            return
        params = {"record": deal, "stage": stage}
        with change_set(by=seller, summary=_("Moved %(record)s to %(stage)s"), params=params, at=at):
            opportunities.move_opportunity(deal, stage=stage, by=seller)
        _second_thoughts(story, team, deal, by=seller, at=at + dt.timedelta(minutes=4))


def _second_thoughts(story: Story, team: str, deal: Opportunity, *, by: Any, at: dt.datetime) -> None:
    """On the way a deal is put off, grows or shrinks, or goes to a colleague; by dice of its own."""
    dice = random.Random(f"{deal.title} {at:%Y-%m-%d}")  # noqa: S311 - a story, not a secret
    values: dict[str, Any] = {}
    if (chance := dice.random()) < 0.3 and deal.expected_closing:
        values["expected_closing"] = deal.expected_closing + dt.timedelta(days=dice.choice((14, 30, 60, -10)))
    elif chance < 0.55:
        values["expected_revenue"] = deal.expected_revenue * dice.choice((2, Decimal("1.5"), Decimal("0.5")))
    elif chance < 0.62:
        values["salesperson"] = story.found[dice.choice(SELLERS[team])]
    if values:
        with change_set(by=by, summary=_("Changed %(record)s"), params={"record": deal}, at=at):
            opportunities.update_opportunity(deal, values=values, by=by)


def _opened(story: Story, team: str, lists: dict[str, list[Any]], *, at: dt.datetime) -> Opportunity:
    dice = story.dice
    seller = story.found[dice.choice(SELLERS[team])]
    organisation, people = dice.choice(story.found[f"{team} customers"])
    product = dice.choices(lists["products"], (5, 4, 1, 3, 1))[0]
    return opportunities.create_opportunity(
        values={
            "title": f"{dice.choice(TITLES[team]).format(n=dice.randint(1, 6))} · {organisation.name}",
            "organisation": organisation,
            "person": dice.choice(people),
            "salesperson": seller,
            "team": story.found[team],
            "expected_revenue": _amount(product, team, dice),
            "expected_closing": (at + dt.timedelta(days=dice.randint(25, 110))).date(),
            "priority": dice.choices((0, 1, 2, 3), (5, 4, 2, 1))[0],
            "product": product,
            "source": dice.choice(lists["sources"]),
            "tags": dice.sample(story.found["tags"], dice.choices((0, 1, 2), (5, 3, 1))[0]),
        },
        by=seller,
        at=at,
    )


def _amount(product: Product, team: str, dice: Any) -> Decimal:
    """The list price of a few pieces in the team's currency, rounded as people round."""
    raw = (
        product.list_price * dice.choice((1, 1, 2, 3, 5)) * RATE[team] * Decimal(str(dice.uniform(0.85, 1.1)))
    )
    step = 1000 if team == "taipei" else 50
    return Decimal(round(raw / step) * step)
