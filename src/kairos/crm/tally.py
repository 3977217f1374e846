"""The triggers that keep `OpportunityTally`: whoever writes deals, and however many at once, the tally is exact.

PostgreSQL sums each statement and writes the differences in the order of the keys; SQLite goes row by row.
"""

from typing import Any

TABLE = "crm_opportunitytally"
KEY = ("stage_id", "kind", "status", "salesperson_id", "team_id", "currency", "archived_at")
AMOUNTS = ("expected_revenue", "weighted_revenue", "mrr", "weighted_mrr")
SUMS = ("count", *AMOUNTS)
# A key with nothing in it is still one key, which a unique index on nullable columns would not see.
UNIQUE = "stage_id, kind, status, coalesce(salesperson_id, 0), coalesce(team_id, 0), currency, (archived_at IS NULL)"
ARCHIVED = "1970-01-01 00:00:00"
WATCHED = "stage_id, kind, status, salesperson_id, team_id, currency, archived_at, expected_revenue, mrr, probability"
CONFLICT = f"ON CONFLICT ({UNIQUE}) DO UPDATE SET " + ", ".join(
    f"{name} = {TABLE}.{name} + excluded.{name}" for name in SUMS
)
COLUMNS = ", ".join((*KEY, *SUMS))
PLAIN_KEY = ", ".join(KEY[:-1])


def install(connection: Any) -> None:
    """Make what is missing of index and triggers, and count anew where something was; safe to call at any time."""
    with connection.cursor() as cursor:
        if has_triggers(cursor, connection.vendor):
            return
        cursor.execute(f"CREATE UNIQUE INDEX IF NOT EXISTS crm_tally_key ON {TABLE} ({UNIQUE})")
        for statement in _postgresql() if connection.vendor == "postgresql" else _sqlite():
            cursor.execute(statement)
    recount(connection)


def has_triggers(cursor: Any, vendor: str) -> bool:
    """Whether all three triggers are there: rebuilding the deals' table on SQLite drops them."""
    catalogue = (
        "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'crm_tally_%'"
        if vendor == "postgresql"
        else "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'crm_tally_%'"
    )
    cursor.execute(catalogue)
    return bool(cursor.fetchone()[0] == 3)


def is_wanted(connection: Any) -> bool:
    """Whether the database has been migrated as far as the tally."""
    return TABLE in connection.introspection.table_names()


def recount(connection: Any) -> None:
    """Count every deal from the beginning."""
    sums = ", ".join(["count(*)", *(f"sum({name})" for name in AMOUNTS)])
    mark = _mark(connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")
        cursor.execute(
            f"INSERT INTO {TABLE} ({COLUMNS}) SELECT {PLAIN_KEY}, {mark}, {sums} FROM crm_opportunity "
            f"GROUP BY {PLAIN_KEY}, {mark}"
        )


def uninstall(connection: Any) -> None:
    """Take index and triggers away."""
    with connection.cursor() as cursor:
        for name in ("added", "changed", "removed"):
            table = " ON crm_opportunity" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS crm_tally_{name}{table}")
        cursor.execute("DROP INDEX IF EXISTS crm_tally_key")


def _mark(vendor: str, row: str = "") -> str:
    """The archive mark of a deal: nothing, or the one fixed moment."""
    moment = f"timestamptz '{ARCHIVED}+00'" if vendor == "postgresql" else f"'{ARCHIVED}'"
    return f"CASE WHEN {row}archived_at IS NULL THEN NULL ELSE {moment} END"


def _sqlite() -> list[str]:
    def counted(row: str, sign: str) -> str:
        key = ", ".join(f"{row}.{name}" for name in KEY[:-1])
        sums = ", ".join([f"{sign}1", *(f"{sign}{row}.{name}" for name in AMOUNTS)])
        values = f"{key}, {_mark('sqlite', f'{row}.')}, {sums}"
        return f"INSERT INTO {TABLE} ({COLUMNS}) VALUES ({values}) {CONFLICT};"

    def trigger(name: str, when: str, *steps: str) -> str:
        return f"CREATE TRIGGER IF NOT EXISTS crm_tally_{name} AFTER {when} ON crm_opportunity BEGIN {' '.join(steps)} END"

    return [
        trigger("added", "INSERT", counted("new", "")),
        trigger("changed", f"UPDATE OF {WATCHED}", counted("old", "-"), counted("new", "")),
        trigger("removed", "DELETE", counted("old", "-")),
    ]


def _postgresql() -> list[str]:
    mark = _mark("postgresql")

    def part(rows: str, sign: str) -> str:
        key = f"{PLAIN_KEY}, {mark} AS archived_at"
        amounts = ", ".join(f"{sign}{name} AS {name}" for name in AMOUNTS)
        return f"SELECT {key}, {sign}1 AS count, {amounts} FROM {rows}"

    def summed(*parts: str) -> str:
        every, sums = ", ".join(KEY), [f"sum({name})" for name in SUMS]
        changed = " OR ".join(f"{one} <> 0" for one in sums)
        return (
            f"INSERT INTO {TABLE} ({COLUMNS}) SELECT {every}, {', '.join(sums)} FROM ({' UNION ALL '.join(parts)}) "
            f"AS part GROUP BY {every} HAVING {changed} ORDER BY {every} {CONFLICT};"
        )

    old, new = part("old_rows", "-"), part("new_rows", "")
    tables = {"new_rows": "NEW TABLE AS new_rows", "old_rows": "OLD TABLE AS old_rows"}
    events = (
        ("added", "INSERT", ("new_rows",), summed(new)),
        ("changed", "UPDATE", ("old_rows", "new_rows"), summed(old, new)),
        ("removed", "DELETE", ("old_rows",), summed(old)),
    )
    statements = []
    for name, event, rows, body in events:
        function = f"crm_tally_{name}"
        statements += [
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {body} RETURN NULL; END $$",
            f"CREATE OR REPLACE TRIGGER {function} AFTER {event} ON crm_opportunity "
            f"REFERENCING {' '.join(tables[row] for row in rows)} FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
        ]
    return statements
