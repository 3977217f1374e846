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


@PLACES.register()
class Incoming(Place):
    name = "incoming-mail"
    label = _("Incoming mail")
    icon = "inbox"
    order = 83
    area = "settings"

    def shown_to(self, user: Any) -> bool:
        return bool(user.is_administrator)
