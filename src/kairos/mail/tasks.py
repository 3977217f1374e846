"""Background work of mail."""

from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult


@task()
def deliver() -> None:
    """Send what is due."""
    from kairos.mail.delivery import deliver_due

    if deliver_due():
        wake()


def wake() -> None:
    """Let the worker look into the outbox when this transaction is through; one waiting call is enough."""
    waiting = DBTaskResult.objects.ready().filter(task_path=deliver.module_path)
    if not waiting.exists():
        deliver.enqueue()


@task()
def sync_mailbox(mailbox_id: int, is_repair: bool) -> None:
    """Take in what lies in a mailbox, as far as a call goes; the rest is for the next one."""
    from kairos.mail.mailboxes.syncing import sync_mailbox as sync
    from kairos.mail.models import Mailbox

    mailbox = Mailbox.objects.read_now().select_related("state", "owner").filter(pk=mailbox_id).first()
    if mailbox is not None and sync(mailbox, is_repair=is_repair):
        sync_mailbox.enqueue(mailbox_id, is_repair)


@task()
def check_mailboxes() -> None:
    """Look into the mailboxes whose turn it is."""
    from kairos.mail.models import Mailbox

    for pk in Mailbox.objects.due(timezone.now()).values_list("pk", flat=True):
        wake_mailbox(pk)


@task()
def compare_mailboxes() -> None:
    """Compare every mailbox with its server, message by message, and fetch what is missing."""
    from kairos.mail.models import Mailbox

    for pk in Mailbox.objects.read_now().values_list("pk", flat=True):
        wake_mailbox(pk, is_repair=True)


def wake_mailbox(mailbox_id: int, *, is_repair: bool = False) -> None:
    """Let the worker look into a mailbox when this transaction is through; one waiting call is enough."""
    waiting = DBTaskResult.objects.ready().filter(task_path=sync_mailbox.module_path)
    if not waiting.filter(args_kwargs={"args": [mailbox_id, is_repair], "kwargs": {}}).exists():
        sync_mailbox.enqueue(mailbox_id, is_repair)
