"""The types, and a plan, of the example company; what is planned on deals, `crm` tells once there are deals."""

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kairos.activities.actions.types import found_types
from kairos.activities.models import ActivityPlan, ActivityType, Assigned, Chaining, PlanStep
from kairos.core.demo import DAYS, Story
from kairos.core.history import change_set

STEPS = (
    ("todo", "Prepare the hand-over", -2, Assigned.LAUNCHER),
    ("meeting", "Kick-off with the customer", 0, Assigned.OWNER),
    ("call", "Ask how the first weeks went", 21, Assigned.OWNER),
)


def tell(story: Story) -> None:
    """Five usual types, a visit that suggests an e-mail, and a plan for what is won."""
    kai = story.found["kai"]
    with (
        translation.override("en"),
        change_set(by=kai, summary=_("Arranged the activities"), at=story.ago(DAYS)) as changes,
    ):
        types = {one.doing: one for one in found_types(changes)}
        types["visit"] = changes.create(
            ActivityType,
            name="Visit",
            doing="meeting",
            icon="map-pin",
            delay_days=10,
            chaining=Chaining.TRIGGER,
            next_type=types["email"],
            position=5,
        )
        plan = changes.create(ActivityPlan, name="Hand-over after a win")
        for doing, summary, days, who in STEPS:
            changes.create(PlanStep, plan=plan, type=types[doing], summary=summary, days=days, assigned=who)
    story.found["activity_types"] = types
