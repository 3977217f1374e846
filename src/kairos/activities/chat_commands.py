"""Something to do, from within a conversation."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairos.activities.actions.activities import plan_activity
from kairos.activities.models import Activity
from kairos.chat.slots import COMMANDS, Answer, Command
from kairos.core.records import type_of


@COMMANDS.register(order=20)
class TodoCommand(Command):
    """Something this person has to do, about no record."""

    name = "todo"
    label = gettext_lazy("Plans something for you to do")
    argument = gettext_lazy("what")

    def shown_to(self, user: Any, channel: Any) -> bool:
        return type_of(Activity).access.can_create(user)

    def run(self, channel: Any, words: str, *, by: Any) -> Answer:
        planned = plan_activity(None, by=by, summary=" ".join(words.split()), assignee=by)
        return Answer(_("Planned for you:"), str(planned), type_of(Activity).url_of(planned))
