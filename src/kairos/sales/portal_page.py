"""What the page of a quotation shows to a customer. It is given words and figures only, never records."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kairos.accounts.workspace import logo_address, workspace
from kairos.core.fields import format as shown
from kairos.core.fields.format import plain_number
from kairos.discuss.models.template import LANGUAGES
from kairos.sales.actions.portal import fingerprint, is_over
from kairos.sales.choices import Choices, with_choices
from kairos.sales.models import PortalAnswer, PortalLink, Quotation, State
from kairos.sales.paper import ACCENT, language_of, lines_of, said_by


def language_asked(data: Mapping[str, str], quotation: Quotation) -> str:
    """The language that was chosen on the page, else the customer's."""
    asked = data.get("language", "")
    return asked if asked in dict(LANGUAGES) else language_of(quotation)


def portal_context(link: PortalLink, token: str, *, language: str, choices: Choices) -> dict[str, Any]:
    """Everything on the page; with `choices` the sums are those of what was chosen."""
    quotation, house, now = link.quotation, workspace(), timezone.now()
    lines = lines_of(quotation)
    chosen, as_chosen = with_choices(quotation, lines, choices)
    said = said_by(quotation, house=house, language=language, lines=lines)
    sums = said_by(chosen, house=house, language=language, lines=as_chosen)
    amounts = {one["line"]: one["amount"] for one in [*sums["lines"], *sums["options"]] if "amount" in one}
    is_sent = quotation.state == State.SENT
    return {
        "token": token,
        "language": language,
        "languages": LANGUAGES,
        "said": said,
        "sums": sums["sums"],
        "total": sums["total"],
        "amounts": amounts,
        "picked": {str(pk): plain_number(quantity) for pk, quantity in choices.items()},
        "offered": {str(line.pk): plain_number(line.quantity) for line in lines},
        "seen": fingerprint(quotation, lines, language=language),
        "is_open": is_sent and not is_over(quotation, now=now),
        "may_decline": is_sent,
        "standing": _standing(quotation, now=now),
        "logo": logo_address(house),
        "accent": house.accent or ACCENT,
    }


def _standing(quotation: Quotation, *, now: Any) -> tuple[str, str]:
    """What became of it, as a tone and a sentence; nothing while it waits for an answer."""
    answer = PortalAnswer.objects.filter(quotation=quotation).order_by("-pk").first()
    if quotation.state == State.CONFIRMED:
        if answer is not None and answer.kind == PortalAnswer.Kind.ACCEPTED:
            about = {"name": answer.name, "when": shown.datetime(answer.at, "long")}
            return "won", _("Accepted by %(name)s on %(when)s. Thank you.") % about
        return "won", _("This is ordered. Thank you.")
    if quotation.state == State.REPLACED:
        return "none", _("This version has been replaced by a newer one.")
    if quotation.state == State.CANCELLED:
        declined = answer is not None and answer.kind == PortalAnswer.Kind.DECLINED
        return "none", _("You have declined this quotation.") if declined else _("This has been cancelled.")
    if is_over(quotation, now=now):
        day = shown.date(quotation.valid_until, "long")
        return "amber", _("This quotation was valid until %(day)s. Ask for a new one.") % {"day": day}
    return "", ""
