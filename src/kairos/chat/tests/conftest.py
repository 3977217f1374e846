"""What the tests of chat share: channels of the named world, and saying something through the front door."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kairos.chat.actions.channels import create_channel, open_direct
from kairos.chat.models import Channel


@dataclass
class Rooms:
    """General is public, Sam and Lena are in it. Plan is private to Sam and Lena; `pair` is Sam's and Tia's."""

    general: Channel
    plan: Channel
    pair: Channel


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, settings: Any) -> Path:
    """Files go into a directory of the test."""
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def rooms(world: Any) -> Rooms:
    return Rooms(
        create_channel(values={"name": "general", "members": [world.lena]}, by=world.sam),
        create_channel(values={"name": "plan-x9", "kind": "private", "members": [world.lena]}, by=world.sam),
        open_direct(world.tia, by=world.sam),
    )


@pytest.fixture
def say(as_: Callable[..., Any]) -> Callable[..., Any]:
    """`say(world.sam, rooms.general, "Hello")`: through the form of the channel; gives the answer."""

    def post(who: Any, channel: Any, text: str, **more: Any) -> Any:
        return as_(who).post(f"/chat/{channel.pk}/say", {"text": text, **more})

    return post


def text_of(answer: Any) -> str:
    return str(answer.content.decode())
