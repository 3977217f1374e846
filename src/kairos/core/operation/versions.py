"""Which databases this version can bring to the present shape."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.migrations.loader import MigrationLoader


def check_versions(*, databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """Refuse a database that stopped halfway through steps which have been put together into one since.

    Django would count that one as done and leave out the rest.
    """
    half = (app for alias in databases or () for app in _half_done(alias))
    return [
        Error(
            f"The tables of {app} are of a version before 0.1.0, and the steps from there are gone.",
            hint="Bring the database up to date with the last commit before the squash, then start this version.",
            id="kairos.E001",
        )
        for app in half
    ]


def _half_done(alias: str) -> list[str]:
    loader = MigrationLoader(connections[alias])
    applied = loader.applied_migrations
    return [
        app
        for (app, name), step in sorted(loader.disk_migrations.items())
        if (app, name) not in applied
        and 0 < sum(key in applied for key in step.replaces) < len(step.replaces)
        and not loader.disk_migrations.keys() >= set(step.replaces)
    ]
