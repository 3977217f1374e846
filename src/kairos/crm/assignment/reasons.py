"""The reason of an assignment in sentences.

As stored: `why` is "turn", "team" or "hand". Of a turn, `able` lists who could take it ([person, owed, received
before]), `out` who could not and why ([person, code, …]), `for` what the chosen one suits better than others. Of a
team, `able` lists the teams whose condition it meets. Given by hand, `by` is who did it. `meter` closes a run's part.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kairos.accounts.models import Team, User
from kairos.core.fields import format as shown
from kairos.crm.models import Assignment, AssignmentMode

Names = Mapping[int, str]


@dataclass(slots=True)
class Explained:
    """One assignment in words: what happened, why it was this one, and what there was about everybody else."""

    line: Assignment
    happened: str
    because: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def explained(lines: Iterable[Assignment]) -> list[Explained]:
    """The assignments in words, in the reader's language; two queries for all their names."""
    found = list(lines)
    people = _names(User, _people(found))
    teams = _names(Team, {pk for line in found for pk in line.reason.get("able", ()) if isinstance(pk, int)})
    return [_explained(line, people, teams) for line in found]


def _explained(line: Assignment, people: Names, teams: Names) -> Explained:
    why = line.reason.get("why")
    if why == "hand":
        giver = people.get(line.reason.get("by", 0), _("Somebody"))
        return Explained(
            line, _("%(by)s gave it to %(person)s by hand.") % {"by": giver, "person": line.user}
        )
    if why == "team":
        names = [teams.get(pk, f"#{pk}") for pk in line.reason.get("able", ())]
        return Explained(
            line, _("It came to %(team)s, whose condition it meets.") % {"team": line.team}, _rivals(names)
        )
    return Explained(
        line, _given(line), because(line.reason, line.user_id), others(line.reason, line.user_id, people)
    )


def _rivals(names: Sequence[str]) -> list[str]:
    if len(names) < 2:
        return []
    text = _("%(teams)s would take it; it goes by turn, weighted by their people's capacity.")
    return [text % {"teams": shown.listed(names)}]


def _given(line: Assignment) -> str:
    """How it came about: by the clock, at once, or because somebody asked for it."""
    words = {"person": line.user, "team": line.team or "–"}
    mode = line.run.mode if line.run else ""
    if mode == AssignmentMode.SCHEDULED:
        return _("The rules of %(team)s gave it to %(person)s at a set time.") % words
    if mode == AssignmentMode.IMMEDIATE:
        return _("The rules of %(team)s gave it to %(person)s as soon as it came.") % words
    return _("The rules of %(team)s gave it to %(person)s.") % words


def because(reason: Mapping[str, Any], chosen: int | None) -> list[str]:
    """Why the chosen one: what they suit better than others, and how it stood with their turn."""
    found = [_suits(one) for one in reason.get("for", ())]
    able = reason.get("able", ())
    mine = next((one for one in able if one[0] == chosen), None)
    if mine is None:
        return found
    if len(able) == 1:
        found.append(_("Nobody else could take it."))
    else:
        text = ngettext(
            "Of %(count)s who could take it, it was their turn: %(owed)s due and %(received)s received in 30 days.",
            "Of %(count)s who could take it, it was their turn: %(owed)s due and %(received)s received in 30 days.",
            len(able),
        )
        found.append(text % {"count": len(able), **_stand(mine)})
    return found


def _suits(one: str) -> str:
    what, _colon, value = one.partition(":")
    if what == "language":
        return _("They speak its language, %(language)s.") % {"language": shown.language_name(value)}
    if what == "country":
        return _("Its country, %(country)s, is theirs.") % {"country": shown.country_name(value)}
    return _("It is one of those they take first.")


def others(reason: Mapping[str, Any], chosen: int | None, people: Names) -> list[str]:
    """How it stood with everybody else: those who could have taken it, then those who could not."""
    found = []
    for one in reason.get("able", ()):
        if one[0] != chosen:
            words = {"person": people.get(one[0], f"#{one[0]}"), **_stand(one)}
            found.append(_("%(person)s: %(owed)s due, %(received)s received") % words)
    return [*found, *(_out(one, people) for one in reason.get("out", ()))]


def _stand(one: Sequence[Any]) -> dict[str, str]:
    return {"owed": shown.number(round(one[1], 1)), "received": shown.number(one[2])}


OUT: dict[str, Callable[[], str]] = {
    "none": lambda: _("%(person)s: takes no leads"),
    "paused": lambda: _("%(person)s: paused"),
    "away": lambda: _("%(person)s: away until %(until)s"),
    "other": lambda: _("%(person)s: takes other leads"),
    "had": lambda: _("%(person)s: had it before"),
    "full": lambda: _("%(person)s: full, %(received)s of %(capacity)s in 30 days"),
}


def _out(one: Sequence[Any], people: Names) -> str:
    person, code, *more = one
    words: dict[str, Any] = {"person": people.get(person, f"#{person}")}
    if code == "away":
        words["until"] = shown.date(dt.date.fromisoformat(more[0]))
    elif code == "full":
        words |= {"received": shown.number(more[0]), "capacity": shown.number(more[1])}
    return OUT[code]() % words


def nobody(reason: Mapping[str, Any]) -> str:
    """Why nobody takes a lead, from those who could not."""
    codes = {one[1] for one in reason.get("out", ())}
    if not codes:
        return _("Nobody is in the team.")
    if codes <= {"none", "paused", "away"}:
        return _("Everybody is paused or away.")
    if codes <= {"none", "paused", "away", "full"}:
        return _("Everybody who could take it is full.")
    if codes <= {"none", "paused", "away", "other"}:
        return _("Nobody who is there takes leads like this.")
    if codes <= {"none", "paused", "away", "had"}:
        return _("Everybody who is there had it before.")
    return _("Some are full or away, others take other leads.")


def _people(lines: Iterable[Assignment]) -> set[int]:
    ids: set[int] = set()
    for line in lines:
        reason = line.reason
        ids |= {one[0] for one in [*reason.get("able", ()), *reason.get("out", ())] if isinstance(one, list)}
        ids |= {reason["by"]} if "by" in reason else set()
    return ids


def _names(model: Any, ids: set[int]) -> dict[int, str]:
    return {pk: str(one) for pk, one in model.objects.in_bulk(list(ids)).items()} if ids else {}
