"""Background work of conversation."""

import datetime as dt

from django.utils import timezone
from django_tasks import task


@task()
def send_messages() -> None:
    """Put messages to customers into the outbox when their time has come."""
    from kairos.discuss.actions.letters import send_due

    send_due(now=timezone.now())


def send_at(moment: dt.datetime) -> None:
    """Let the worker look right after this moment; where tasks cannot wait, the schedule finds it within a minute."""
    if send_messages.get_backend().supports_defer:
        send_messages.using(run_after=moment + dt.timedelta(milliseconds=200)).enqueue()


@task()
def mail_notices() -> None:
    """Send by e-mail what is due and nobody has read."""
    from kairos.discuss.actions.notices import mail_what_is_due

    mail_what_is_due(now=timezone.now())


@task()
def push_notices() -> None:
    """Tell people's browsers what is due and nobody has read."""
    from kairos.discuss.actions.pushing import push_what_is_due

    push_what_is_due(now=timezone.now())


def push_at(moment: dt.datetime) -> None:
    """Let the worker tell browsers right after this moment; as `send_at`."""
    if push_notices.get_backend().supports_defer:
        push_notices.using(run_after=moment + dt.timedelta(milliseconds=200)).enqueue()
