"""What people find of theirs on their own page of preferences, contributed by the app that has it."""

from typing import Any

from kairos.core.slots import Slot


class OwnPanel:
    """A card with a sentence and a button that leads to things of one's own."""

    title: Any
    icon: str = "square"
    sentence: Any
    label: Any

    def url(self) -> str:
        raise NotImplementedError


OWN_PANELS: Slot[OwnPanel] = Slot("accounts.own_panels", accepts=OwnPanel)
