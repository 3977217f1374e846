"""The outbox is emptied when a test says so, as by the worker, not in the moment of writing."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def worker_of_its_own(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
