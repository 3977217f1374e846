"""What the state of a quotation, or what is asked of it, does not allow."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.history import ActionRefused
from kairos.sales.models import Quotation, State


class NotADraft(ActionRefused):
    message = _("%(quotation)s is no draft any more. Revise it to change what it says.")


class NotPossibleNow(ActionRefused):
    message = _("This cannot be done with %(quotation)s in its present state.")


class AlreadyInvoiced(ActionRefused):
    message = _("%(quotation)s is invoiced, so it cannot be cancelled. Take the invoice back first.")


class NothingOffered(ActionRefused):
    message = _("%(quotation)s has no lines yet.")


class NotADiscount(ActionRefused):
    message = _("A discount is from 0 to 100 percent.")


class OtherCurrency(ActionRefused):
    message = _("The prices of “%(list)s” are in %(currency)s, those of the quotation are not.")


def check_draft(quotation: Quotation) -> None:
    """Raises `NotADraft`."""
    if not quotation.is_draft:
        raise NotADraft(quotation=quotation)


def check_state(quotation: Quotation, *states: State) -> None:
    """Raises `NotPossibleNow`."""
    if quotation.state not in states:
        raise NotPossibleNow(quotation=quotation)


def check_discount(values: Mapping[str, Any]) -> None:
    """Raises `NotADiscount`."""
    if not 0 <= values.get("discount_percent", 0) <= 100:
        raise NotADiscount()
