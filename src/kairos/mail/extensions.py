"""Where the outbox is found."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.slots import PLACES, Place


@PLACES.register()
class Outbox(Place):
    name = "outbox"
    label = _("Outbox")
    icon = "send"
    order = 84
    area = "settings"

    def shown_to(self, user: Any) -> bool:
        return bool(user.is_administrator)
