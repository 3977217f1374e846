"""Where other apps let people do something from within a conversation."""

from dataclasses import dataclass
from typing import Any

from kairos.core.slots import Slot


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a command, for whoever gave it: words, what they are about, where it is; `go_to` is another page."""

    words: str = ""
    title: str = ""
    url: str = ""
    go_to: str = ""


class Command:
    """What a line such as “/lead Acme wants a demo” does: `run` gets what stands behind the name.

    `argument` says what belongs there, where something must. What `run` writes is one change set, which can be undone.
    """

    name: str
    label: Any
    argument: Any = ""

    def shown_to(self, user: Any, channel: Any) -> bool:
        return True

    def run(self, channel: Any, words: str, *, by: Any) -> Answer:
        raise NotImplementedError


COMMANDS: Slot[Command] = Slot("chat.commands", accepts=Command)
