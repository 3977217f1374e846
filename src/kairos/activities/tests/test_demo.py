"""The example company has plans, and has done some of them."""

import pytest
from django.utils import timezone

from kairos.activities.models import Activity, Answer, Attendee, Invitation, Series
from kairos.activities.state import late_at, overdue_at, planned_at, today_at
from kairos.core.demo import CLOSES, OPENS, ZONE, fill
from kairos.crm.models import Opportunity


@pytest.mark.django_db
def test_every_report_of_activities_says_something() -> None:
    assert fill()
    now = timezone.now()
    for condition in (overdue_at(now), today_at(now), planned_at(now), late_at(now)):
        assert Activity.objects.filter(condition).count() >= 3
    stepless = Opportunity.objects.open().filter(next_step_on=None).count()
    with_step = Opportunity.objects.open().exclude(next_step_on=None)
    assert min(stepless, with_step.count()) > 20
    assert all(deal.next_step for deal in with_step)


@pytest.mark.django_db
def test_the_example_company_meets_on_workdays_in_working_hours() -> None:
    assert fill()
    met = [one.starts_at.astimezone(ZONE) for one in Activity.objects.exclude(starts_at=None)]
    assert len(met) > 10
    assert all(moment.weekday() < 5 and OPENS <= moment.hour < CLOSES for moment in met)


@pytest.mark.django_db
def test_people_come_to_the_meetings_of_the_example_company_and_nobody_is_written_to() -> None:
    assert fill()
    for answer in Answer:
        assert Attendee.objects.filter(answer=answer).exists()
    assert Attendee.objects.exclude(user=None).exists()
    assert not Activity.objects.exclude(starts_at=None).filter(place="").exists()
    assert not Invitation.objects.exists()


@pytest.mark.django_db
def test_one_meeting_of_the_example_company_repeats() -> None:
    assert fill()
    hours = [one.starts_at.astimezone(ZONE) for one in Series.objects.get().occurrences.order_by("occurs_on")]
    assert len(hours) == 12
    assert len({(one.weekday(), one.hour) for one in hours}) == 1
