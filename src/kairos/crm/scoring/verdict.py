"""What a trial on the past came to, in a sentence anybody can read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kairos.core.fields import format as shown
from kairos.crm.scoring.factors import chosen
from kairos.crm.scoring.trial import JUDGED_BY

# Two standard errors: what chance alone would bring in one case of twenty.
BEYOND_CHANCE = 2.0
RARELY = 0.5
MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """`tone` is good, none, bad or waiting; `advice` says what would help, where something would."""

    tone: str
    sentence: str
    advice: str = ""


def verdict(trial: Mapping[str, Any], filled: Mapping[str, float]) -> Verdict:
    """Whether the score was worth having on the deals it could be tried on."""
    count = trial.get("count", 0)
    if count < JUDGED_BY:
        text = ngettext(
            "Only %(count)s deal could be predicted by earlier ones so far. From %(enough)s on there is a verdict.",
            "Only %(count)s deals could be predicted by earlier ones so far. From %(enough)s on there is a verdict.",
            count,
        )
        return Verdict("waiting", text % {"count": count, "enough": JUDGED_BY})
    mean, error = trial["score"]["gain"]
    since = parse_datetime(trial["since"])
    known = {
        "count": shown.number(count),
        "since": shown.date(localtime(since).date()) if since else "",
        "less": shown.percent(abs(round(100 * mean / trial["base"]["brier"]))),
    }
    if mean > BEYOND_CHANCE * error:
        sentence = _(
            "On %(count)s deals closed since %(since)s the score was better than always saying the base rate: "
            "its error was %(less)s smaller."
        )
        return Verdict("good", sentence % known, _start_note(trial))
    if mean < -BEYOND_CHANCE * error:
        sentence = _(
            "On %(count)s deals closed since %(since)s the score was worse than always saying the base rate: "
            "its error was %(less)s greater. Do not go by it."
        )
        return Verdict("bad", sentence % known, _rarely_filled(filled))
    sentence = _(
        "On %(count)s deals closed since %(since)s the score was no better than always saying the base rate: "
        "here there is little signal in the fields that are filled in."
    )
    return Verdict("none", sentence % known, _rarely_filled(filled))


def _start_note(trial: Mapping[str, Any]) -> str:
    """Where only the stage tells deals apart, that is worth knowing."""
    mean, error = trial["start"]["gain"]
    if mean > BEYOND_CHANCE * error:
        return ""
    return _("It owes that to the stage alone: what else is filled in tells won and lost deals hardly apart.")


def _rarely_filled(filled: Mapping[str, float]) -> str:
    rare = [(name, share) for name, share in filled.items() if share < RARELY]
    if not rare:
        return ""
    factors = chosen(name for name, _share in rare)
    named = [
        f"{factors[name].label} ({shown.percent(round(100 * share))})"
        for name, share in sorted(rare, key=lambda one: one[1])[:MOST_NAMED]
        if name in factors
    ]
    return _("Rarely filled in: %(fields)s. The score can learn only from what people enter.") % {
        "fields": _(", ").join(named)
    }


def people_against_score(trial: Mapping[str, Any]) -> str:
    """Who was closer where people had set the probability themselves; empty where they never did."""
    hand = trial.get("hand") or {}
    count = hand.get("count", 0)
    if not count:
        return ""
    mean, error = hand["gain"]
    known = {
        "count": shown.number(count),
        "closer": shown.number(hand["closer"]),
        "people": f"{hand['people']:.3f}",
        "score": f"{hand['score']:.3f}",
    }
    if mean > BEYOND_CHANCE * error:
        text = _(
            "People beat the score: on %(count)s deals they were closer %(closer)s times, "
            "error %(people)s against %(score)s."
        )
    elif mean < -BEYOND_CHANCE * error:
        text = _(
            "The score beat people: on %(count)s deals they were closer only %(closer)s times, "
            "error %(people)s against %(score)s."
        )
    else:
        text = _(
            "Nobody was clearly better: on %(count)s deals people were closer %(closer)s times, "
            "error %(people)s against %(score)s."
        )
    return text % known
