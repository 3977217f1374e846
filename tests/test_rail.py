"""The rail: what stands in it, and what is folded behind Reports and Settings until one is there."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from kairos.core.records import all_types
from kairos.core.slots import CHAPTERS, PLACES
from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Any]


def entries(client: Any, page: str) -> list[str]:
    """The labels of the rail in order, chapters with a colon."""
    text = client.get(page).content.decode()
    rail = text[text.index('class="rail-scroll"') : text.index('class="rail-foot"')]
    found = re.findall(r'class="rail-label truncate">([^<]+)|class="rail-chapter">([^<]+)', rail)
    return [label or f"{chapter}:" for label, chapter in found]


def test_reports_and_settings_are_folded_until_one_is_there(world: World, as_: As) -> None:
    client = as_(world.lena)
    at_home = entries(client, "/")
    assert at_home[-2:] == ["Reports", "Settings"]
    assert "Forecast" not in at_home
    among_reports = entries(client, "/forecast")
    begin = among_reports.index("Reports")
    assert among_reports[begin : begin + 6] == [
        "Reports",
        "All reports",
        "Forecast",
        "Sales funnel",
        "Losses",
        "Response times",
    ]
    assert [label for label in among_reports if label.endswith(":")] == []


def test_the_settings_stand_in_chapters(world: World, as_: As) -> None:
    found = entries(as_(world.ada), "/settings")
    assert [label for label in found if label.endswith(":")] == [
        "Company:",
        "People:",
        "Pipeline:",
        "Products and prices:",
        "Conversation:",
        "Data:",
    ]
    assert found[found.index("People:") + 1] == "Users"
    assert found[-4:] == ["Tags", "Custom fields", "Duplicates", "History"]
    assert "Workspace" not in entries(as_(world.sam), "/history")


def test_all_that_stands_in_the_rail_names_an_area_there_is() -> None:
    named = {one.menu.area for one in all_types() if one.menu} | {one.area for one in PLACES.contributions()}
    assert named <= {"work", "reports", *CHAPTERS}
