"""Lines that do something instead of being said, and those that chat itself knows."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairos.chat.actions.channels import leave_channel
from kairos.chat.models import Channel
from kairos.chat.slots import COMMANDS, Answer, Command
from kairos.core.fields import format as shown

LINE = re.compile(r"/([a-z][a-z-]*)(?:\s+(.*))?$", re.DOTALL)


def commands_for(user: Any, channel: Channel) -> list[Command]:
    """What this person can do from here, in the order of the slot."""
    return [one for one in COMMANDS.contributions() if one.shown_to(user, channel)]


def is_command(text: str) -> bool:
    """Whether a line asks for something to be done. An address such as /leads/5 is only said."""
    return LINE.match(text.strip()) is not None


def run_command(channel: Channel, text: str, *, by: Any) -> Answer:
    """Do what the line asks for. Raises `ValidationError` for one that nobody knows or that lacks its words."""
    found = LINE.match(text.strip())
    name, words = (found[1], (found[2] or "").strip()) if found else ("", "")
    command = next((one for one in commands_for(by, channel) if one.name == name), None)
    if command is None:
        raise ValidationError(
            _("There is no command /%(name)s here; /help names them."), params={"name": name}
        )
    if command.argument and not words:
        asked = {"name": name, "argument": command.argument}
        raise ValidationError(_("Write /%(name)s and behind it: %(argument)s."), params=asked)
    return command.run(channel, words, by=by)


@COMMANDS.register(order=90)
class Help(Command):
    name = "help"
    label = gettext_lazy("Names what can be done from here")

    def run(self, channel: Any, words: str, *, by: Any) -> Answer:
        lines = [
            " ".join(filter(None, (f"/{one.name}", one.argument and f"[{one.argument}]", f"– {one.label}")))
            for one in commands_for(by, channel)
        ]
        return Answer("\n".join(lines))


@COMMANDS.register(order=91)
class Who(Command):
    name = "who"
    label = gettext_lazy("Names who is in this conversation")

    def run(self, channel: Any, words: str, *, by: Any) -> Answer:
        people = channel.members.filter(archived_at=None).order_by("name", "pk")
        return Answer(shown.listed([str(one) for one in people]))


@COMMANDS.register(order=92)
class Leave(Command):
    name = "leave"
    label = gettext_lazy("Leaves this conversation")

    def shown_to(self, user: Any, channel: Any) -> bool:
        return bool(channel.kind != Channel.Kind.DIRECT)

    def run(self, channel: Any, words: str, *, by: Any) -> Answer:
        leave_channel(channel, by=by)
        return Answer(go_to=reverse("chat"))
