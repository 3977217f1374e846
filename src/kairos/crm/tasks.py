"""Background work of the pipeline: each task is one action, and can be repeated."""

from django.utils import timezone
from django_tasks import task

from kairos.crm.actions import assignment, scoring


@task()
def assign_at_once() -> None:
    """Give out what waits for teams that assign as soon as leads come."""
    assignment.assign_at_once(now=timezone.now())


@task()
def assign_on_time() -> None:
    """Give out the queues of teams whose set time has come."""
    assignment.assign_on_time(now=timezone.now())


@task()
def learn() -> None:
    """Learn from all closed deals, and score the open ones."""
    scoring.learn()
