"""What scoring adds: the chances on a deal's page, a page of its own, and scores that follow whatever is changed."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.slots import FOLLOWERS, PLACES, RECORD_PANELS, Place, RecordPanel
from kairos.crm.scoring.following import FollowMode, FollowSettings
from kairos.crm.scoring.live import FollowScores


class Chances(RecordPanel):
    """How likely an open deal is, and why."""

    template_name = "crm/_score_panel.html"

    def shown_to(self, user: Any, record: Any) -> bool:
        return bool(record.is_open) and record.archived_at is None


for _of in ("lead", "opportunity"):
    RECORD_PANELS.register(order=5, for_type=_of)(Chances)


@PLACES.register()
class ScoringPlace(Place):
    name = "scoring"
    label = _("Scoring")
    icon = "gauge"
    order = 70
    area = "pipeline"
    audience = "leaders"


FOLLOWERS.register(order=10, for_type="opportunity")(FollowScores)
FOLLOWERS.register(order=10, for_type="teamprocess")(FollowMode)
FOLLOWERS.register(order=10, for_type="scoresettings")(FollowSettings)
