"""The one column that holds the values of custom fields, and how the database reads each of them as what it is."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import models
from django.db.models.lookups import Exact, In

from kairos.core.models.money import MoneyField

PREFIX = "custom__"
MOST_CONTAINED = 50

# The source of a value as JSON and as text, then the value by how it is kept. What is of another kind reads as nothing.
POSTGRESQL = {
    "text": "{text}",
    "amount": "CASE WHEN jsonb_typeof({json}) = 'number' THEN ({json})::bigint END",
    "link": "CASE WHEN jsonb_typeof({json}) = 'number' THEN ({json})::bigint END",
    "day": "CASE WHEN {text} LIKE '____-__-__' THEN ({text})::date END",
    "time": "CASE WHEN {text} LIKE '__:__:__' THEN ({text})::time END",
    "truth": "COALESCE({text} = 'true', false)",
    "several": "CASE WHEN jsonb_typeof({json}) = 'array' THEN {json} END",
}
SQLITE = {
    "text": "{value}",
    "amount": "CASE WHEN {type} = 'integer' THEN {value} END",
    "link": "CASE WHEN {type} = 'integer' THEN {value} END",
    "day": "CASE WHEN {value} GLOB '[0-9]*-[0-9][0-9]-[0-9][0-9]' THEN {value} END",
    "time": "CASE WHEN {value} GLOB '[0-9][0-9]:[0-9][0-9]:[0-9][0-9]' THEN {value} END",
    "truth": "COALESCE({type} = 'true', 0)",
    "several": "CASE WHEN {type} = 'array' THEN {value} END",
}
OUTPUT: dict[str, type[models.Field[Any, Any]]] = {
    "text": models.TextField,
    "amount": MoneyField,
    "link": models.BigIntegerField,
    "day": models.DateField,
    "time": models.TimeField,
    "truth": models.BooleanField,
    "several": models.JSONField,
}


def parts_of(path: str) -> list[str]:
    """The field a lookup path begins with, and what follows; the name of a custom field is one part."""
    if path.startswith(PREFIX):
        key, *rest = path.removeprefix(PREFIX).split("__")
        return [PREFIX + key, *rest]
    return path.split("__")


class CustomValues(models.JSONField):
    """Values by the key of their field. `custom__<key>` in a query is the value, typed as its definition says."""

    def get_transform(self, lookup_name: str) -> Any:
        from kairos.core.custom.definitions import current

        column = current().columns.get(PREFIX + lookup_name)
        if column is None:
            return super().get_transform(lookup_name)
        return partial(StoredValue, key=lookup_name, storage=column.storage)


class StoredValue(models.Transform):
    """One value out of stored JSON: of a key in it, or with the key "" the whole, which is how the history keeps it."""

    def __init__(self, source: Any, *, key: str, storage: str, **extra: Any) -> None:
        super().__init__(source, output_field=OUTPUT[storage](), **extra)
        self.key = key
        self.storage = storage

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        source, params = compiler.compile(self.get_source_expressions()[0])
        if connection.vendor == "postgresql":
            json_, text = f"({source})::jsonb", f"(({source})::jsonb #>> '{{}}')"
            if self.key:
                json_, text = f"({source} -> '{self.key}')", f"({source} ->> '{self.key}')"
            parts, pattern = {"json": json_, "text": text}, POSTGRESQL[self.storage]
        else:
            path = f'$."{self.key}"' if self.key else "$"
            parts = {"value": f"JSON_EXTRACT({source}, '{path}')", "type": f"JSON_TYPE({source}, '{path}')"}
            pattern = SQLITE[self.storage]
        times = sum(pattern.count("{" + name + "}") for name in parts)
        return f"({pattern.format(**parts)})", [*params] * times


class Same(Exact):
    """As equality is, asked of PostgreSQL in the way its index on the column answers."""

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        return _contained(self, compiler, [self.rhs]) or super().as_sql(compiler, connection)


class Among(In):
    """As `Same`, for one of several values."""

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        values = list(self.rhs) if isinstance(self.rhs, list | tuple | set) else None
        return (values and _contained(self, compiler, values)) or super().as_sql(compiler, connection)


def _contained(lookup: Any, compiler: Any, values: list[Any]) -> Any:
    """“The column holds this key with one of these values”; nothing where that cannot be said."""
    stored = lookup.lhs
    if not stored.key or stored.storage not in ("text", "amount", "link") or len(values) > MOST_CONTAINED:
        return None
    if any(type(value) not in (str, int) for value in values):
        return None
    source, params = compiler.compile(stored.get_source_expressions()[0])
    sql = " OR ".join([f"{source} @> %s::jsonb"] * len(values))
    return f"({sql})", [one for value in values for one in (*params, json.dumps({stored.key: value}))]


StoredValue.register_lookup(Same)
StoredValue.register_lookup(Among)


class Patched(models.Func):
    """The column with some of its keys given other values, or (None) taken away; all other keys stay as they are."""

    def __init__(self, name: str, values: Mapping[str, Any]) -> None:
        super().__init__(models.F(name), output_field=models.JSONField())
        self.values = dict(values)

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        source, params = compiler.compile(self.get_source_expressions()[0])
        if connection.vendor == "postgresql":
            given = json.dumps({key: value for key, value in self.values.items() if value is not None})
            gone = [key for key, value in self.values.items() if value is None]
            return f"(({source} || %s::jsonb) - %s::text[])", [*params, given, gone]
        return f"JSON_PATCH({source}, %s)", [*params, json.dumps(self.values)]
