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
        with _postgresql(keep):
            _fill(size)
            yield
        return
    if keep:
        os.environ["KAIROS_DATABASE_URL"] = f"sqlite:///{Path(keep).absolute()}"
    _fill(size)
    yield


@contextmanager
def _postgresql(keep: str) -> Iterator[None]:
    import psycopg

    name = keep or NAME
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
        if not keep:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute(f"CREATE DATABASE {name}")
        os.environ["KAIROS_DATABASE_URL"] = f"{SERVER}/{name}"
        try:
            yield
        finally:
            if not keep:
                server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _fill(size: int) -> None:
    django.setup()
    from django.core.management import call_command

    from bench.fill import fill

    call_command("migrate", verbosity=0)
    fill(size)
