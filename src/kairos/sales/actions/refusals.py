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


class ChangedMeanwhile(ActionRefused):
    """Nothing is written over what somebody else has written since; `record` and `name` say where."""

    message = _("%(field)s was not saved: somebody else has changed it meanwhile.")

    def __init__(self, record: Any, name: str) -> None:
        super().__init__(field=record._meta.get_field(name).verbose_name)
        self.record, self.name = record, name


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


def check_unchanged(record: Any, values: Mapping[str, Any], was: Mapping[str, Any]) -> None:
    """Raises `ChangedMeanwhile` where a field is neither as it was read nor as it is wanted."""
    for name, read in was.items():
        if getattr(record, name) not in (read, values[name]):
            raise ChangedMeanwhile(record, name)
