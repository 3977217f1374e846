"""What is asked before a quotation goes to the customer: to whom, in which words."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kairos.accounts.workspace import workspace
from kairos.core.fields import format as shown
from kairos.core.history import ActionRefused
from kairos.core.records import ActionForm, type_of
from kairos.discuss.filling import Filled, fill
from kairos.discuss.models import MessageTemplate
from kairos.sales.models import Quotation
from kairos.sales.paper import language_of, money

MOST = 50
MOST_PEOPLE = 8


def customers_of(quotation: Any) -> list[tuple[str, str]]:
    """Names and addresses of the customer's people: the person's, what the deal says, the organisation's."""
    deal, person, whole = quotation.opportunity, quotation.person, quotation.organisation
    found = [(person.name, email) for email in person.emails] if person else []
    found += [(deal.contact_name, deal.email)] if deal.email else []
    found += [(whole.name, email) for email in whole.emails] if whole else []
    return list({address.casefold(): (name, address) for name, address in reversed(found)}.values())[::-1]


class OfferForm(ActionForm):
    """The addresses, the subject and the words, which a template may give."""

    template = "sales/_offer.html"

    def context(self, records: Sequence[Any], user: Any, data: Any) -> dict[str, Any]:
        quotation = records[0]
        people = customers_of(quotation)[:MOST_PEOPLE]
        templates = list(MessageTemplate.objects.visible_to(user).active().order_by("name", "pk")[:MOST])
        chosen = next((one for one in templates if str(one.pk) == data.get("template")), None)
        words, refusal = _words(quotation, chosen, user)
        return {
            "quotation": quotation,
            "paper_url": reverse("quotation-pdf", args=[quotation.pk]),
            "people": people,
            "picked": data.getlist("to") or [address for _name, address in people[:1]],
            "others": data.get("to_others", ""),
            "templates": [(str(one.pk), one.name) for one in templates],
            "template": chosen,
            "subject": data.get("subject", words.subject),
            "text": data.get("text", words.text),
            "refusal": refusal,
        }

    def read(
        self, records: Sequence[Any], user: Any, data: Any
    ) -> tuple[dict[str, Any], dict[str, list[str]]]:
        names = {address.casefold(): name for name, address in customers_of(records[0])}
        typed = data.get("to_others", "").replace(";", ",").split(",")
        addresses = [*data.getlist("to"), *(one.strip() for one in typed if one.strip())]
        to = [(names.get(address.casefold(), ""), address) for address in addresses]
        words = {name: data.get(name, "") for name in ("subject", "text")}
        return {"to": to, **words, "with_link": data.get("with_link") == "1"}, {}


def _words(quotation: Quotation, template: MessageTemplate | None, by: Any) -> tuple[Filled, str]:
    """What the template says of it in the customer's language, or the usual words with the reason why not it."""
    language = language_of(quotation)
    usual = usual_words(quotation, language=language, by=by)
    if template is None:
        return usual, ""
    try:
        filled = fill(template, type_of(Quotation), quotation, by=by, language=language)
    except ActionRefused as refusal:
        return usual, str(refusal)
    return Filled(filled.subject or usual.subject, filled.text), ""


def usual_words(quotation: Any, *, language: str, by: Any) -> Filled:
    """What one writes with a quotation, in the language of the customer."""
    with translation.override(language):
        about = {
            "number": quotation.number,
            "house": workspace().name,
            "total": money(quotation.total, quotation.currency),
            "day": shown.date(quotation.valid_until, "long"),
        }
        name = quotation.person.name if quotation.person else quotation.opportunity.contact_name
        parts = [_("Dear %(name)s,") % {"name": name} if name else _("Good day,")]
        if not quotation.is_offered:
            subject = _("Order %(number)s, %(house)s") % about
            parts.append(_("attached is our confirmation of your order %(number)s, %(total)s.") % about)
        else:
            subject = _("Quotation %(number)s, %(house)s") % about
            parts.append(_("attached is our quotation %(number)s, %(total)s.") % about)
            if quotation.valid_until:
                parts.append(_("It is valid until %(day)s.") % about)
        parts.append(_("If anything is unclear, just answer this message."))
        if not getattr(by, "signature", "").strip():
            parts.append(_("Kind regards\n%(name)s") % {"name": by})
    return Filled(subject, "\n\n".join(parts))
