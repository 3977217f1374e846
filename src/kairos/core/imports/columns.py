"""What the cells of one column mean, remembered: the same text is understood once."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from kairos.core.fields import Field
from kairos.core.imports.cells import parser_for, pieces, written
from kairos.core.imports.finders import Finder, Wish
from kairos.core.imports.mapping import Column
from kairos.core.imports.problems import Refused, refused
from kairos.core.tables import CellError, means_nothing

REMEMBERED = 50_000
ONE = {"relation", "person"}
MANY = {"relations", "people", "tags"}


@dataclass(slots=True)
class Reading:
    """What one cell gives: values by field, or why it gives none. `skips` leaves the whole row out."""

    values: dict[str, Any] = field(default_factory=dict)
    problem: Refused | None = None
    skips: bool = False


NOTHING = Reading()
SKIP = Reading(skips=True)


class ColumnReader:
    """Reads one mapped column. Relations must be looked up first, with `learn`."""

    def __init__(
        self, header: str, index: int, column: Column, target: Field, *, user: Any, finder: Finder | None
    ) -> None:
        self.header, self.index, self.column, self.target = header, index, column, target
        self.user = user
        self.finder: Any = finder
        self._meanings = {text.strip(): meaning for text, meaning in column.values.items()}
        self._parse = None if finder else parser_for(target, column, user=user)
        self._known: dict[Any, Reading] = {}
        self.others: dict[str, Field] = {}

    def learn(self, cells: set[Any]) -> None:
        """Look up what these cells name, all at once."""
        if self.finder is None:
            return
        texts: set[str] = set()
        for cell in cells:
            if cell in self._known or means_nothing(cell):
                continue
            meaning = self._meanings.get(written(cell), cell)
            if isinstance(meaning, dict):
                meaning = meaning.get("create")
            if isinstance(meaning, str | int | float) and not isinstance(meaning, bool):
                texts.update(self._split(meaning))
        self.finder.learn(texts)

    def read(self, cell: Any) -> Reading:
        """What the cell gives; asked for the same cell, the same answer."""
        key = (type(cell), cell) if isinstance(cell, bool | float) else cell
        found = self._known.get(key)
        if found is None:
            if len(self._known) > REMEMBERED:
                self._known.clear()
            found = self._known[key] = self._understand(cell)
        return found

    def _understand(self, cell: Any) -> Reading:
        try:
            text = written(cell)
            if text in self._meanings:
                return self._with_meaning(text, self._meanings[text])
            return NOTHING if means_nothing(cell) else self._value(cell)
        except (ValidationError, CellError) as error:
            return Reading(problem=refused(error, column=self.header))

    def _with_meaning(self, text: str, meaning: Any) -> Reading:
        if meaning is None or meaning == "":
            return NOTHING
        if isinstance(meaning, str):
            return self._value(meaning)
        if meaning.get("skip"):
            return SKIP
        if self.finder and isinstance(meaning.get("id"), int):
            return self._given(self.finder.by_id(meaning["id"]))
        if self.finder and meaning.get("create"):
            title = meaning["create"] if isinstance(meaning["create"], str) else text
            return self._given(self._found_or_wished(title))
        values = {
            name: parser_for(self.others[name], Column(name), user=self.user)(value)
            for name, value in meaning.items()
            if name in self.others
        }
        return Reading(values)

    def _found_or_wished(self, title: str) -> Any:
        try:
            return self.finder.find(title)
        except CellError:
            return self.finder.wish(title)

    def _value(self, cell: Any) -> Reading:
        if self._parse is not None:
            value = self._parse(cell)
            return Reading({self.target.name: value}) if value not in (None, "", []) else NOTHING
        found = [self.finder.find(text) for text in self._split(cell)]
        unique = list({id(item) if isinstance(item, Wish) else item: item for item in found}.values())
        return Reading({self.target.name: unique if self.target.kind in MANY else unique[0]})

    def _given(self, record: Any) -> Reading:
        return Reading({self.target.name: [record] if self.target.kind in MANY else record})

    def _split(self, cell: Any) -> list[str]:
        return pieces(cell) if self.target.kind in MANY else [written(cell)]
