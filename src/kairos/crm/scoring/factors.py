"""What may count in a score: the fields of deals that say one of a few things, also those an administrator has made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kairos.core.custom.columns import model_field
from kairos.core.fields import Field
from kairos.core.history.bulk import related_ids
from kairos.core.history.canonical import from_text
from kairos.core.records import type_of
from kairos.crm.models import Lead, Opportunity

KINDS = frozenset(
    {"choice", "choices", "boolean", "relation", "tags", "rating", "country", "language", "person"}
)
USUAL = ("source", "medium", "country", "language", "email_quality", "phone_quality", "product", "tags")
# What a deal's end brings with it, what scoring itself works with, and what names one customer rather than a kind.
NEVER = frozenset(
    "status kind stage team lost_reason competitor organisation person created_by shared_with "
    "is_probability_manual last_source last_medium last_campaign forecast".split()
)
QUALITIES = frozenset({"email_quality", "phone_quality"})
Values = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Factor:
    """One field that may count. `is_several` where a deal has a list of values, each of which counts by itself."""

    name: str
    field: Field
    is_custom: bool

    @property
    def label(self) -> Any:
        return self.field.label

    @property
    def is_related(self) -> bool:
        """Whether its values are rows of another table, asked for by themselves."""
        return bool(getattr(self.field.model_field, "many_to_many", False))

    @property
    def is_several(self) -> bool:
        return self.is_related or self.field.kind == "choices"


def candidates() -> dict[str, Factor]:
    """All that may count, by name: those of opportunities, then those only leads have."""
    found: dict[str, Factor] = {}
    for model in (Opportunity, Lead):
        record_type = type_of(model)
        custom = record_type.custom_fields
        for name, field in record_type.fields.items():
            if field.kind in KINDS and name not in NEVER and field.model_field is not None:
                found.setdefault(name, Factor(name, field, name in custom))
    return found


def chosen(names: Iterable[str]) -> dict[str, Factor]:
    """Those of the names that may count today."""
    offered = candidates()
    return {name: offered[name] for name in names if name in offered}


def keys_of(raw: Any) -> list[str]:
    """Under what a value is counted: nothing for none, each for a list."""
    if raw is None or raw == "":
        return []
    if isinstance(raw, list | tuple | set):
        return [str(one) for one in raw]
    if isinstance(raw, bool):
        return ["true" if raw else "false"]
    return [str(raw)]


def read_rows(
    deals: Any, factors: Mapping[str, Factor], extra: Sequence[str] = ()
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Of each deal the plain columns asked for, and the raw values of the factors, in one query and one per list."""
    plain = [name for name, factor in factors.items() if not factor.is_related]
    rows = list(deals.values_list("pk", *extra, *plain))
    ids = [row[0] for row in rows]
    lists = {
        name: related_ids(Opportunity, name, ids) for name, factor in factors.items() if factor.is_related
    }
    found = []
    start = 1 + len(extra)
    for row in rows:
        values = dict(zip(plain, row[start:], strict=True))
        values.update((name, by_deal.get(row[0], [])) for name, by_deal in lists.items())
        found.append(({"pk": row[0], **dict(zip(extra, row[1:start], strict=True))}, values))
    return found


def pairs_of(raw: Mapping[str, Any]) -> Values:
    """Factor and value, once for each value there is."""
    return [(name, key) for name, value in raw.items() for key in keys_of(value)]


def raw_of_text(name: str, text: str | None) -> Any:
    """A value as the history wrote it."""
    return from_text(model_field(Opportunity, name), text)
