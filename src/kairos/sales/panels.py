"""What the panel of a quotation's lines shows, on the page and as the answer to each change."""

from typing import Any

from django.utils import timezone

from kairos.core.editing.once import new_key
from kairos.core.fields import format as shown
from kairos.core.listing.related import attach
from kairos.core.records import type_of
from kairos.discuss.models.template import LANGUAGES
from kairos.sales.actions.approvals import leaves_too_little, limit_of
from kairos.sales.actions.links import address_of, present_link
from kairos.sales.discounts import given_percent
from kairos.sales.house import limits_for
from kairos.sales.margins import margin_shown
from kairos.sales.models import PortalAnswer, Quotation
from kairos.sales.paper import language_of
from kairos.sales.totals import reckoning_of, tax_names


def lines_context(user: Any, record: Quotation) -> dict[str, Any]:
    """The lines in their order, the taxes of those that count, and whether this person may change them now."""
    lines = list(record.lines.order_by("position", "pk"))
    attach(lines, ["taxes"])
    names, found = tax_names(lines, record), reckoning_of(lines, record)
    return {
        "lines": lines,
        "taxes": [(names[key], amount) for key, amount in found.taxes.items()],
        "found": found,
        "is_open": record.is_draft and type_of(Quotation).access.can_edit(user, record),
        "margin": margin_shown(user, lines, record, found),
        "key": new_key(),
        "own": frozenset(),
        "unapproved": _unapproved(record, lines) if record.is_draft else None,
    }


def _unapproved(record: Quotation, lines: list[Any]) -> dict[str, Any] | None:
    """A discount above, or else a margin below, its limit that nobody has approved; None where there is none."""
    said = {"state": record.approval, "note": record.approval_note, "of_margin": False}
    limits = limits_for(record.opportunity.team_id)
    limit = limit_of(record, limits)
    given = given_percent(lines, record.discount_percent) if limit is not None else None
    if limit is None or given is None or given <= limit:
        return said | {"of_margin": True} if leaves_too_little(record, limits) else None
    figures = {"percent": shown.number(given.normalize() + 0), "limit": shown.number(limit.normalize() + 0)}
    return said | figures


def customer_context(user: Any, record: Quotation) -> dict[str, Any]:
    """The link that the customer has, if it still opens the quotation, and what they answered."""
    link = None if record.is_draft else present_link(record, now=timezone.now())
    return {
        "language": dict(LANGUAGES)[language_of(record)],
        "link": link,
        "address": address_of(link) if link is not None else "",
        "answer": PortalAnswer.objects.filter(quotation=record).order_by("-pk").first(),
        "may_link": not record.is_draft and type_of(Quotation).access.can_edit(user, record),
    }
