"""Background work of the core: each task is one action, can be repeated, and takes numbers only."""

from django.utils import timezone
from django_tasks import task

from kairos.core.actions import duplicates, files, imports


@task()
def check_import(run_id: int) -> None:
    """Try an import without writing."""
    imports.check_import(run_id)


@task()
def apply_import(run_id: int) -> None:
    """Write an import."""
    imports.apply_import(run_id)


@task()
def forget_old_imports() -> None:
    """Delete uploaded spreadsheets after a month."""
    imports.forget_old_imports(now=timezone.now())


@task()
def find_duplicates() -> None:
    """Look through the whole database for records that are likely one."""
    duplicates.search_all()


@task()
def forget_unused_files() -> None:
    """Delete contents of files that nobody refers to."""
    files.forget_unused_files(now=timezone.now())
