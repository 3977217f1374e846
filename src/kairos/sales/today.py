"""What quotations hold ready on the start page: what waits for somebody, and what is still to be invoiced."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kairos.core.fields import format as shown
from kairos.core.rates import Rates, total_text
from kairos.core.slots import TODAY_PANELS, TodayPanel
from kairos.sales.models import Approval, Invoicing, Quotation, State

WEEK = dt.timedelta(days=7)
MINE = "salesperson:is:me"
UNANSWERED = f"{MINE}~state:is:sent"


@TODAY_PANELS.register(order=11)
class QuotationNumbers(TodayPanel):
    """One's own quotations: sent without an answer, expiring within a week, to invoice; for leaders what to approve."""

    template_name = "sales/_today_quotations.html"
    width = "full"

    def shown_to(self, user: Any) -> bool:
        return Quotation.objects.visible_to(user).active().filter(_concerning(user)).exists()

    def context(self, user: Any, now: dt.datetime) -> dict[str, Any]:
        today = timezone.localdate(now)
        sent = Q(salesperson=user, state=State.SENT)
        asked = {
            "approve": Q(state=State.DRAFT, approval=Approval.ASKED),
            "sent": sent,
            "expiring": sent & Q(valid_until__range=(today, today + WEEK)),
            "invoice": Q(salesperson=user, invoicing=Invoicing.DUE),
        }
        sums = {f"{name}_sum": Sum("untaxed", filter=where) for name, where in asked.items()}
        counts = {f"{name}_count": Count("pk", filter=where) for name, where in asked.items()}
        seen = Quotation.objects.visible_to(user).active().filter(_concerning(user))
        rows = list(seen.order_by().values("currency").annotate(**sums, **counts))
        rates = Rates(today)
        tiles = [
            ("sent", _("Sent, no answer yet"), UNANSWERED),
            ("expiring", _("Expiring within a week"), f"{UNANSWERED}~valid_until:within:next.7.days"),
            ("invoice", _("To invoice"), f"{MINE}~invoicing:is:due"),
        ]
        if user.is_leader:
            tiles.insert(0, ("approve", _("Waiting for approval"), "state:is:draft~approval:is:asked"))
        return {"stats": [_stat(label, rows, name, where, rates) for name, label, where in tiles]}


def _concerning(user: Any) -> Q:
    mine = Q(salesperson=user) & (Q(state=State.SENT) | Q(invoicing=Invoicing.DUE))
    return mine | Q(state=State.DRAFT, approval=Approval.ASKED) if user.is_leader else mine


def _stat(label: Any, rows: list[dict[str, Any]], name: str, where: str, rates: Rates) -> dict[str, Any]:
    """A tile: an amount without taxes, how many there are, and the list of them."""
    amounts: dict[str, Decimal] = {
        row["currency"]: row[f"{name}_sum"] for row in rows if row[f"{name}_count"]
    }
    count = sum(row[f"{name}_count"] for row in rows)
    total = total_text(amounts, rates) if amounts else {"text": "–", "full": None}
    hint = ngettext("%(num)s quotation", "%(num)s quotations", count) % {"num": shown.number(count)}
    return {"label": label, "value": total["text"], "full": total["full"], "hint": hint, "where": where}
