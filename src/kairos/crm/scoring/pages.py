"""What the screens about scores show."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import Team
from kairos.core.fields import format as shown
from kairos.core.records import type_of
from kairos.crm.models import Opportunity, ScoreLesson, ScoreRun, ScoreTable
from kairos.crm.scoring import tables
from kairos.crm.scoring.bayes import ENOUGH
from kairos.crm.scoring.factors import chosen
from kairos.crm.scoring.reasons import explain
from kairos.crm.scoring.verdict import people_against_score, verdict

SHOWN_BY_HAND = 50
ROWS = (
    ("score", _("The score, before closing")),
    ("start", _("The score, without the stage")),
    ("stage", _("The percents of the stages")),
    ("base", _("Always the base rate")),
)


def score_context(deal: Opportunity, user: Any) -> dict[str, Any]:
    """A deal's score with its reasons, and what its team follows."""
    return {
        "deal": deal,
        "why": explain(deal),
        "mode": tables.mode_of(deal.team),
        "enough": ENOUGH,
        "can_look_closer": user.is_leader,
    }


def last_run() -> ScoreRun | None:
    return ScoreRun.objects.filter(pk=ScoreRun.only).first()


def trial_context(user: Any, wanted: str) -> dict[str, Any]:
    """How good the score has been: of one team this person may see, else of all."""
    teams = list(Team.objects.visible_to(user).active().order_by("position", "pk"))
    team = next((one for one in teams if str(one.pk) == wanted), None)
    house = ScoreTable.objects.filter(team=None).first() or ScoreTable()
    table = house if team is None else ScoreTable.objects.filter(team=team).first() or ScoreTable(team=team)
    return {
        "teams": teams,
        "team": team,
        "table": table,
        "trial": table.trial,
        "trust": round(100 * house.trust),
        "filled_bars": _bars(house.trial.get("filled", {})),
        "hand_sentence": people_against_score(table.trial),
        "verdict": verdict(table.trial, house.trial.get("filled", {})),
        "rows": [(label, table.trial[name]) for name, label in ROWS if name in table.trial],
        "run": last_run(),
        "enough": ENOUGH,
        "by_hand": _set_by_hand(user, team),
    }


def _bars(filled: dict[str, float]) -> list[dict[str, Any]]:
    """The fields that count with how often they are filled in, most often first."""
    factors = chosen(filled)
    return [
        {"label": factors[name].label, "value": 100 * share, "text": shown.percent(round(100 * share))}
        for name, share in sorted(filled.items(), key=lambda one: -one[1])
        if name in factors
    ]


def _set_by_hand(user: Any, team: Team | None) -> list[dict[str, Any]]:
    """The last closed deals whose probability somebody had set, with what the score would have said."""
    lessons = ScoreLesson.objects.filter(is_manual=True)
    lessons = lessons.filter(team_id=team.pk) if team is not None else lessons
    rows = list(lessons.order_by("-closed_at")[:SHOWN_BY_HAND])
    deals = Opportunity.with_leads.visible_to(user).select_related("salesperson")
    found = deals.in_bulk([row.deal_id for row in rows])
    return [
        {
            "deal": found[row.deal_id],
            "url": type_of(type(found[row.deal_id])).own_type(found[row.deal_id]).url_of(row.deal_id),
            "said": row.said,
            "predicted": None if row.predicted is None else round(row.predicted),
            "is_won": row.is_won,
        }
        for row in rows
        if row.deal_id in found
    ]
