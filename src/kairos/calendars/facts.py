"""What both sides say of a meeting, in one form: so a change is a difference, and an echo is none."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeAlias

from kairos.activities.models import Activity, Status

# title, starts, ends, place, description. Times are ISO texts in UTC; of a whole day `starts` is the day, `ends` "".
Facts: TypeAlias = dict[str, str]
LONGEST = {"title": 200, "place": 200, "description": 4000}
TIMES = frozenset({"starts", "ends"})


def facts_of(activity: Activity) -> Facts:
    """What Kairos says of it."""
    is_timed = activity.starts_at is not None and activity.ends_at is not None
    return {
        "title": activity.summary,
        "starts": told(activity.starts_at) if is_timed else activity.due_on.isoformat(),
        "ends": told(activity.ends_at) if is_timed else "",
        "place": activity.place,
        "description": activity.description,
    }


def told(moment: dt.datetime | None) -> str:
    return moment.astimezone(dt.UTC).isoformat() if moment else ""


def cleaned(name: str, text: object) -> str:
    """A text as both databases keep it: without control characters, and no longer than there is room for."""
    kept = "".join(char for char in str(text).replace("\r\n", "\n") if char.isprintable() or char in "\n\t")
    if name != "description":
        kept = " ".join(kept.split())
    return kept.strip()[: LONGEST[name]]


def changed_in(before: Mapping[str, str], now: Mapping[str, str]) -> set[str]:
    """The names of what is said differently; a beginning and its end are one thing."""
    found = {name for name in now if now[name] != before.get(name, "")}
    return found | TIMES if found & TIMES else found


def values_for(facts: Mapping[str, str], names: set[str]) -> dict[str, Any]:
    """What these facts are in an activity."""
    fields = {"title": "summary", "place": "place", "description": "description"}
    values: dict[str, Any] = {fields[name]: facts[name] for name in names & fields.keys()}
    if names & TIMES:
        if facts["ends"]:
            values["starts_at"] = dt.datetime.fromisoformat(facts["starts"])
            values["ends_at"] = dt.datetime.fromisoformat(facts["ends"])
        else:
            values |= {"due_on": dt.date.fromisoformat(facts["starts"]), "starts_at": None, "ends_at": None}
    return values


def is_off(activity: Activity | None) -> bool:
    """Whether it takes place no more, or has been put away."""
    return activity is None or activity.is_archived or activity.status == Status.CANCELLED
