"""What the example company has planned and done: three in four deals somebody has are worked on."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.accounts.workspace import workspace
from kairos.activities.models import Activity, Status
from kairos.core.demo import Story
from kairos.core.history import change_set
from kairos.crm.models import Opportunity

STEPS = (
    ("call", "Call back"),
    ("email", "Send the offer"),
    ("visit", "Visit the line"),
    ("todo", "Ask for the drawing"),
    ("meeting", "Go through the offer"),
)
CAME_OF_IT = (
    "They will decide next week.",
    "Wants a second offer.",
    "Nobody there, tried twice.",
    "Very interested.",
)
BACK = 60


def tell_activities(story: Story) -> None:
    """Set-based, as an import would: nobody was told, and no bell rang."""
    kai = story.found["kai"]
    deals = list(Opportunity.objects.exclude(salesperson=None).select_related("salesperson").order_by("pk"))
    planned = [_planned(story, deal) for deal in deals if deal.is_open and deal.pk % 4]
    done = [one for deal in deals if deal.pk % 3 for one in _done(story, deal)]
    with change_set(by=kai, summary=_("Planned what comes next")) as changes:
        changes.create_many(Activity, [*done, *planned])


def _planned(story: Story, deal: Any) -> Activity:
    doing, what = STEPS[deal.pk % len(STEPS)]
    day = timezone.localdate() + dt.timedelta(days=deal.pk % 13 - 3)
    one = _about(story, deal, doing, what, day)
    if doing in ("meeting", "visit"):
        one.starts_at = dt.datetime.combine(
            day, dt.time(9 + deal.pk % 7), tzinfo=ZoneInfo(workspace().time_zone)
        )
        one.ends_at = one.starts_at + dt.timedelta(minutes=60)
    return one


def _done(story: Story, deal: Any) -> list[Activity]:
    found = []
    for turn in range(1 + deal.pk % 2):
        doing, what = STEPS[(deal.pk + turn) % len(STEPS)]
        back = (deal.pk * 7 + turn * 23) % BACK + 1
        one = _about(story, deal, doing, what, timezone.localdate() - dt.timedelta(days=back))
        one.status, one.done_by = Status.DONE, deal.salesperson
        one.done_at = story.ago(max(0, back - deal.pk % 3))
        one.created_at = story.ago(back + 4)
        one.feedback = CAME_OF_IT[(deal.pk + turn) % len(CAME_OF_IT)]
        found.append(one)
    return found


def _about(story: Story, deal: Any, doing: str, what: str, day: dt.date) -> Activity:
    return Activity(
        type=story.found["activity_types"][doing],
        summary=what,
        due_on=day,
        assignee=deal.salesperson,
        record_type="opportunity",
        record_id=deal.pk,
        record_title=deal.title,
        created_at=story.ago(5),
    )
