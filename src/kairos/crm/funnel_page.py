"""The page of the funnel: every number with the way to the deals behind it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from kairos.accounts.models import Team, User
from kairos.core.conditions import SAFE, Leaf, chips
from kairos.core.conditions.wording import range_words
from kairos.core.fields import format as shown
from kairos.core.records import RecordType, type_of
from kairos.core.records.measures import DAY
from kairos.crm.funnel import Funnel, Step
from kairos.crm.funnel_question import BETWEEN, EVER, SPANS, Days, Question, read
from kairos.crm.models import Source

CHOSEN = ("team", "salesperson", "source", "span", "since", "until", "compare", "filter", "where")


def funnel_context(kind: RecordType, params: Mapping[str, str], *, user: Any) -> dict[str, Any]:
    given = {name: params[name] for name in CHOSEN if params.get(name)}
    teams = list(type_of(Team).visible_to(user).filter(archived_at=None).order_by("position", "pk"))
    if "team" not in params and (own := _own_process(teams, user)):
        given["team"] = str(own.pk)
    asked = read(kind, given, teams, user)
    now = asked.funnel(asked.days)
    then = asked.funnel(asked.before) if asked.before else None
    places = _told(now, then)
    address = reverse("funnel")
    kept = {name: value for name, value in asked.listing.params.items() if name in ("filter", "where")}
    whole = {**given, **kept}

    def url(**changes: str) -> str:
        return f"{address}?{urlencode({n: v for n, v in {**whole, **changes}.items() if v}, safe=SAFE)}"

    found = chips(asked.listing.where, kind, user=user) if kept.get("where") else []
    return {
        "kind": kind,
        "address": address,
        "given": given,
        "hidden": [*kept.items()],
        "choices": _choices(teams, asked, user),
        "days": [day.isoformat() for day in asked.days] if asked.days else ["", ""],
        "rows": [_row(asked, now, then, place) for place in places] if asked.steps else [],
        "chart": _chart(asked, now, places),
        "before": _("%(first)s to %(last)s") % _named(asked.before) if asked.before else "",
        "chips": [(one.label, url(where=one.query_without_this)) for one in found],
        "builder_url": reverse("condition-builder", args=[kind.plural])
        + f"?{urlencode(whole, safe=SAFE)}&{urlencode({'to': address})}",
        "notices": asked.listing.notices,
    }


def _told(*funnels: Funnel | None) -> list[int]:
    """The places of the steps that say something: one that every deal passed over is left out, and the won stay."""
    rows = zip(*(one.rows for one in funnels if one), strict=True)
    return [
        place
        for place, same in enumerate(rows)
        if same[0].stage is None or not all(step.is_passed_over for step in same)
    ]


def _own_process(teams: Sequence[Team], user: Any) -> Team | None:
    """The first of one's teams, where none of them sells by the shared stages."""
    mine = {*user.team_ids()}
    own = [one for one in teams if one.pk in mine]
    return own[0] if own and all(one.has_own_stages for one in own) else None


def _named(days: Days) -> dict[str, str]:
    return {"first": shown.date(days[0]), "last": shown.date(days[1])}


def _choices(teams: Sequence[Team], asked: Question, user: Any) -> dict[str, list[tuple[str, Any]]]:
    people = type_of(User).visible_to(user).filter(archived_at=None).order_by("name", "pk")
    sources = type_of(Source).visible_to(user).filter(archived_at=None).order_by("name", "pk")
    spans = [(name, range_words(span)) for name, span in SPANS.items()]
    return {
        "team": [(str(one.pk), str(one)) for one in teams],
        "salesperson": [(str(one.pk), str(one)) for one in people],
        "source": [(str(one.pk), str(one)) for one in sources],
        "span": [*spans, (BETWEEN, _("between two days …")), (EVER, _("all time"))],
    }


# -- in words


def _row(asked: Question, now: Funnel, then: Funnel | None, place: int) -> dict[str, Any]:
    step, rows = now.rows[place], now.rows
    after = rows[place + 1].reached if place + 1 < len(rows) else None
    beside = then.rows[place] if then else None
    then_after = then.rows[place + 1].reached if then and after is not None else None
    stage = Leaf("stage", "is", step.stage.pk) if step.stage else None
    return {
        "label": _label(step),
        "reached": shown.number(step.reached),
        "reached_url": asked.url(*_reached(step, place)),
        "share": _percent(step.reached, rows[0].reached),
        "next": _percent(after, step.reached),
        "here": shown.number(step.here) if stage else "",
        "here_url": asked.url(stage, Leaf("status", "is", "open")) if stage else "",
        "lost": shown.number(step.lost) if stage else "",
        "lost_url": asked.url(stage, Leaf("status", "is", "lost")) if stage else "",
        "median": _in_days(step.median),
        "mean": _in_days(step.mean),
        "then": {
            "reached": shown.number(beside.reached),
            "next": _percent(then_after, beside.reached),
            "median": _in_days(beside.median),
        }
        if beside
        else None,
    }


def _label(step: Step) -> str:
    return str(step.stage) if step.stage else _("Won")


def _reached(step: Step, place: int) -> list[Leaf]:
    if step.stage is None:
        return [Leaf("status", "is", "won")]
    return [Leaf("reached", "is", str(step.stage.pk))] if place else []


def _percent(part: int | None, whole: int) -> str:
    return "" if part is None else shown.percent(round(part * 100 / whole)) if whole else "–"


def _in_days(seconds: float | None) -> str:
    return "" if seconds is None else shown.number(round(Decimal(seconds) / DAY, 1).normalize() + 0)


def _chart(asked: Question, found: Funnel, places: Sequence[int]) -> dict[str, Any] | None:
    """What the behaviour `chart` draws."""
    if not asked.steps or not found.rows[0].reached:
        return None
    rows = [found.rows[place] for place in places]
    shares = [_percent(one.reached, found.rows[0].reached) for one in rows]
    return {
        "kind": "funnel",
        "categories": [_label(one) for one in rows],
        "columns": [_("Reached")],
        "series": [
            {
                "name": _("Reached"),
                "values": [one.reached for one in rows],
                "texts": [
                    f"{shown.number(one.reached)} · {share}" for one, share in zip(rows, shares, strict=True)
                ],
                "urls": [asked.url(*_reached(found.rows[place], place)) for place in places],
            }
        ],
        "label": _("How many deals reached each stage. The table below holds the same figures."),
    }
