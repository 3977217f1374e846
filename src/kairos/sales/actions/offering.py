"""A quotation goes to the customer: a message with its PDF, by the way of every message to customers."""

from collections.abc import Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kairos.core.history import change_set
from kairos.discuss.actions.letters import send_message
from kairos.sales.actions.links import address_of, make_link
from kairos.sales.actions.refusals import check_state
from kairos.sales.actions.states import send_quotation
from kairos.sales.models import PortalLink, Quotation, State
from kairos.sales.paper import language_of, paper_of


def offer_quotation(
    quotation: Quotation,
    *,
    text: str,
    subject: str,
    to: Sequence[tuple[str, str]],
    by: Any,
    with_link: bool = False,
) -> Quotation:
    """Write to the customer with the PDF; a draft is sent by it. Until the message leaves, one undo takes all back.

    `with_link` puts below the words where the customer can look at it, ask and accept.

    Raises `NotPossibleNow`, `NothingOffered`, and as `send_message`.
    """
    summary, params = _("Sent %(record)s to the customer"), {"record": quotation}
    with change_set(by=by, summary=summary, params=params) as changes:
        check_state(changes.lock(quotation), State.DRAFT, State.SENT, State.CONFIRMED)
        if quotation.is_draft:
            send_quotation(quotation, by=by)
        if with_link:
            text = f"{text.rstrip()}\n\n{invitation(make_link(quotation, by=by), language_of(quotation))}"
        send_message(quotation, text=text, subject=subject, to=to, files=[paper_of(quotation)], by=by)
    return quotation


def invitation(link: PortalLink, language: str) -> str:
    """The way to the page, in words of the customer's language."""
    with translation.override(language):
        return _now("Look at it, ask, and accept it here:\n%(address)s") % {"address": address_of(link)}
