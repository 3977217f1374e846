"""The page of the answers: how fast, by person and team, and who still waits."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kairos.accounts.models import User
from kairos.core.fields import format as shown
from kairos.discuss.answering import HOUR, Wait, Waits, records_of, responsible_for, waits_of

SPANS = (30, 90, 365)
USUAL = 90
MOST_LISTED = 200


def answers_context(params: Mapping[str, str], *, user: Any, now: dt.datetime) -> dict[str, Any]:
    """What the page shows of the last days: a figure for each colleague and team, and the unanswered ones by age."""
    given = params.get("days", "")
    days = int(given) if given.isascii() and given in map(str, SPANS) else USUAL
    waits = waits_of(user, since=now - dt.timedelta(days=days))
    unanswered = [one for one in waits if one.until is None]
    records = records_of(unanswered, user)
    whose = {pair: responsible_for(*found) for pair, found in records.items()}
    by_person: dict[int | None, Waits] = defaultdict(Waits)
    for one in waits:
        person = whose.get((one.record_type, one.record_id)) if one.until is None else None
        by_person[person.pk if person else one.answered_by].add(one)
    people = User.objects.in_bulk([pk for pk in by_person if pk])
    waiting = sorted(unanswered, key=lambda one: one.since)
    return {
        "days": days,
        "spans": [(one, ngettext("%(n)s day", "%(n)s days", one) % {"n": one}) for one in SPANS],
        "whole": _row(_("Total"), _together(by_person.values())) if waits else None,
        "people": _rows(
            {str(people[pk]) if pk in people else _("Nobody"): found for pk, found in by_person.items()}
        ),
        "teams": _rows(_by_team(by_person)),
        "waiting": [_line(one, records, whose, now) for one in waiting[:MOST_LISTED] if _known(one, records)],
        "count": len(unanswered),
    }


def _together(parts: Any) -> Waits:
    whole = Waits()
    for one in parts:
        whole.hours += one.hours
        whole.unanswered += one.unanswered
    return whole


def _by_team(by_person: Mapping[int | None, Waits]) -> dict[str, Waits]:
    """By the teams people belong to; who belongs to several counts in each."""
    ids = [pk for pk in by_person if pk]
    pairs = User.teams.through._default_manager.filter(user_id__in=ids, team__archived_at=None)
    members: dict[str, list[Waits]] = defaultdict(list)
    for name, pk in pairs.order_by("team__position", "team_id").values_list("team__name", "user_id"):
        members[name].append(by_person[pk])
    return {name: _together(parts) for name, parts in members.items()}


def _rows(found: Mapping[str, Waits]) -> list[dict[str, Any]]:
    """Those with most mail first."""
    rows = sorted(found.items(), key=lambda pair: (-len(pair[1].hours) - pair[1].unanswered, pair[0]))
    return [_row(label, waits) for label, waits in rows]


def _row(label: str, waits: Waits) -> dict[str, Any]:
    return {
        "label": label,
        "answered": shown.number(len(waits.hours)),
        "median": hours_text(waits.median),
        "nine_of_ten": hours_text(waits.nine_of_ten),
        "unanswered": shown.number(waits.unanswered),
    }


def hours_text(hours: float | None) -> str:
    """“2.5 h”; below ten with one decimal."""
    if hours is None:
        return "–"
    rounded = round(Decimal(hours), 1 if hours < 10 else 0)
    return _("%(n)s h") % {"n": shown.number(rounded.normalize() + 0)}


def _known(one: Wait, records: Mapping[Any, Any]) -> bool:
    return (one.record_type, one.record_id) in records


def _line(
    one: Wait, records: Mapping[Any, Any], whose: Mapping[Any, Any], now: dt.datetime
) -> dict[str, Any]:
    pair = (one.record_type, one.record_id)
    kind, record = records[pair]
    return {
        "title": kind.title(record),
        "url": kind.url_of(record),
        "icon": kind.icon,
        "person": str(whose[pair] or _("Nobody")),
        "since": shown.datetime(timezone.localtime(one.since)),
        "hours": hours_text((now - one.since).total_seconds() / HOUR),
    }
