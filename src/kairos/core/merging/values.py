"""Which value a merged record gets for each of its fields: the one somebody chose, or the best by rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kairos.core.custom.columns import model_field
from kairos.core.fields import Field
from kairos.core.records import MergeRules, RecordType

TOGETHER = "all"
LISTS = {"emails", "phones", "tags", "people", "relations", "choices"}
NOTHING: tuple[Any, ...] = (None, "", [], ())
Choices = Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Block:
    """Fields whose values are taken from one record, or of a single field also from all (`can_join`)."""

    name: str
    fields: tuple[str, ...]
    can_join: bool = False


def rules_of(record_type: RecordType) -> MergeRules:
    """How this kind is merged. Raises `LookupError` for one that is not."""
    if record_type.merge_rules is None:
        raise LookupError(record_type.name)
    return record_type.merge_rules


def ranked(record_type: RecordType, records: Sequence[Any]) -> list[Any]:
    """The records, the one to be believed first; of equals the older."""
    rank = rules_of(record_type).rank
    return sorted(sorted(records, key=lambda one: one.pk), key=rank, reverse=True)


def blocks_of(record_type: RecordType) -> list[Block]:
    """What is chosen, in the order of the record's page: blocks, then every other field people edit."""
    rules = rules_of(record_type)
    in_block = {name: tuple(block) for block in rules.blocks for name in block}
    found: dict[str, Block] = {}
    for name in _in_order(record_type):
        if name in rules.left_out or name in ("external_id", "archived_at"):
            continue
        if name in in_block:
            members = in_block[name]
            found.setdefault(members[0], Block(members[0], members))
        elif record_type.fields[name].editable and record_type.fields[name].model_field is not None:
            found[name] = Block(name, (name,), _can_join(rules, record_type.fields[name]))
    return list(found.values())


def _in_order(record_type: RecordType) -> list[str]:
    shown = [name for section in record_type.all_sections for name in section.fields]
    names = [record_type.title_field, *shown, *record_type.fields]
    return [name for name in dict.fromkeys(names) if name in record_type.fields]


def _can_join(rules: MergeRules, field: Field) -> bool:
    return field.kind in LISTS or field.name in rules.joined


def is_empty(record_type: RecordType, record: Any, name: str) -> bool:
    """Whether a record says nothing here. A yes or no always says something."""
    value = value_of(record, name)
    return value in NOTHING or (value == 0 and not isinstance(value, bool))


def value_of(record: Any, name: str) -> Any:
    """The value as a change set takes it; of many related records the sorted ids."""
    field = model_field(type(record), name)
    if field.many_to_many:
        return sorted(one.pk for one in getattr(record, name).all())
    return getattr(record, name)


def default_choice(record_type: RecordType, block: Block, order: Sequence[Any]) -> int | str:
    """The record whose value is best by rule, or all of them together."""
    if block.can_join:
        telling = [one.pk for one in order if not is_empty(record_type, one, block.name)]
        return TOGETHER if len(telling) > 1 else int((telling or [order[0].pk])[0])
    rules = rules_of(record_type)
    if block.name in rules.largest:
        return int(max(order, key=lambda one: (value_of(one, block.name) or 0, -order.index(one))).pk)

    def filled(one: Any) -> int:
        return sum(not is_empty(record_type, one, name) for name in block.fields)

    if block.name in rules.from_first:
        return int(order[0].pk)
    return int(max(order, key=lambda one: (filled(one), -order.index(one))).pk)


def chosen(record_type: RecordType, block: Block, order: Sequence[Any], choices: Choices) -> int | str:
    """What somebody chose for this block where it can be chosen, else the best by rule."""
    wanted = choices.get(block.name)
    if wanted == TOGETHER and block.can_join:
        return TOGETHER
    if any(one.pk == wanted for one in order):
        return int(wanted)  # type: ignore[arg-type]
    return default_choice(record_type, block, order)


def merged_values(record_type: RecordType, order: Sequence[Any], choices: Choices) -> dict[str, Any]:
    """Every field's value in the merged record; `order` begins with the record to be believed most."""
    by_pk = {one.pk: one for one in order}
    values: dict[str, Any] = {}
    for block in blocks_of(record_type):
        choice = chosen(record_type, block, order, choices)
        if choice == TOGETHER:
            values[block.name] = together(record_type, block.name, order)
        else:
            values |= {name: value_of(by_pk[choice], name) for name in block.fields}
    return values


def together(record_type: RecordType, name: str, order: Sequence[Any]) -> Any:
    """All values as one: lists one after the other without repeating, texts with an empty line between."""
    found = [value_of(one, name) for one in order if not is_empty(record_type, one, name)]
    if record_type.fields[name].kind in LISTS:
        return list(dict.fromkeys(item for value in found for item in value))
    return "\n\n".join(dict.fromkeys(value.strip() for value in found))
