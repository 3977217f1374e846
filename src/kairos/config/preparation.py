"""What `kairos serve` does before it answers: database, example company, first link."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.checks import Tags
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.executor import MigrationExecutor

Say = Callable[[str], None]


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let one server prepare a database while others that start at the same moment wait for it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(7355608)")
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(7355608)")
        return
    with (Path(settings.HOME) / "preparing.lock").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def migrate(*, say: Say) -> None:
    """Bring the database to the present shape, counting the steps; silent when nothing is to be done.

    Raises `SystemCheckError` for a database that this version cannot bring there.
    """
    call_command("check", tags=[Tags.database], databases=[DEFAULT_DB_ALIAS], stdout=StringIO())
    executor = MigrationExecutor(connection)
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
    from kairos.core.demo import fill

    say("Filling in the example company …")
    if not fill():
        say("There are records already; the example company stays away.")


def first_link() -> str | None:
    """Give a one-time link for the first administrator, or None when there is one already."""
    from kairos.accounts.actions.welcome import first_welcome_link

    return first_welcome_link()
