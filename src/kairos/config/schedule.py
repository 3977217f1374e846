"""Recurring work: the one list of what happens by itself, and how often."""

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
    Recurring(task="kairos.core.tasks.find_duplicates", every=timedelta(hours=24)),
    Recurring(task="kairos.mail.tasks.deliver", every=timedelta(minutes=1)),
    Recurring(task="kairos.crm.tasks.learn", every=timedelta(hours=24)),
    Recurring(task="kairos.crm.tasks.assign_on_time", every=timedelta(hours=1)),
)


def enqueue_what_is_due() -> None:
    """Enqueue each recurring task that is due. Two workers may both do it; tasks can be repeated."""
    now = timezone.now()
    for recurring in SCHEDULE:
        if not apps.is_installed(recurring.task.rpartition(".tasks.")[0]):
            continue
        recent = DBTaskResult.objects.filter(task_path=recurring.task, enqueued_at__gt=now - recurring.every)
        if not recent.exists():
            import_string(recurring.task).enqueue()
