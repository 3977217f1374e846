"""What the example company has planned and done: three in four deals somebody has are worked on."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.activities.actions.series import repeat_meeting
from kairos.activities.models import Activity, Answer, Attendee, Status
from kairos.core.demo import ZONE, Story, workday
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
# In how many days what is planned is due; today has its share whatever the hour.
AHEAD = (-3, -2, -1, 0, 0, 0, 1, 2, 3, 4, 5, 7, 9)
BACK = 60
PLACES = ("Room 2", "Video call")
# How many days after its day something was done.
LATE = (0, -1, 0, 0, 2, 0, -1, 1, 0, 0, 4)


def tell_activities(story: Story) -> None:
    """Set-based, as an import would: nobody was told, and no bell rang."""
    kai = story.found["kai"]
    deals = list(
        Opportunity.objects.exclude(salesperson=None)
        .select_related("salesperson", "organisation", "person")
        .order_by("pk")
    )
    planned = [_planned(story, deal) for deal in deals if deal.is_open and deal.pk % 4]
    done = [one for deal in deals if deal.pk % 3 for one in _done(story, deal)]
    weekly = next(one for one in planned if one.starts_at and one.due_on > story.today)
    weekly.summary = "Weekly check-in"
    with change_set(by=kai, summary=_("Planned what comes next")) as changes:
        changes.create_many(Activity, [*done, *planned])
        changes.create_many(Attendee, _attendees(story, planned, deals))
        repeat_meeting(weekly, rule="FREQ=WEEKLY;COUNT=12", by=kai, zone=str(ZONE))


def _planned(story: Story, deal: Any) -> Activity:
    doing, what = STEPS[deal.pk % len(STEPS)]
    day = story.today + dt.timedelta(days=AHEAD[deal.pk % len(AHEAD)])
    is_met = doing in ("meeting", "visit")
    one = _about(story, deal, doing, what, workday(day) if is_met else day)
    if is_met:
        one.starts_at = story.hour_on(one.due_on, deal.pk)
        one.ends_at = one.starts_at + dt.timedelta(minutes=60)
        one.place = deal.organisation.city if doing == "visit" and deal.organisation else PLACES[deal.pk % 2]
    return one


def _attendees(story: Story, planned: list[Activity], deals: list[Any]) -> list[Attendee]:
    """To a meeting comes the customer, and to every other one a colleague; most have answered."""
    by_id = {deal.pk: deal for deal in deals}
    people = sorted({deal.salesperson for deal in deals}, key=lambda one: one.pk)
    found = []
    for turn, one in enumerate(one for one in planned if one.starts_at):
        person = by_id[one.record_id].person
        colleague = people[(people.index(one.assignee) + 1) % len(people)]
        if person is not None and person.email:
            who = {"contact": person, "name": person.name, "email": person.email.lower()}
            found.append(_attendee(story, one, turn, **who))
        if turn % 2 and colleague != one.assignee:
            found.append(_attendee(story, one, turn + 1, user=colleague, name=colleague.name))
    return found


def _attendee(story: Story, meeting: Activity, turn: int, **who: Any) -> Attendee:
    answer = list(Answer)[turn % 4]
    answered_at = None if answer == Answer.WAITING else story.ago(1)
    said = {"answer": answer, "answered_at": answered_at, "created_at": meeting.created_at}
    return Attendee(activity=meeting, **who, **said)


def _done(story: Story, deal: Any) -> list[Activity]:
    found = []
    for turn in range(1 + deal.pk % 2):
        doing, what = STEPS[(deal.pk + turn) % len(STEPS)]
        back = (deal.pk * 7 + turn * 23) % BACK + 1
        one = _about(story, deal, doing, what, story.today - dt.timedelta(days=back))
        one.status, one.done_by = Status.DONE, deal.salesperson
        late = LATE[(deal.pk + turn) % len(LATE)]
        one.done_at = story.ago(max(0, back - late))
        one.created_at = story.ago(back + 2 + deal.pk % 5)
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
