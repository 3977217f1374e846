"""Housekeeping that happens by itself; `schedule.py` says how often."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from kairos.core.planner import refresh_statistics

KEPT = timedelta(days=7)
FAILURES_KEPT = timedelta(days=30)


@task()
def forget_expired_sessions() -> None:
    """Delete the sessions that no longer sign anybody in."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


@task()
def tend_database() -> None:
    """Refresh what the embedded database knows about its tables, and fold its log into its file."""
    if connection.vendor == "sqlite":
        refresh_statistics()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@task()
def forget_old_task_results() -> None:
    """Delete results of finished tasks: after a week, of failed ones after a month."""
    now = timezone.now()
    DBTaskResult.objects.successful().filter(finished_at__lt=now - KEPT).delete()
    DBTaskResult.objects.failed().filter(finished_at__lt=now - FAILURES_KEPT).delete()
