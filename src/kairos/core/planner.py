"""What the database's planner knows of the tables."""

from django.db import connection


def refresh_statistics() -> None:
    """Let the database count anew what its tables hold, as after thousands of rows were written at once.

    A planner that thinks the history of 8,800 deals empty takes ten seconds for a funnel of 0.2 s.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")
