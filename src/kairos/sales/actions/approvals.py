"""A discount above the limit of the house: asked for, granted, refused. Who decides is asked before."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import User
from kairos.core.fields import format as shown
from kairos.core.history import ActionRefused, Changes, change_set
from kairos.sales.discounts import given_percent
from kairos.sales.events import APPROVAL_ASKED, APPROVAL_GRANTED, APPROVAL_REFUSED
from kairos.sales.house import house
from kairos.sales.models import Approval, Quotation


class NeedsApproval(ActionRefused):
    message = _(
        "%(quotation)s gives a discount of %(percent)s percent; above %(limit)s percent a leader has to approve it."
    )


class NothingToApprove(ActionRefused):
    message = _("The discount of %(quotation)s needs no approval.")


class NotAsked(ActionRefused):
    message = _("Nobody is waiting for an approval of %(quotation)s any more.")


def discount_of(quotation: Quotation) -> Decimal:
    """What the quotation gives now, in percent (see `discounts.given_percent`)."""
    return given_percent(quotation.lines.all(), quotation.discount_percent)


def limit_of(quotation: Quotation) -> Decimal | None:
    """What needs no approval, or no further one; None where there is no limit."""
    limit = house().discount_limit
    return None if limit is None else max(limit, quotation.approved_percent)


def needs_approval(quotation: Quotation) -> bool:
    """Whether its discount is above what is allowed or approved."""
    limit = limit_of(quotation)
    return limit is not None and discount_of(quotation) > limit


def check_approved(quotation: Quotation) -> None:
    """Raises `NeedsApproval`."""
    limit = limit_of(quotation)
    if limit is not None and (given := discount_of(quotation)) > limit:
        raise NeedsApproval(quotation=quotation, percent=_figure(given), limit=_figure(limit))


def ask_approval(quotation: Quotation, *, by: Any, note: str = "") -> Quotation:
    """Ask those who may decide; they are told. Raises `NothingToApprove`."""
    summary, params = _("Asked to approve the discount of %(record)s"), {"record": quotation}
    with change_set(by=by, summary=summary, params=params) as changes:
        changes.lock(quotation)
        if not quotation.is_draft or not needs_approval(quotation):
            raise NothingToApprove(quotation=quotation)
        asked = {"approval_asked_by": by, "approval_note": note, "asked_percent": discount_of(quotation)}
        changes.update(quotation, approval=Approval.ASKED, **asked)
        _tell(changes, APPROVAL_ASKED.name, quotation, deciders(quotation))
    return quotation


def approve_discount(quotation: Quotation, *, by: Any) -> Quotation:
    """Allow the discount that was asked for, and any smaller one; who asked is told. Raises `NotAsked`."""
    summary, params = _("Approved the discount of %(record)s"), {"record": quotation}
    with change_set(by=by, summary=summary, params=params) as changes:
        _asked(changes, quotation)
        granted = quotation.asked_percent
        changes.update(quotation, approval=Approval.GRANTED, approved_percent=granted, approval_note="")
        _tell(changes, APPROVAL_GRANTED.name, quotation, [quotation.approval_asked_by_id])
    return quotation


def refuse_discount(quotation: Quotation, *, by: Any, note: str = "") -> Quotation:
    """Do not allow it, with a reason; who asked is told. Raises `NotAsked`."""
    summary, params = _("Refused the discount of %(record)s"), {"record": quotation}
    with change_set(by=by, summary=summary, params=params) as changes:
        _asked(changes, quotation)
        changes.update(quotation, approval=Approval.REFUSED, approval_note=note)
        _tell(changes, APPROVAL_REFUSED.name, quotation, [quotation.approval_asked_by_id])
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


def _tell(changes: Changes, event: str, quotation: Quotation, people: list[Any]) -> None:
    told = ",".join(str(pk) for pk in people if pk is not None)
    percent = _figure(quotation.asked_percent)
    changes.event(event, quotation, percent=percent, note=quotation.approval_note, user=told)


def _figure(percent: Decimal) -> str:
    return shown.number(percent.normalize() + 0)
