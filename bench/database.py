"""A database of the benchmark's own: a file, or a PostgreSQL database that is dropped afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

SERVER = os.environ.get("BENCH_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432")
NAME = "kairos_bench"


@contextmanager
def prepared(kind: str, *, size: int, keep: str) -> Iterator[None]:
    """Set Django up on a filled database of `size` opportunities."""
    if kind == "postgresql":
        with _postgresql():
            _fill(size)
            yield
        return
    if keep:
        os.environ["KAIROS_DATABASE_URL"] = f"sqlite:///{Path(keep).absolute()}"
    _fill(size)
    yield


@contextmanager
def _postgresql() -> Iterator[None]:
    import psycopg

    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {NAME}")
        os.environ["KAIROS_DATABASE_URL"] = f"{SERVER}/{NAME}"
        try:
            yield
        finally:
            server.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def _fill(size: int) -> None:
    django.setup()
    from django.core.management import call_command

    from bench.fill import fill

    call_command("migrate", verbosity=0)
    fill(size)
