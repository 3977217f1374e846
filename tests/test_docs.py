"""What can be set, commanded, listened to and filled is documented, and the pages' links lead somewhere."""

import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.core.management.base import BaseCommand

from kairos.config.env import SETTINGS
from kairos.core.events import all_events
from kairos.core.slots import Slot

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs/reference"
LINK = re.compile(r"\]\(<?([^)>\s]+)>?(?:\s[^)]*)?\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)


def pages() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").glob("*.md")])


def reference(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def house_slots() -> dict[str, Slot]:
    """Every slot that a loaded module of the house declares."""
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("kairos.")]
    slots = [value for module in modules for value in vars(module).values() if isinstance(value, Slot)]
    return {slot.name: slot for slot in slots}


def anchors(page: Path) -> set[str]:
    """The names by which a page's headings can be linked, as code hosts make them."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = (re.sub(r"[`*]|\[|\]\([^)]*\)", "", heading) for heading in HEADING.findall(text))
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> Iterator[str]:
    for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists():
            yield f"{page.relative_to(ROOT)}: {target} leads nowhere"
        elif anchor and file.suffix == ".md" and anchor not in anchors(file):
            yield f"{page.relative_to(ROOT)}: {target} names no heading"


def test_every_setting_is_documented() -> None:
    page = reference("settings.md")
    assert [one.variable for one in SETTINGS if f"| `{one.variable}` |" not in page] == []


def test_every_command_of_the_house_is_documented_with_its_options() -> None:
    page = reference("commands.md")
    ours = {name: app for name, app in get_commands().items() if str(app).startswith("kairos.")}
    assert {"serve", "doctor", "import"} <= set(ours)
    usual = options(BaseCommand(), "any")
    for name, app in ours.items():
        assert f"### {name}\n" in page, f"{name} is missing from commands.md"
        section = page.split(f"### {name}\n")[1].split("\n## ")[0].split("\n### ")[0]
        command = import_module(f"{app}.management.commands.{name}").Command()
        assert [one for one in sorted(options(command, name) - usual) if one not in section] == [], name


def options(command: BaseCommand, name: str) -> set[str]:
    """The long options of a command, Django's own included."""
    parser = command.create_parser("kairos", name)
    return {text for action in parser._actions for text in action.option_strings if text.startswith("--")}


@pytest.mark.parametrize("script", ["setup", "serve", "test", "lint", "bench", "kairos"])
def test_every_script_is_there_and_documented(script: str) -> None:
    file = ROOT / "bin" / script
    assert file.stat().st_mode & 0o111, f"bin/{script} cannot be run"
    assert f"`bin/{script}" in reference("commands.md")


def test_every_slot_is_documented() -> None:
    page = reference("events-and-slots.md")
    slots = house_slots()
    assert {"core.record_panels", "core.today_panels", "accounts.first_steps"} <= set(slots)
    assert [n for n, s in slots.items() if f"| `{n}` | `{s.accepts.__name__}` |" not in page] == []


def test_every_event_of_the_house_is_documented_with_its_parameters() -> None:
    page = reference("events-and-slots.md")
    houses = {config.label for config in apps.get_app_configs() if config.name.startswith("kairos.")}
    events = [event for event in all_events() if event.name.split(".")[0] in houses]
    assert events, "the house has events"
    for event in events:
        rows = [line for line in page.splitlines() if line.startswith(f"| `{event.name}` |")]
        assert len(rows) == 1, f"{event.name} is missing from events-and-slots.md"
        wanted = re.findall(r"%\((\w+)\)s", str(event.sentence))
        assert [name for name in wanted if f"`{name}`" not in rows[0]] == [], event.name


def test_no_link_of_a_page_is_broken() -> None:
    assert [fault for page in pages() for fault in broken_links(page)] == []


def test_every_page_is_reached_from_the_index() -> None:
    index = ROOT / "docs/README.md"
    linked = {
        (index.parent / target.partition("#")[0]).resolve()
        for target in LINK.findall(index.read_text(encoding="utf-8"))
    }
    wanted = [*(ROOT / "docs").glob("*/*.md")]
    decisions = ROOT / "docs/adr"
    missing = [page for page in wanted if page not in linked and page.parent != decisions]
    assert [str(page.relative_to(ROOT)) for page in missing if not page.name.endswith(".zh-Hant.md")] == []


@pytest.mark.parametrize("command", ["bin/serve --demo", "bin/test"])
def test_the_two_commands_of_the_readme_are_there(command: str) -> None:
    readmes = sorted(ROOT.glob("README*.md"))
    assert ROOT / "README.md" in readmes
    for page in readmes:
        assert re.search(rf"^{re.escape(command)}$", page.read_text(encoding="utf-8"), re.MULTILINE), (
            page.name
        )
    assert (ROOT / command.split()[0]).stat().st_mode & 0o111
