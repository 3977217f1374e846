"""Rows straight into tables: what an import writes by the ten thousand, without building a statement for each batch."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, models

FEW = 20


def insert_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, count: int) -> None:
    """Insert rows whose values are as the driver takes them; one prepared statement, or COPY on PostgreSQL.

    `count` is how many there are about: few are there sooner by a plain statement.
    """
    quoted = connection.ops.quote_name(table)
    names = ", ".join(map(connection.ops.quote_name, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and count <= FEW:
            given = list(rows)
            marks = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(given))
            sql = f"INSERT INTO {quoted} ({names}) VALUES {marks}"  # noqa: S608 - only names of our own
            cursor.execute(sql, [value for row in given for value in row])
        elif connection.vendor == "postgresql":
            with cursor.copy(f"COPY {quoted} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            sql = f"INSERT INTO {quoted} ({names}) VALUES ({marks})"  # noqa: S608 - only names of our own
            stream: Any = rows  # any iterable will do
            cursor.executemany(sql, stream)


def insert_records(model: type[models.Model], records: Sequence[models.Model]) -> None:
    """Insert new records and give them their numbers, as `bulk_create` does, several times faster.

    Called inside a transaction that has taken the right to write, so that no other record can take these numbers.
    """
    for record, pk in zip(records, _numbers(model, len(records)), strict=True):
        record.pk = pk
        record._state.adding = False
        record._state.db = connection.alias
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.GeneratedField)]
    parts = [(field.attname, _converter(field)) for field in fields]
    rows = ([convert(getattr(record, name)) for name, convert in parts] for record in records)
    names = [str(field.column) for field in fields]
    insert_rows(model._meta.db_table, names, rows, count=len(records))


def update_rows(
    model: type[models.Model],
    names: Sequence[str],
    groups: Iterable[tuple[Mapping[str, Any], Sequence[int]]],
    stamp: dt.datetime | None,
) -> None:
    """Write the same fields of many records, each group its own values, in one statement.

    With a `stamp` they become a version younger, and changed at that time.
    """
    quote = connection.ops.quote_name
    by_name: dict[str, Any] = {
        key: one for one in model._meta.concrete_fields for key in (one.name, one.attname)
    }
    parts = [(name, _converter(by_name[name])) for name in names]
    rows = [(pk, *(convert(values[name]) for name, convert in parts)) for values, ids in groups for pk in ids]
    sets = [
        f"{quote(str(by_name[name].column))} = CAST(fresh.column{n} AS {_cast(by_name[name])})"
        for n, name in enumerate(names, start=2)
    ]
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    more = []
    if stamp is not None:
        sets += [f"version = {table}.version + 1", "updated_at = %s"]
        more = [connection.ops.adapt_datetimefield_value(stamp)]
    marks = ", ".join([f"({', '.join(['%s'] * (len(names) + 1))})"] * len(rows))
    sql = (
        f"UPDATE {table} SET {', '.join(sets)} FROM (VALUES {marks}) AS fresh "  # noqa: S608 - only names of our own
        f"WHERE {table}.{key} = fresh.column1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*more, *(value for row in rows for value in row)])


def _cast(field: Any) -> str:
    """The type of a column: what a list of values alone does not tell."""
    return str(field.cast_db_type(connection))


def _numbers(model: type[models.Model], count: int) -> Iterable[int]:
    """The next numbers of a table."""
    table, column = model._meta.db_table, str(model._meta.pk.column)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sql = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(sql, [connection.ops.quote_name(table), column, count])
            return [row[0] for row in cursor.fetchall()]
        quoted, name = connection.ops.quote_name(table), connection.ops.quote_name(column)
        cursor.execute(
            f"SELECT MAX(COALESCE((SELECT MAX({name}) FROM {quoted}), 0),"  # noqa: S608 - only names of our own
            " COALESCE((SELECT seq FROM sqlite_sequence WHERE name = %s), 0))",
            [table],
        )
        first = cursor.fetchone()[0] + 1
    return range(first, first + count)


def _converter(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    """The value of this field as the driver takes it; what needs no change is passed through."""

    def full(value: Any) -> Any:
        return None if value is None else field.get_db_prep_save(value, connection)

    if isinstance(field, models.DateTimeField):
        times: dict[dt.datetime | None, Any] = {}

        def moment(value: dt.datetime | None) -> Any:
            if value not in times:
                times[value] = full(value)
            return times[value]

        return moment
    plain = _plain_type(field)
    if plain is None:
        return full
    return lambda value: value if value is None or type(value) is plain else full(value)


def _plain_type(field: models.Field[Any, Any]) -> type | None:
    """The type that is stored as it is; None for fields that write their values in another form."""
    if isinstance(field, models.ForeignKey):
        return int
    if type(field) in (models.CharField, models.TextField, models.URLField, models.EmailField):
        return str
    if type(field) is models.BooleanField:
        return bool
    if type(field) is models.FloatField:
        return float
    integers = (models.IntegerField, models.PositiveIntegerField, models.PositiveSmallIntegerField)
    return int if type(field) in (*integers, models.BigAutoField) else None
