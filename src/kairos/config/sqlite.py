"""The one place that decides which SQLite the program runs on.

SQLite before 3.51.3 can damage a write-ahead-log file when two connections write at once, and most systems
carry an older one. So the copy in `pysqlite3` takes the standard module's place before Django looks.
"""

import sys
from importlib import import_module

OLDEST_SAFE = (3, 51, 3)


def use_safe_sqlite() -> None:
    """Put a safe SQLite under the name `sqlite3`; raise RuntimeError where the machine has none."""
    try:
        module = import_module("pysqlite3")
        dbapi2 = import_module("pysqlite3.dbapi2")
    except ImportError:
        module = import_module("sqlite3")
        dbapi2 = import_module("sqlite3.dbapi2")
    if dbapi2.sqlite_version_info < OLDEST_SAFE:
        found = dbapi2.sqlite_version
        raise RuntimeError(f"SQLite {found} can damage the database; install pysqlite3 or SQLite >= 3.51.3.")
    sys.modules["sqlite3"] = module
    sys.modules["sqlite3.dbapi2"] = dbapi2
