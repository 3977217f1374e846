"""What happens by itself: the one list of recurring work, and what goes on all the time beside it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.apps import apps
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult


@dataclass(frozen=True, kw_only=True)
class Recurring:
    """A task by its dotted name, enqueued when the last time is `every` ago, which is at most 7 days."""

    task: str
    every: timedelta


SCHEDULE = (
    Recurring(task="kairos.config.tasks.forget_expired_sessions", every=timedelta(hours=24)),
    Recurring(task="kairos.config.tasks.tend_database", every=timedelta(hours=24)),
    Recurring(task="kairos.config.tasks.forget_old_task_results", every=timedelta(hours=24)),
    Recurring(task="kairos.core.tasks.forget_old_imports", every=timedelta(hours=24)),
    Recurring(task="kairos.core.tasks.forget_unused_files", every=timedelta(hours=24)),
    Recurring(task="kairos.core.tasks.find_duplicates", every=timedelta(hours=24)),
    Recurring(task="kairos.mail.tasks.deliver", every=timedelta(minutes=1)),
    Recurring(task="kairos.mail.tasks.check_mailboxes", every=timedelta(minutes=1)),
    Recurring(task="kairos.mail.tasks.compare_mailboxes", every=timedelta(hours=24)),
    Recurring(task="kairos.discuss.tasks.send_messages", every=timedelta(minutes=1)),
    Recurring(task="kairos.discuss.tasks.mail_notices", every=timedelta(minutes=1)),
    Recurring(task="kairos.activities.tasks.send_invitations", every=timedelta(minutes=1)),
    Recurring(task="kairos.discuss.tasks.push_notices", every=timedelta(minutes=1)),
    Recurring(task="kairos.activities.tasks.remind", every=timedelta(minutes=1)),
    Recurring(task="kairos.activities.tasks.extend_series", every=timedelta(hours=24)),
    Recurring(task="kairos.calendars.tasks.check_accounts", every=timedelta(minutes=1)),
    Recurring(task="kairos.calendars.tasks.compare_accounts", every=timedelta(hours=24)),
    Recurring(task="kairos.crm.tasks.learn", every=timedelta(hours=24)),
    Recurring(task="kairos.crm.tasks.assign_on_time", every=timedelta(hours=1)),
)


# Each is a context that the background worker stays in: its work goes on in threads of its own.
STANDING = ("kairos.mail.mailboxes.watching.mailboxes_watched",)


@contextmanager
def standing_work() -> Iterator[None]:
    """Have all of it go on until the caller is done."""
    with ExitStack() as stack:
        for name in STANDING:
            if apps.is_installed(".".join(name.split(".")[:2])):
                stack.enter_context(import_string(name)())
        yield


def enqueue_what_is_due() -> None:
    """Enqueue each recurring task that is due. Two workers may both do it; tasks can be repeated."""
    now = timezone.now()
    for recurring in SCHEDULE:
        if not apps.is_installed(recurring.task.rpartition(".tasks.")[0]):
            continue
        recent = DBTaskResult.objects.filter(task_path=recurring.task, enqueued_at__gt=now - recurring.every)
        if not recent.exists():
            import_string(recurring.task).enqueue()
