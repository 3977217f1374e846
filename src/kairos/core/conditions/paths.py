"""Which field a dotted path names, seen from a record type."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.conditions.tree import BadCondition
from kairos.core.fields import Field, TracedField, TruthField
from kairos.core.records.record_type import RELATION_KINDS, RecordType

LONGEST_PATH = 3


@dataclass(frozen=True, slots=True)
class Path:
    """The relations a path goes through, and the field it ends at, each with the type it belongs to."""

    through: tuple[Field, ...]
    field: Field

    @property
    def name(self) -> str:
        return ".".join(field.name for field in (*self.through, self.field))

    @property
    def label(self) -> str:
        """“Organisation › Country”."""
        label = str(self.field.label)
        for relation in reversed(self.through):
            label = str(_("%(relation)s › %(field)s")) % {"relation": relation.label, "field": label}
        return label


def find_path(text: Any, record_type: RecordType, *, at: str = "field") -> Path:
    """The path's fields. Raises `BadCondition` where a part is unknown, hidden, or leads nowhere."""
    if not isinstance(text, str) or len(text) > 200 or text.count(".") >= LONGEST_PATH:
        raise BadCondition(at, _("This is not the name of a field."))
    *through, last = text.split(".")
    relations: list[Field] = []
    for name in through:
        relation = _field(record_type, name, at)
        related = related_type(relation)
        if related is None:
            raise BadCondition(at, _("“%(name)s” does not lead to other records.") % {"name": relation.label})
        relations.append(relation)
        record_type = related
    return Path(tuple(relations), _field(record_type, last, at))


def related_type(field: Field) -> RecordType | None:
    """The record type on a relation's other side; None for other fields, and where there are no screens for it."""
    from kairos.core.records.registry import find_type

    return find_type(field.related_model) if field.kind in RELATION_KINDS else None  # type: ignore[attr-defined]


def _field(record_type: RecordType, name: str, at: str) -> Field:
    field = record_type.fields.get(name)
    if field is None or (field.model_field is None and not isinstance(field, TracedField | TruthField)):
        raise BadCondition(at, _("There is no field “%(name)s”.") % {"name": shown(name)})
    return field


def shown(text: str) -> str:
    """Foreign text, short and printable enough for a message."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text[:60])
