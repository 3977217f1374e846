"""What a kind of record adds to the import of spreadsheets: other words for its columns, and rules of its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from kairos.core.custom.columns import Column, model_field
from kairos.core.fields import Field
from kairos.core.history.canonical import present_text, to_text


class ImportRules:
    """Subclasses stand beside a record type; what they do not override is the usual.

    `synonyms` are further headers of a field; `extra_fields` exist in spreadsheets only and are given to `import_new`;
    `offered` are values of other fields that texts of a column may be given as their meaning, by field.
    """

    synonyms: Mapping[str, Sequence[str]] = {}
    extra_fields: Sequence[Field] = ()
    offered: Mapping[str, Sequence[dict[str, Any]]] = {}

    def __init__(self, synonyms: Mapping[str, Sequence[str]] | None = None) -> None:
        self.synonyms = synonyms or self.synonyms

    def guess(self, mapping: Any, texts: Mapping[str, Mapping[str, int]]) -> None:
        """Complete a guessed `core.imports.Mapping`; `texts` counts the distinct texts of its columns."""

    def meaning(self, name: str, text: str) -> dict[str, Any] | None:
        """Values for other fields that a text in a column stands for: “Won” in a stage column is a status."""
        return None

    def values_of_missing(self, name: str, title: str) -> dict[str, Any]:
        """Values of a record that field `name` refers to and that does not exist yet, beside its title."""
        return {}

    def complete(self, values: dict[str, Any]) -> None:
        """Fill in what one value of a new record tells about another; relations may still be `Wish`es."""

    def choose(self, records: Sequence[Any]) -> Any:
        """The one that is meant when several records bear the same name; None when nobody can know."""
        return None

    def finish(self, changes: Any, report: Any) -> None:
        """What follows once all rows are written, in the same change set; `report` counts what was made."""

    def changes(self, pairs: Sequence[tuple[Any, dict[str, Any]]]) -> list[dict[str, Any]]:
        """For each existing record and the values of its row: those that differ. Lists only grow."""
        return [{n: v for n, v in values.items() if differs(record, n, v)} for record, values in pairs]


def differs(record: Any, name: str, value: Any) -> bool:
    """Whether writing the value would change the record; a relation not made yet always does."""
    field: Any = model_field(type(record), name)
    if isinstance(field, Column):
        return present_text(field, record) != to_text(field, getattr(value, "pk", value))  # type: ignore[arg-type]
    if field.many_to_many:
        present = {item.pk for item in getattr(record, name).all()}
        return any(item.pk not in present for item in value)
    present = getattr(record, field.attname)
    if field.is_relation:
        return bool(value.pk != present)
    if isinstance(value, list):
        return any(item not in present for item in value)
    return bool(present != value and to_text(field, present) != to_text(field, value))


def grown(record: Any, name: str, value: Any) -> Any:
    """The value to write: lists keep what is there and take what is new."""
    field = model_field(type(record), name)
    if field.many_to_many:
        present = [item.pk for item in getattr(record, name).all()]
        return [*present, *(item.pk for item in value if item.pk not in present)]
    if isinstance(value, list):
        present = list(getattr(record, name) or ())
        return [*present, *(item for item in value if item not in present)]
    return value
