"""What the pipeline holds ready on the start page: my numbers, and the deals that need me."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kairos.core.fields.format import number, percent
from kairos.core.rates import Rates, total_text
from kairos.core.records import type_of
from kairos.core.slots import TODAY_PANELS, TodayPanel
from kairos.crm.models import Opportunity
from kairos.crm.stale import stale_at

SHOWN = 6
SILENT_AFTER = dt.timedelta(days=21)
UNANSWERED_AFTER = dt.timedelta(days=14)
WIN_RATE_OVER = dt.timedelta(days=90)


@TODAY_PANELS.register(order=10)
class MyNumbers(TodayPanel):
    """Open, weighted, won this month and the share won of what was closed in the last 90 days: one's own deals."""

    template_name = "crm/_today_numbers.html"
    width = "full"

    def context(self, user: Any, now: dt.datetime) -> dict[str, Any]:
        mine = Opportunity.objects.visible_to(user).active().filter(salesperson=user)
        month = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        open_rows = _sums(mine.open())
        rates = Rates(timezone.localdate(now))
        won_rows = _sums(mine.won().filter(closed_at__gte=month))
        closed = mine.filter(closed_at__gte=now - WIN_RATE_OVER).aggregate(
            won=Count("pk", filter=Q(status="won")), lost=Count("pk", filter=Q(status="lost"))
        )
        total = closed["won"] + closed["lost"]
        return {
            "stats": [
                _stat(_("My open deals"), open_rows, "expected", "salesperson:is:me~status:is:open", rates),
                _stat(_("Weighted"), open_rows, "weighted", "salesperson:is:me~status:is:open", rates),
                _stat(_("Won this month"), won_rows, "expected", "salesperson:is:me~status:is:won", rates),
                {
                    "label": _("Won of closed, 90 days"),
                    "value": percent(round(closed["won"] * 100 / total)) if total else "–",
                    "full": None,
                    "hint": _("%(won)s of %(total)s") % {"won": closed["won"], "total": total},
                    "where": "",
                },
            ]
        }


@TODAY_PANELS.register(order=20)
class Slipped(TodayPanel):
    """Open deals of one's own whose expected closing has passed."""

    template_name = "crm/_today_deals.html"

    def context(self, user: Any, now: dt.datetime) -> dict[str, Any]:
        deals = _mine(user).filter(expected_closing__lt=timezone.localdate(now))
        where = "salesperson:is:me~status:is:open~expected_closing:before:today"
        return _panel(_("Past their date"), "calendar-x", deals.order_by("expected_closing", "pk"), where)


@TODAY_PANELS.register(order=30)
class ClosingThisWeek(TodayPanel):
    """Open deals of one's own expected to close within seven days."""

    template_name = "crm/_today_deals.html"

    def context(self, user: Any, now: dt.datetime) -> dict[str, Any]:
        today = timezone.localdate(now)
        deals = _mine(user).filter(expected_closing__range=(today, today + dt.timedelta(days=7)))
        where = "salesperson:is:me~status:is:open~expected_closing:within:next.7.days"
        found = _panel(_("Closing this week"), "calendar", deals.order_by("expected_closing", "pk"), where)
        return {**found, "empty": _("Nothing is expected to close within seven days.")}


@TODAY_PANELS.register(order=40)
class Stale(TodayPanel):
    """Open deals of one's own from which nothing was heard for longer than their stage allows."""

    template_name = "crm/_today_deals.html"

    def context(self, user: Any, now: dt.datetime) -> dict[str, Any]:
        deals = _mine(user).filter(stale_at(now))
        where = "salesperson:is:me~is_stale:is:true"
        return _panel(_("Gone stale"), "hourglass", deals.order_by("stage_entered_at", "pk"), where)


@TODAY_PANELS.register(order=45)
class Unanswered(TodayPanel):
    """Open deals of one's own whose customer was written to two weeks ago and has not been heard since."""

    template_name = "crm/_today_deals.html"

    def context(self, user: Any, now: dt.datetime) -> dict[str, Any]:
        day = timezone.localdate(now) - UNANSWERED_AFTER
        deals = _mine(user).filter(unanswered_since__date__lt=day)
        where = "salesperson:is:me~status:is:open~unanswered_since:before:ago.14.days"
        return _panel(
            _("No answer for two weeks"), "mailbox", deals.order_by("unanswered_since", "pk"), where
        )


@TODAY_PANELS.register(order=50)
class Silent(TodayPanel):
    """Open deals of one's own nobody has touched for three weeks."""

    template_name = "crm/_today_deals.html"

    def context(self, user: Any, now: dt.datetime) -> dict[str, Any]:
        deals = _mine(user).filter(updated_at__lt=now - SILENT_AFTER)
        where = "salesperson:is:me~status:is:open~updated_at:before:ago.21.days"
        return _panel(_("Silent for three weeks"), "moon", deals.order_by("updated_at", "pk"), where)


def _mine(user: Any) -> Any:
    return Opportunity.objects.visible_to(user).active().open().filter(salesperson=user)


def _sums(deals: Any) -> list[dict[str, Any]]:
    rows = (
        deals.order_by()
        .values("currency")
        .annotate(n=Count("pk"), expected=Sum("expected_revenue"), weighted=Sum("weighted_revenue"))
    )
    return sorted(rows, key=lambda row: -row["n"])


def _stat(label: Any, rows: Iterable[dict[str, Any]], name: str, where: str, rates: Rates) -> dict[str, Any]:
    """A tile in one currency; each currency, and how it was converted, on hover."""
    rows = list(rows)
    total = total_text({row["currency"]: row[name] for row in rows}, rates) if rows else None
    return {
        "label": label,
        "value": total["text"] if total else "–",
        "full": total["full"] if total else None,
        "hint": _deals(sum(row["n"] for row in rows)),
        "where": where,
    }


def _deals(count: int) -> str:
    return ngettext("%(n)s deal", "%(n)s deals", count) % {"n": number(count)}


def _panel(title: Any, icon: str, deals: Any, where: str) -> dict[str, Any]:
    shown = list(deals.select_related("organisation", "person", "stage")[: SHOWN + 1])
    return {
        "title": title,
        "icon": icon,
        "deals": shown[:SHOWN],
        "count": len(shown) if len(shown) <= SHOWN else deals.count(),
        "opportunities": type_of(Opportunity),
        "where": where,
        "empty": _("None. Well done."),
    }
