"""What `kairos serve` does before it answers: database, example company, first link."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from django.core.management.base import CommandError
from django.core.management.sql import emit_post_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError

Say = Callable[[str], None]


def migrate(*, say: Say) -> None:
    """Bring the database to the present shape, counting the steps; silent when nothing is to be done."""
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError as fault:
        raise CommandError(f"The database does not answer: {str(fault).strip()}") from fault
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return
    say(f"Preparing the database: {len(plan)} steps …")
    done = 0

    def progress(action: str, *_: object) -> None:
        nonlocal done
        if action in {"apply_success", "unapply_success"}:
            done += 1
            if done % 10 == 0 and done < len(plan):
                say(f"  {done} of {len(plan)}")

    executor.progress_callback = progress
    executor.migrate(executor.loader.graph.leaf_nodes(), plan=plan)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)
    say("The database is ready.")


def fill_demo(*, say: Say) -> None:
    """Fill an empty database with the example company."""
    if find_spec("kairos.core.demo") is None:
        raise CommandError("There is no example company in this version.")
    say("Filling in the example company …")
    import_module("kairos.core.demo").fill()


def first_link() -> str | None:
    """Give a one-time link for the first administrator, or None when there is one already."""
    if find_spec("kairos.accounts.actions.welcome") is None:
        return None
    link: str | None = import_module("kairos.accounts.actions.welcome").first_welcome_link()
    return link
