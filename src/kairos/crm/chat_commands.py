"""A lead from within a conversation."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairos.chat.slots import COMMANDS, Answer, Command
from kairos.core.records import type_of
from kairos.crm.models import Lead, Opportunity


@COMMANDS.register(order=10)
class LeadCommand(Command):
    """A lead where this person's teams look at leads first, else a deal; it is whoever asked for it that has it."""

    name = "lead"
    label = gettext_lazy("Makes a lead")
    argument = gettext_lazy("title")

    def shown_to(self, user: Any, channel: Any) -> bool:
        return type_of(Opportunity).access.can_create(user)

    def run(self, channel: Any, words: str, *, by: Any) -> Answer:
        leads = type_of(Lead)
        kind = leads if leads.in_menu(by) else type_of(Opportunity)
        title = " ".join(words.split())[:200]
        made = kind.create(model=kind.model, values={"title": title, "salesperson": by}, by=by)
        return Answer(_("Made, and it is yours:"), kind.title(made), kind.url_of(made))
