"""Fields that the example company has given its deals and customers itself, with values."""

import datetime as dt
import random
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.contacts.models import Contact
from kairos.core.actions.custom_fields import create_custom_field
from kairos.core.demo import Story
from kairos.core.history import change_set
from kairos.crm.models import Opportunity

APPLICATIONS = (
    ("metrology", "Metrology", 9),
    ("coating", "Coating", 5),
    ("incoming", "Incoming goods", 3),
    ("research", "Research", 10),
)
GRADES = (("a", "A", 5), ("b", "B", 3), ("c", "C", 0))


def tell_fields(story: Story) -> None:
    """An application, a trial and an approved budget for deals; a distributor in Europe; a grade for organisations."""
    deals = {"record_types": ["opportunity"], "section": "Deal"}
    for values in (
        {
            "label": "Application",
            "kind": "choice",
            "record_types": ["opportunity", "lead"],
            "choices": _choices(APPLICATIONS),
            "section": "Deal",
            "is_on_card": True,
        },
        {"label": "Trial until", "kind": "date", "help": "The day the loan instrument comes back", **deals},
        {"label": "Budget approved", "kind": "boolean", **deals},
        {
            "label": "Distributor",
            "kind": "relation",
            "target": "contact",
            "team_id": story.found["partners"].pk,
            **deals,
        },
        {
            "label": "Grade",
            "kind": "choice",
            "record_types": ["contact"],
            "choices": _choices(GRADES),
            "section": "Company",
            "is_in_list": True,
        },
    ):
        create_custom_field(values=values, by=story.found["kai"])
    _fill(story)


def _choices(rows: Any) -> list[dict[str, Any]]:
    return [{"value": value, "label": label, "colour": colour} for value, label, colour in rows]


def _fill(story: Story) -> None:
    # Dice of its own, so that the rest of the story falls as it did before there were fields.
    dice = random.Random(11)  # noqa: S311 - the same company each time
    grades = {
        contact.pk: {"custom__grade": dice.choices(["a", "b", "c"], [2, 4, 3])[0]}
        for contact in Contact.objects.organisations().order_by("pk")
    }
    partners = list(Contact.objects.organisations().filter(country__in=["NL", "DE"]).order_by("pk"))
    values = {
        deal.pk: _of_deal(story, deal, partners, dice) for deal in Opportunity.with_leads.order_by("pk")
    }
    summary = _("Filled in the new fields")
    with change_set(by=story.found["kai"], summary=summary, at=story.now) as changes:
        changes.update_many(Contact, grades)
        changes.update_many(Opportunity, values)


def _of_deal(story: Story, deal: Opportunity, partners: list[Contact], dice: random.Random) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if dice.random() < 0.8:
        given["custom__application"] = dice.choice([value for value, _label, _colour in APPLICATIONS])
    if deal.kind != "lead" and deal.is_open and dice.random() < 0.4:
        given["custom__trial_until"] = story.now.date() + dt.timedelta(dice.randint(-10, 45))
    if deal.kind != "lead" and dice.random() < 0.45:
        given["custom__budget_approved"] = True
    if deal.team_id == story.found["partners"].pk and partners and dice.random() < 0.5:
        given["custom__distributor"] = dice.choice(partners)
    return given
