"""Where reports are found."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.slots import PLACES, Place


@PLACES.register(order=80)
class Reports(Place):
    name = "reports"
    label = _("Reports")
    icon = "chart-column"
    order = 80
    key = "r"

    def shown_to(self, user: Any) -> bool:
        from kairos.insight.gallery import reported_types

        return bool(reported_types(user))
