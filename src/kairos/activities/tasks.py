"""Background work of activities."""

import datetime as dt

from django.utils import timezone
from django_tasks import task


@task()
def send_invitations() -> None:
    """Tell those outside what has changed about their meetings."""
    from kairos.activities.actions.invitations import send_due_invitations

    send_due_invitations(now=timezone.now())


def invite_at(moment: dt.datetime) -> None:
    """Let the worker look right after this moment; where tasks cannot wait, the schedule finds it within a minute."""
    if send_invitations.get_backend().supports_defer:
        send_invitations.using(run_after=moment + dt.timedelta(milliseconds=200)).enqueue()


@task()
def remind() -> None:
    """Remind people of what begins soon."""
    from kairos.activities.actions.reminders import remind as remind_now

    remind_now(now=timezone.now())


@task()
def extend_series() -> None:
    """Put into the calendar what has come within reach of it."""
    from kairos.activities.actions.series import extend_due_series

    extend_due_series(now=timezone.now())
