"""What the tests of conversation share: saying something through the front door, and a data directory of their own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, settings: Any) -> Path:
    """Files go into a directory of the test."""
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def say(as_: Callable[..., Any]) -> Callable[..., Any]:
    """`say(world.sam, deal, "Called them")`: a note through the composer; gives the answer."""

    def post(who: Any, record: Any, text: str, **more: Any) -> Any:
        plural = "contacts" if type(record).__name__ == "Contact" else "opportunities"
        return as_(who).post(f"/{plural}/{record.pk}/notes", {"text": text, **more})

    return post
