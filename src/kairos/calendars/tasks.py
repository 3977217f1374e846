"""Background work of calendars."""

from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult


@task()
def sync_account(account_id: int, is_repair: bool, is_meant: bool) -> None:
    """Bring an account in step with its server, as far as a call goes; the rest is for the next one."""
    from kairos.calendars.models import CalendarAccount
    from kairos.calendars.syncing.account import sync_account as sync

    found = (
        CalendarAccount.objects.synced_now().select_related("state", "owner").filter(pk=account_id).first()
    )
    if found is not None and sync(found, is_repair=is_repair, is_meant=is_meant):
        sync_account.enqueue(account_id, False, is_meant)


@task()
def check_accounts() -> None:
    """Look at the accounts whose turn it is."""
    from kairos.calendars.models import CalendarAccount

    for pk in CalendarAccount.objects.due(timezone.now()).values_list("pk", flat=True):
        wake_account(pk)


@task()
def compare_accounts() -> None:
    """Look at every event of every account anew: those that repeat come nearer day by day."""
    from kairos.calendars.models import CalendarAccount

    for pk in CalendarAccount.objects.worth_trying().values_list("pk", flat=True):
        wake_account(pk, is_repair=True)


def wake_account(account_id: int, *, is_repair: bool = False, is_meant: bool = False) -> None:
    """Let the worker look at an account when this transaction is through; one waiting call is enough."""
    waiting = DBTaskResult.objects.ready().filter(task_path=sync_account.module_path)
    given = {"args": [account_id, is_repair, is_meant], "kwargs": {}}
    if not waiting.filter(args_kwargs=given).exists():
        sync_account.enqueue(account_id, is_repair, is_meant)
