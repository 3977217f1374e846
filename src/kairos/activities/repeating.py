"""How something repeats, in words, and as a dialog asks for it."""

import datetime as dt
from typing import Any

from babel import dates
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kairos.activities.models import Activity
from kairos.activities.recurrence import WEEKDAYS, BadRule, Rule
from kairos.core.fields import format

LAST_WEEK = 7


def in_words(rule: Rule, start: dt.date) -> str:
    """“Every 2 weeks on Monday, until Jun 30, 2027”, in the reader's language; `start` is its first day."""
    sentence = _how_often(rule, start)
    if rule.until is not None:
        return _("%(rule)s, until %(day)s") % {"rule": sentence, "day": format.date(rule.until)}
    if rule.count is not None:
        told = ngettext("%(rule)s, %(count)s time", "%(rule)s, %(count)s times", rule.count)
        return told % {"rule": sentence, "count": rule.count}
    return sentence


def sentence_of(activity: Activity) -> str:
    """How its series repeats; nothing where it does not. Reads the series."""
    series = activity.series
    return in_words(Rule.read(series.rule), series.starts_on) if series is not None else ""


def _how_often(rule: Rule, start: dt.date) -> str:
    n = {"n": rule.interval}
    one = rule.interval == 1
    if rule.frequency == "DAILY":
        return _("Every day") if one else _("Every %(n)s days") % n
    if rule.frequency == "WEEKLY":
        told = {**n, "days": format.listed([_weekday(day) for _n, day in rule.weekdays])}
        return (_("Every week on %(days)s") if one else _("Every %(n)s weeks on %(days)s")) % told
    if rule.frequency == "YEARLY":
        told = {**n, "day": dates.format_skeleton("MMMMd", start, locale=format.locale())}
        return (_("Every year on %(day)s") if one else _("Every %(n)s years on %(day)s")) % told
    if rule.month_days == (-1,):
        return _("Every month on its last day") if one else _("Every %(n)s months on the last day") % n
    if rule.month_days:
        told = {**n, "days": format.listed([_month_day(day) for day in rule.month_days])}
        return (_("Every month on day %(days)s") if one else _("Every %(n)s months on day %(days)s")) % told
    told = {**n, "days": format.listed([nth_weekday(nth, day) for nth, day in rule.weekdays])}
    return (_("Every month on the %(days)s") if one else _("Every %(n)s months on the %(days)s")) % told


def nth_weekday(nth: int, day: int) -> str:
    """“third Monday”; -1 is the last."""
    names = {
        1: _("first %(weekday)s"),
        2: _("second %(weekday)s"),
        3: _("third %(weekday)s"),
        4: _("fourth %(weekday)s"),
        5: _("fifth %(weekday)s"),
        -1: _("last %(weekday)s"),
    }
    return names[nth] % {"weekday": _weekday(day)}


def _weekday(day: int, width: Any = "wide") -> str:
    return str(format.locale().days["stand-alone"][width][day])


def _month_day(day: int) -> str:
    return pgettext("day of a month", "the last") if day == -1 else str(day)


# -- in the dialog


def month_choices(day: dt.date) -> list[tuple[str, str]]:
    """On what of a month it may be that is on this day now: its date, its weekday, or the last."""
    nth, last = (day.day - 1) // 7 + 1, (day + dt.timedelta(days=1)).day == 1
    found = [("date", _("On day %(day)s") % {"day": day.day})]
    if last:
        found.append(("last_day", _("On the last day")))
    if nth <= 4:
        found.append(("nth", _("On the %(day)s") % {"day": nth_weekday(nth, day.weekday())}))
    if (day + dt.timedelta(days=LAST_WEEK)).month != day.month:
        found.append(("last", _("On the %(day)s") % {"day": nth_weekday(-1, day.weekday())}))
    return found


def told(data: QueryDict, day: dt.date) -> dict[str, Any]:
    """What the inputs say of something that is first on this day: as a sentence, and what of a month it may be."""
    try:
        rule = read_asked(data, day)
    except BadRule:
        rule = None
    return {
        "months": month_choices(day) if data.get("repeat") == "MONTHLY" else [],
        "month": data.get("repeat_month", "date"),
        "words": in_words(rule, day) if rule is not None else "",
    }


def asked_rule(data: QueryDict, record: Activity | None, day: dt.date) -> dict[str, Any]:
    """What stands in the inputs for repeating: what was sent, else how the activity repeats."""
    series = record.series if record is not None else None
    values = data if "repeat" in data or series is None else _as_sent(series.rule)
    weekdays = values.getlist("repeat_on")
    return {
        "frequency": values.get("repeat", ""),
        "frequencies": [
            ("", _("Does not repeat")),
            ("DAILY", pgettext("repeats", "Daily")),
            ("WEEKLY", pgettext("repeats", "Weekly")),
            ("MONTHLY", pgettext("repeats", "Monthly")),
            ("YEARLY", pgettext("repeats", "Yearly")),
        ],
        "every": values.get("repeat_every", "") or "1",
        "weekdays": [
            (str(day), _weekday(day, "abbreviated"), _weekday(day), str(day) in weekdays) for day in _week()
        ],
        "end": values.get("repeat_end", ""),
        "ends": [
            ("", pgettext("repeats", "Never")),
            ("until", pgettext("repeats", "On a day")),
            ("count", pgettext("repeats", "After a number of times")),
        ],
        "until": values.get("repeat_until", ""),
        "count": values.get("repeat_count", ""),
        **told(values, day),
    }


def read_asked(data: QueryDict, day: dt.date) -> Rule | None:
    """The rule that the inputs say of something that is first on this day; None where it does not repeat.

    Raises `BadRule`.
    """
    frequency = data.get("repeat", "")
    if not frequency:
        return None
    parts = [f"FREQ={frequency}", f"INTERVAL={data.get('repeat_every') or '1'}"]
    if frequency == "WEEKLY":
        chosen = sorted({int(one) for one in data.getlist("repeat_on") if one in {*"0123456"}})
        parts.append("BYDAY=" + ",".join(WEEKDAYS[one] for one in chosen or [day.weekday()]))
    if frequency == "MONTHLY":
        parts.append(_month_part(data.get("repeat_month", ""), day))
    if data.get("repeat_end") == "until":
        if not data.get("repeat_until"):
            raise BadRule(what=_("the day on which it ends is missing"))
        parts.append("UNTIL=" + data.get("repeat_until", "").replace("-", ""))
    if data.get("repeat_end") == "count":
        if not data.get("repeat_count"):
            raise BadRule(what=_("the number of times is missing"))
        parts.append(f"COUNT={data.get('repeat_count')}")
    return Rule.read(";".join(parts))


def _month_part(chosen: str, day: dt.date) -> str:
    weekday = WEEKDAYS[day.weekday()]
    if chosen not in dict(month_choices(day)):
        chosen = "date"
    return {
        "date": f"BYMONTHDAY={day.day}",
        "last_day": "BYMONTHDAY=-1",
        "nth": f"BYDAY={(day.day - 1) // 7 + 1}{weekday}",
        "last": f"BYDAY=-1{weekday}",
    }[chosen]


def _as_sent(text: str) -> QueryDict:
    """A rule as the dialog would send it."""
    rule = Rule.read(text)
    data = QueryDict(mutable=True)
    data["repeat"], data["repeat_every"] = rule.frequency, str(rule.interval)
    if rule.frequency == "WEEKLY":
        data.setlist("repeat_on", [str(day) for _n, day in rule.weekdays])
    elif rule.month_days:
        data["repeat_month"] = "last_day" if rule.month_days == (-1,) else "date"
    elif rule.weekdays:
        data["repeat_month"] = "last" if rule.weekdays[0][0] == -1 else "nth"
    if rule.until is not None:
        data["repeat_end"], data["repeat_until"] = "until", rule.until.isoformat()
    if rule.count is not None:
        data["repeat_end"], data["repeat_count"] = "count", str(rule.count)
    return data


def _week() -> list[int]:
    """The days of a week from the one with which it begins where the reader is; Monday is 0."""
    first = format.locale().first_week_day
    return [(first + day) % 7 for day in range(7)]
