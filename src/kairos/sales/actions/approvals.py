"""A discount above the limit, a margin below it: asked for, granted, refused. Who decides is asked before."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import User
from kairos.core.events import Event
from kairos.core.fields import format as shown
from kairos.core.history import ActionRefused, Changes, change_set
from kairos.sales.discounts import given_percent
from kairos.sales.events import (
    APPROVAL_ASKED,
    APPROVAL_GRANTED,
    APPROVAL_REFUSED,
    MARGIN_ASKED,
    MARGIN_GRANTED,
    MARGIN_REFUSED,
)
from kairos.sales.house import Limits, limits_for
from kairos.sales.models import Approval, AskedMargin, Margin, Quotation


class NeedsApproval(ActionRefused):
    message = _(
        "%(quotation)s gives a discount of %(percent)s percent; above %(limit)s percent a leader has to approve it."
    )


class MarginNeedsApproval(ActionRefused):
    message = _("The margin of %(quotation)s is below what is allowed; a leader has to approve it.")


class NothingToApprove(ActionRefused):
    message = _("%(quotation)s needs no approval.")


class NotAsked(ActionRefused):
    message = _("Nobody is waiting for an approval of %(quotation)s any more.")


def discount_of(quotation: Quotation) -> Decimal:
    """What the quotation gives now, in percent (see `discounts.given_percent`)."""
    return given_percent(quotation.lines.all(), quotation.discount_percent)


def limit_of(quotation: Quotation, limits: Limits | None = None) -> Decimal | None:
    """The discount that needs no approval, or no further one; None where there is no limit."""
    limit = (limits or limits_for(quotation.opportunity.team_id)).discount
    return None if limit is None else max(limit, quotation.approved_percent)


def needs_approval(quotation: Quotation) -> bool:
    """Whether its discount is above, or its margin below, what is allowed or approved."""
    return gives_too_much(quotation) or leaves_too_little(quotation)


def gives_too_much(quotation: Quotation) -> bool:
    """Whether its discount is above what is allowed or approved."""
    limit = limit_of(quotation)
    return limit is not None and discount_of(quotation) > limit


def leaves_too_little(quotation: Quotation, limits: Limits | None = None) -> bool:
    """Whether its margin, as far as it is known, is below what is allowed or approved."""
    limit = (limits or limits_for(quotation.opportunity.team_id)).margin
    left = Margin.objects.filter(quotation=quotation).first() if limit is not None else None
    if limit is None or left is None or left.percent >= limit:
        return False
    approved = AskedMargin.objects.filter(pk=quotation.approved_margin or 0).first()
    return approved is None or left.percent < approved.percent


def check_approved(quotation: Quotation) -> None:
    """Raises `NeedsApproval`, `MarginNeedsApproval`."""
    limit = limit_of(quotation)
    if limit is not None and (given := discount_of(quotation)) > limit:
        raise NeedsApproval(quotation=quotation, percent=_figure(given), limit=_figure(limit))
    if leaves_too_little(quotation):
        raise MarginNeedsApproval(quotation=quotation)


def ask_approval(quotation: Quotation, *, by: Any, note: str = "") -> Quotation:
    """Ask those who may decide; they are told. Raises `NothingToApprove`."""
    summary, params = _("Asked to approve %(record)s"), {"record": quotation}
    with change_set(by=by, summary=summary, params=params) as changes:
        changes.lock(quotation)
        if not quotation.is_draft or not needs_approval(quotation):
            raise NothingToApprove(quotation=quotation)
        left = Margin.objects.filter(quotation=quotation).first()
        margin = AskedMargin.objects.create(quotation=quotation, percent=left.percent) if left else None
        asked = {"asked_percent": discount_of(quotation), "asked_margin": margin and margin.pk}
        changes.update(quotation, approval=Approval.ASKED, approval_asked_by=by, approval_note=note, **asked)
        _tell(changes, APPROVAL_ASKED, MARGIN_ASKED, quotation, deciders(quotation))
    return quotation


def grant_approval(quotation: Quotation, *, by: Any) -> Quotation:
    """Allow the discount and the margin that were asked for, and better ones; who asked is told. Raises `NotAsked`."""
    with change_set(by=by, summary=_("Approved %(record)s"), params={"record": quotation}) as changes:
        _asked(changes, quotation)
        changes.update(
            quotation,
            approval=Approval.GRANTED,
            approved_percent=quotation.asked_percent,
            approved_margin=quotation.asked_margin,
            approval_note="",
        )
        _tell(changes, APPROVAL_GRANTED, MARGIN_GRANTED, quotation, [quotation.approval_asked_by_id])
    return quotation


def refuse_approval(quotation: Quotation, *, by: Any, note: str = "") -> Quotation:
    """Do not allow it, with a reason; who asked is told. Raises `NotAsked`."""
    params = {"record": quotation}
    with change_set(by=by, summary=_("Refused to approve %(record)s"), params=params) as changes:
        _asked(changes, quotation)
        changes.update(quotation, approval=Approval.REFUSED, approval_note=note)
        _tell(changes, APPROVAL_REFUSED, MARGIN_REFUSED, quotation, [quotation.approval_asked_by_id])
    return quotation


def deciders(quotation: Quotation) -> list[int]:
    """Who is told: the leaders of the deal's team, or the administrators where it has none."""
    leaders = (
        User.objects.active().filter(led_teams=quotation.opportunity.team_id).values_list("pk", flat=True)
    )
    return list(leaders) or list(User.objects.active().administrators().values_list("pk", flat=True))


def _asked(changes: Changes, quotation: Quotation) -> None:
    changes.lock(quotation)
    if quotation.approval != Approval.ASKED or not quotation.is_draft:
        raise NotAsked(quotation=quotation)


def _tell(
    changes: Changes, of_discount: Event, of_margin: Event, quotation: Quotation, people: list[Any]
) -> None:
    """What is decided about, in words: the discount where that is above the limit, else the margin."""
    told = ",".join(str(pk) for pk in people if pk is not None)
    limit, percent = limits_for(quotation.opportunity.team_id).discount, quotation.asked_percent
    event = of_discount if limit is not None and percent > limit else of_margin
    changes.event(event.name, quotation, percent=_figure(percent), note=quotation.approval_note, user=told)


def _figure(percent: Decimal) -> str:
    return shown.number(percent.normalize() + 0)
