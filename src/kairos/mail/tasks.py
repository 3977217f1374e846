"""Background work of mail."""

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
