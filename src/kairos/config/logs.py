"""The log: standard error, one line for each event."""

import logging
from typing import Any


class OneLine(logging.Formatter):
    """Writes each record as one line, so that a line is an event; in a trace the breaks are escaped."""

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).replace("\r", "\\r").replace("\n", "\\n")


def settings_for(level: str) -> dict[str, Any]:
    """Give the logging configuration with `level` as the least serious level written."""
    quiet = "WARNING" if level == "info" else level.upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "kairos.config.logs.OneLine",
                "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            "django": {"handlers": ["stderr"], "level": level.upper(), "propagate": False},
            "uvicorn": {"handlers": ["stderr"], "level": quiet, "propagate": False},
            "django_tasks": {"level": quiet},
            "django_tasks_db": {"level": quiet},
            "asyncio": {"level": "WARNING"},
        },
    }
