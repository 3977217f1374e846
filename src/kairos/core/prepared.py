"""Questions that pages ask again and again, whose SQL is written once a process.

For a few rows Django takes several times as long to write the SQL as the database takes to answer it.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)

# The first of the numbers that stand for keys while the SQL is written: no record has such a key.
STAND_IN = 9_007_199_254_740_993


def prepared(question: Callable[..., models.QuerySet[M]]) -> Callable[..., list[M]]:
    """Give the records that a query finds for some keys; its SQL is the same whatever the keys are.

    The decorated function gives the query. It is called once for each number of keys and whatever is given by name, so
    who asks, and when, must make no difference to it. What it joins is left out of the records: `attach` it to them.
    """

    @lru_cache(maxsize=512)
    def written(count: int, **form: Any) -> tuple[type[M], str, tuple[Any, ...]]:
        stand_ins = range(STAND_IN, STAND_IN + count)
        asked = question(*stand_ins, **form)
        sql, values = asked.query.sql_with_params()
        if asked.query.select_related or not set(stand_ins) <= set(values):
            raise TypeError(f"{question.__qualname__} cannot be prepared")
        return asked.model, sql, values

    @wraps(question)
    def answered(*keys: int, **form: Any) -> list[M]:
        model, sql, values = written(len(keys), **form)
        given = dict(enumerate(keys, start=STAND_IN))
        return list(model._base_manager.raw(sql, [given.get(value, value) for value in values]))

    return answered
