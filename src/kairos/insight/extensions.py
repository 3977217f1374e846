"""Where reports are found."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kairos.core.slots import FAVOURITES, PLACES, Favourites, Place


@PLACES.register(order=80)
class Reports(Place):
    name = "reports"
    label = _("All reports")
    icon = "chart-column"
    order = 0
    area = "reports"
    key = "r"

    def shown_to(self, user: Any) -> bool:
        from kairos.insight.gallery import reported_types

        return bool(reported_types(user))


@FAVOURITES.register(order=10)
class StarredReports(Favourites):
    """The reports a person has starred, as long as they may open them."""

    icon = "chart-column"

    def rows(self, user: Any) -> Any:
        from kairos.insight.models import Report

        return Report.objects.visible_to(user).active().filter(starred_by=user)

    def url(self, number: int) -> str:
        return reverse("report", args=[number])
