"""The example company has plans, and has done some of them."""

import pytest
from django.utils import timezone

from kairos.activities.models import Activity
from kairos.activities.state import late_at, overdue_at, planned_at, today_at
from kairos.core.demo import fill
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
