"""The core's own pages in the rail."""

from django.utils.translation import gettext_lazy as _

from kairos.core.slots import PLACES, Place


@PLACES.register()
class DuplicatesPlace(Place):
    name = "duplicates"
    label = _("Duplicates")
    icon = "git-merge"
    order = 80
    area = "data"


@PLACES.register()
class HistoryPlace(Place):
    name = "history"
    label = _("History")
    icon = "history"
    order = 90
    area = "data"
