"""The outbox is emptied when a test says so, as by the worker, not in the moment of writing; one server serves all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kairos.mail.tests.dovecot import Dovecot, dovecot


@pytest.fixture(autouse=True)
def worker_of_its_own(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def mail_files(settings: Any, tmp_path: Path) -> Path:
    """Where mails are kept while this test runs."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture(scope="session")
def _server() -> Iterator[Dovecot]:
    with dovecot(ssl=True) as running:
        yield running


@pytest.fixture
def server(_server: Dovecot, mail_files: Path) -> Dovecot:
    """A mail server on which nobody has mail yet. Mark its tests with `needs_dovecot`."""
    _server.empty()
    return _server
