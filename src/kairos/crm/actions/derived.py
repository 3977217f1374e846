"""What follows from a deal's values: its monthly amount, how good its addresses are, since when it has somebody."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from kairos.crm.actions.recurring import ASKED, with_mrr
from kairos.crm.models import Opportunity
from kairos.crm.quality import email_quality, kept_email, kept_phone, phone_quality

REACHED_BY = frozenset({"email", "phone", "country"})
DERIVING = ASKED | REACHED_BY | {"salesperson", "expected_closing"}


def derived(
    values: Mapping[str, Any], opportunity: Opportunity | None = None, *, at: dt.datetime
) -> dict[str, Any]:
    """The values with what follows from them, for a new deal or over one that is there; without a query."""
    if not DERIVING & values.keys():
        return dict(values)
    full = with_mrr(values, opportunity)
    if REACHED_BY & full.keys():
        full |= _reached(full, opportunity)
    if full.get("salesperson") is not None and (opportunity is None or opportunity.assigned_at is None):
        full.setdefault("assigned_at", full.get("created_at") or at)
    if opportunity is not None and _is_put_off(full.get("expected_closing"), opportunity):
        full["closing_slips"] = opportunity.closing_slips + 1
    return full


def _reached(values: Mapping[str, Any], opportunity: Opportunity | None) -> dict[str, Any]:
    """Address and number in the form they are kept in, and whether they can be ones."""

    def value(name: str) -> str:
        present = getattr(opportunity, name) if opportunity is not None else ""
        return values[name] or "" if name in values else present

    country = value("country")
    email, phone = kept_email(value("email")), kept_phone(value("phone"), country)
    return {
        "email": email,
        "phone": phone,
        "email_quality": email_quality(email),
        "phone_quality": phone_quality(phone, country),
    }


def _is_put_off(day: dt.date | None, opportunity: Opportunity) -> bool:
    """Whether an open deal's closing goes to a later day."""
    before = opportunity.expected_closing
    return opportunity.is_open and day is not None and before is not None and day > before
