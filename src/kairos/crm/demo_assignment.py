"""Leads of three months, given out by the rules of their teams; some wait, and some nobody takes."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.actions.absences import create_absence
from kairos.core.demo import Story
from kairos.core.history import change_set
from kairos.crm import demo_touches
from kairos.crm.actions.assignment import assign_waiting
from kairos.crm.actions.assignment_rules import update_member_rules
from kairos.crm.actions.leads import add_lead, convert_lead
from kairos.crm.actions.opportunities import lose_opportunity, move_opportunity
from kairos.crm.actions.processes import update_team_process
from kairos.crm.models import Assignment, Lead, LostReason, Source, Stage

DAYS = 96
LEADS = 170
EVERY = 3
RULES: dict[str, dict[str, Any]] = {
    "taipei": {"condition": ["country", "in", ["TW", "JP"]], "assignment_mode": "immediate"},
    "americas": {"condition": ["country", "in", ["US", "CA", "MX"]], "assignment_mode": "manual"},
    "partners": {"condition": ["country", "in", ["DE", "NL", "FR", "ES"]], "assignment_mode": "scheduled"},
}
SHARES: dict[str, dict[str, dict[str, Any]]] = {
    "taipei": {
        "weiting": {"capacity": 0},
        "kai": {"capacity": 0},
        "chenghan": {"capacity": 30},
        "yijun": {"capacity": 20, "languages": ["ja", "zh-Hant"], "countries": ["JP"]},
        "zhihao": {"capacity": 10, "condition": ["country", "is", "TW"]},
    },
    "americas": {
        "maya": {"capacity": 0},
        "daniel": {"capacity": 30},
        "priya": {"capacity": 20, "preferred": ["company_name", "contains", "Lab"]},
        "tom": {"capacity": 15, "languages": ["en", "es"]},
    },
    "partners": {
        "ines": {"capacity": 0},
        "lukas": {"capacity": 7, "languages": ["de", "en"]},
        "sofie": {"capacity": 5, "countries": ["NL"]},
    },
}
ORIGINS = (
    ("TW", "zh-Hant", "林雅雯 吳宗憲 蔡佩珊 許家豪 鄭淑芬", "宏遠精機 光群電子 大同機械 新竹量測 台中模具"),
    ("JP", "ja", "佐藤健 鈴木彩 高橋誠", "東京精工 大阪計測 名古屋工業"),
    ("US", "en", "Erin_Wolfe Marcus_Hill Dana_Cole Julie_Park", "Ridge_Labs Northline Copperfield Bay_Lab"),
    ("MX", "es", "Lucía_Ramos Diego_Paz", "Metrología_Norte Taller_Paz"),
    ("DE", "de", "Jonas_Weber Anke_Vogel Uwe_Brandt", "Weber_Messtechnik Vogel_GmbH Rheinprüf"),
    ("NL", "nl", "Daan_Visser Femke_Bos", "Visser_Meettechniek Bos_Techniek"),
    ("FR", "fr", "Chloé_Martin Hugo_Petit", "Atelier_Martin Petit_Mesures"),
    ("BR", "pt", "Ana_Souza", "Souza_Medições"),
)  # fmt: skip
PARTS = (30, 8, 30, 6, 12, 6, 6, 2)


def tell(story: Story) -> None:
    """The rules, who is away, three months of leads and runs, and what waits today."""
    dice = random.Random(23)  # noqa: S311 - the same leads each time
    _arrange(story)
    days = sorted(dice.uniform(0, DAYS) for _lead in range(LEADS))
    coming = [story.now - dt.timedelta(days=DAYS) + dt.timedelta(days=day) for day in days]
    run_at = story.now - dt.timedelta(days=DAYS - EVERY)
    for at in coming:
        while run_at < at and run_at < story.now - dt.timedelta(days=1):
            for key in RULES:
                _run(story, key, run_at)
            run_at += dt.timedelta(days=EVERY)
        _bring(story, dice, at)
    for at, lead in _worked(story, dice):
        _work(story, dice, lead, at)
    for key in ("taipei", "partners"):
        _run(story, key, story.now - dt.timedelta(hours=5))
    for _lead in range(5):
        _bring(story, dice, story.now - dt.timedelta(hours=dice.uniform(1, 4)), country="US")
    _bring(story, dice, story.now - dt.timedelta(hours=1), country="DE")
    recent = story.now - dt.timedelta(days=2 * EVERY)
    Assignment.objects.filter(at__lt=recent).update(seen_at=story.now)
    _today(story)


def _run(story: Story, key: str, at: dt.datetime) -> None:
    """A run as the team's rules have it: by its leader, or by itself."""
    mode = RULES[key]["assignment_mode"]
    leader = story.found["maya"] if mode == "manual" else None
    assign_waiting([story.found[key]], by=leader, mode=mode, now=at)


def _arrange(story: Story) -> None:
    at = story.now - dt.timedelta(days=DAYS + 1)
    kai = story.found["kai"]
    with change_set(by=kai, summary=_("Arranged who gets which leads"), at=at):
        for key, values in RULES.items():
            # Runs are told of below; until then nothing goes by itself.
            quiet = {**values, "assignment_mode": "manual", "uses_leads": True}
            update_team_process(story.found[key], values=quiet, by=kai)
            shares = {story.found[name].pk: share for name, share in SHARES[key].items()}
            update_member_rules(story.found[key], values_by_user=shares, by=kai)
        for name, since, until in (("yijun", 40, 36), ("daniel", 64, 55), ("sofie", 20, 18)):
            days = {"first_on": _day(story, since), "last_on": _day(story, until)}
            create_absence(values={"user": story.found[name], **days}, by=story.found[name], at=at)


def _today(story: Story) -> None:
    """How it stands now: Taipei assigns at once, somebody is away, somebody pauses."""
    kai, at = story.found["kai"], story.now - dt.timedelta(hours=2)
    with change_set(by=kai, summary=_("Arranged who gets which leads"), at=at):
        for key, values in RULES.items():
            update_team_process(story.found[key], values=values, by=kai)
    away = {"first_on": _day(story, 1), "last_on": _day(story, -4), "note": "員工旅遊"}
    create_absence(values={"user": story.found["zhihao"], **away}, by=story.found["zhihao"], at=at)
    tom = story.found["tom"]
    rule = {tom.pk: {"is_paused": True}}
    update_member_rules(story.found["americas"], values_by_user=rule, by=tom)


def _day(story: Story, days_ago: int) -> dt.date:
    return (story.now - dt.timedelta(days=days_ago)).date()


def _bring(story: Story, dice: random.Random, at: dt.datetime, country: str = "") -> None:
    """Somebody comes by some channel; one in five comes again."""
    known = [one for one in ORIGINS if one[0] == country]
    country, language, people, companies = known[0] if known else dice.choices(ORIGINS, PARTS)[0]
    person, company = (dice.choice(names.split()).replace("_", " ") for names in (people, companies))
    product = dice.choice(("Meridian One", "Meridian Bench", "Meridian Line"))
    channel = dice.choice(("form", "form", "mail", "campaign"))
    source = dice.choice(list(Source.objects.filter(name__in=["Website", "Trade fair", "Newsletter"])))
    values = {
        "title": f"{product} · {company}",
        "contact_name": person,
        "company_name": company,
        "country": country,
        "language": language,
        "channel": channel,
        "priority": dice.choices((0, 1, 2), (7, 2, 1))[0],
        "created_at": at,
        **demo_touches.reached(story, person, company, country),
    }
    lead = add_lead(values=values, channel=channel, brought=demo_touches.brought(story, source, at)).record
    demo_touches.come_again(story, lead, at)


def _worked(story: Story, dice: random.Random) -> Iterator[tuple[dt.datetime, Lead]]:
    """Leads that somebody has had for some days, in the order in which they are looked at."""
    had = Lead.objects.exclude(salesperson=None).select_related("salesperson", "stage", "team")
    looked_at = [(lead.assigned_at + dt.timedelta(days=dice.uniform(0.3, 9)), lead.pk, lead) for lead in had]
    for at, _pk, lead in sorted(looked_at, key=lambda one: one[:2]):
        if at < story.now - dt.timedelta(hours=3):
            yield at, lead


def _work(story: Story, dice: random.Random, lead: Lead, at: dt.datetime) -> None:
    """Looked at: contacted, converted, or discarded."""
    by, fate = lead.salesperson, dice.random()
    params = {"record": lead}
    if fate < 0.35:
        with change_set(by=by, summary=_("Converted %(record)s"), params=params, at=at):
            convert_lead(lead, by=by)
    elif fate < 0.6:
        reason = dice.choice(list(LostReason.objects.order_by("pk")))
        lose_opportunity(lead, by=by, lost_reason=reason, at=at)
    elif fate < 0.85:
        own = lead.team if lead.team is not None and lead.team.has_own_stages else None
        stage = Stage.objects.filter(team=own, kind="lead").order_by("position")[1]
        with change_set(
            by=by, summary=_("Moved %(record)s to %(stage)s"), params={**params, "stage": stage}, at=at
        ):
            move_opportunity(lead, stage=stage, by=by)
