"""Settings of the database and of what may be shared between processes."""

from pathlib import Path
from typing import Any

from kairos.config.parsers import Server

# FULL, because a confirmed change must survive a power cut; no mmap, because a read error there kills us.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;"
    "PRAGMA journal_size_limit=67108864;"
    "PRAGMA cache_size=-20000;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA mmap_size=0;"
    "PRAGMA trusted_schema=OFF"
)
# Entries of the cache in memory: among them one for each region that changed in the last minutes.
MOST_REMEMBERED = 20_000


def settings_for(server: Server | None, *, home: Path, threads: int) -> dict[str, Any]:
    """Give Django's entry for the database; None is the embedded one in `home`."""
    if server is None:
        return _sqlite(str(home / "kairos.sqlite3"))
    if server.scheme == "sqlite":
        return _sqlite(str(Path(server.path).absolute()))
    return _postgresql(server, threads=threads)


def _sqlite(path: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        # Each thread keeps its connection: opening one and setting it up costs more than most requests.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # A transaction takes its turn to write at the start, so that it waits and never fails half-way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": SQLITE_PRAGMAS,
        },
    }


def _postgresql(server: Server, *, threads: int) -> dict[str, Any]:
    # Every thread can have a connection, and so can the background worker and whoever listens.
    pool = {"min_size": 2, "max_size": max(10, threads + 2), "timeout": 5}
    options = {name: value for name, value in server.options.items() if value}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": server.path,
        "HOST": server.host or server.options.get("host", ""),
        "PORT": server.port or "",
        "USER": server.user,
        "PASSWORD": server.password,
        # The pool keeps the connections, so a request must give its own back.
        "CONN_MAX_AGE": 0,
        # A connection that a restart of the server cut is replaced before it is handed out.
        "CONN_HEALTH_CHECKS": True,
        # Compiling our short queries costs more than running them: a past day's board 1.2 s of 1.5.
        "OPTIONS": {"connect_timeout": 5, "application_name": "kairos", "options": "-c jit=off"}
        | options
        | {"pool": pool},
    }


def caches(redis_url: str) -> dict[str, Any]:
    """Give Django's cache: Redis where there is one, else the memory of this process."""
    if redis_url:
        return {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url}}
    memory = "django.core.cache.backends.locmem.LocMemCache"
    return {"default": {"BACKEND": memory, "OPTIONS": {"MAX_ENTRIES": MOST_REMEMBERED}}}


def channel_layers(redis_url: str) -> dict[str, Any]:
    """Give the layer that carries live updates between connections."""
    if redis_url:
        config = {"hosts": [redis_url], "prefix": "kairos"}
        return {"default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": config}}
    return {"default": {"BACKEND": "kairos.config.live_layer.EmbeddedChannelLayer"}}
