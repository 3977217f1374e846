"""What can happen to a record, declared once with its sentence and icon; readers hear of it after commit."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from kairos.core.models import EventEntry

log = logging.getLogger(__name__)
Reader = Callable[[EventEntry], None]
Audience = Callable[[EventEntry], Iterable[int]]
Witness = Callable[[Any, list[EventEntry]], None]
_witnesses: list[Witness] = []
_declared: dict[str, "Event"] = {}


@dataclass(frozen=True, slots=True)
class Event:
    """A kind of happening: `name` as stored ("crm.opportunity_won"), a translatable sentence, an icon.

    The sentence's placeholders are filled from the event's parameters. `audience` names the people, by number, whom it
    concerns so much that they should hear of it wherever they are. `on_timeline` is False for what the record's page
    tells otherwise.
    """

    name: str
    sentence: Any
    icon: str = "circle"
    audience: Audience | None = None
    on_timeline: bool = True
    readers: list[Reader] = field(default_factory=list, compare=False)

    def __post_init__(self) -> None:
        if self.name in _declared:
            raise ValueError(f"event {self.name} is declared twice")
        _declared[self.name] = self

    def read(self, reader: Reader) -> Reader:
        """Register a reader: called after commit with the stored entry; its failure harms nobody else."""
        self.readers.append(reader)
        return reader

    def describe(self, params: dict[str, str]) -> str:
        return str(self.sentence) % params


def declared(name: str) -> Event | None:
    return _declared.get(name)


def all_events() -> list[Event]:
    return sorted(_declared.values(), key=lambda event: event.name)


def witness(function: Witness) -> Witness:
    """Call this with every change set that has events, inside its transaction: what it writes is kept with them.

    Takes the change set and its stored entries. Unlike a reader's, its failure fails the change.
    """
    _witnesses.append(function)
    return function


def be_witnessed(changes: Any, entries: list[EventEntry]) -> None:
    for one in _witnesses if entries else ():
        one(changes, entries)


def people_named(entry: EventEntry) -> list[int]:
    """An audience: the people whose numbers the parameter `people` names, with commas between."""
    return [int(pk) for pk in entry.params.get("people", "").split(",") if pk]


def audience_of(entry: EventEntry) -> list[int]:
    """The people whom something that happened concerns, by number."""
    event = _declared.get(entry.name)
    return list(event.audience(entry)) if event is not None and event.audience is not None else []


def deliver(entry: EventEntry) -> None:
    """Tell every reader; a reader that fails is logged and the next one is told."""
    event = _declared.get(entry.name)
    for reader in event.readers if event else ():
        try:
            reader(entry)
        except Exception:
            log.exception("reader %r of event %s failed", reader, entry.name)
