"""The one column that holds the values of custom fields, and how the database reads each of them as what it is."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import models

from kairos.core.models.money import MoneyField

PREFIX = "custom__"

# The source of a value as JSON and as text, then the value by how it is kept. What is of another kind reads as nothing.
POSTGRESQL = {
    "text": "{text}",
    "amount": "CASE WHEN {text} ~ '^-?[0-9]{{1,18}}$' THEN ({text})::bigint END",
    "link": "CASE WHEN {text} ~ '^-?[0-9]{{1,18}}$' THEN ({text})::bigint END",
    "day": "CASE WHEN {text} ~ '^[0-9]+-[0-9][0-9]-[0-9][0-9]$' THEN ({text})::date END",
    "time": "CASE WHEN {text} ~ '^[0-9][0-9]:[0-9][0-9]:[0-9][0-9]$' THEN ({text})::time END",
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
