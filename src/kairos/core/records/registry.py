"""All record types of the house, found in the apps' `records.py`."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings

from kairos.core.fields import Field
from kairos.core.records.declarations import Action
from kairos.core.records.measures import Measure
from kairos.core.records.part_type import PartType
from kairos.core.records.record_type import RecordType
from kairos.core.records.reports import ReadyReport

T = TypeVar("T", bound=type[RecordType])
P = TypeVar("P", bound=type[PartType])
_by_plural: dict[str, RecordType] = {}
_by_model: dict[type[Any], RecordType] = {}
_parts: dict[str, PartType] = {}
_contributed: dict[type[Any], list[Action]] = {}
_fields: dict[type[Any], list[Field]] = {}
_measures: dict[type[Any], list[Measure]] = {}
_reports: dict[type[Any], list[ReadyReport]] = {}


def register(declaration: T) -> T:
    """Class decorator that makes a record type known. Raises `ValueError` when its plural is taken."""
    record_type = declaration()
    if record_type.plural in _by_plural:
        raise ValueError(f"record type {record_type.plural} is declared twice")
    _by_plural[record_type.plural] = record_type
    _by_model[record_type.model] = record_type
    return declaration


def register_part(declaration: P) -> P:
    """Class decorator that gives rows which are part of a record a list and reports; they stay no records.

    Nothing but an address finds them: history, undo, search and the rail know what they are part of.
    """
    part = declaration()
    if part.plural in _by_plural or part.plural in _parts:
        raise ValueError(f"record type {part.plural} is declared twice")
    _parts[part.plural] = part
    return declaration


def part_types() -> list[PartType]:
    return list(_parts.values())


def contribute_actions(model: type[Any], *actions: Action) -> None:
    """Give a lower app's record type actions of an upper app, from its `extensions.py`."""
    _contributed.setdefault(model, []).extend(actions)


def contributed_actions(model: type[Any]) -> list[Action]:
    return _contributed.get(model, [])


def contribute_fields(model: type[Any], *fields: Field) -> None:
    """Give a lower app's record type columns of an upper app, from its `extensions.py`: shown, never written."""
    _fields.setdefault(model, []).extend(fields)
    vars(_by_model[model]).pop("own_fields", None)


def contributed_fields(model: type[Any]) -> list[Field]:
    return _fields.get(model, [])


def contribute_measures(model: type[Any], *measures: Measure) -> None:
    """Give a lower app's record type figures of an upper app, from its `extensions.py`."""
    _measures.setdefault(model, []).extend(measures)


def contributed_measures(model: type[Any]) -> list[Measure]:
    return _measures.get(model, [])


def contribute_reports(model: type[Any], *reports: ReadyReport) -> None:
    """Add ready-made reports to a lower app's record type, from an `extensions.py`."""
    _reports.setdefault(model, []).extend(reports)


def contributed_reports(model: type[Any]) -> list[ReadyReport]:
    return _reports.get(model, [])


def is_of_the_house(config: Any) -> bool:
    """Whether an installed app is ours, or was added by the setting KAIROS_APPS."""
    return config.name.startswith("kairos.") or config.name in settings.OUTSIDE_APPS


def discover() -> None:
    """Import the core's own nouns, then `events`, `records` and `extensions` of every installed app of the house."""
    for own in ("records.own", "custom.searching", "duplicates.extensions"):
        import_module(f"kairos.core.{own}")
    for module in ("events", "records", "extensions"):
        for config in apps.get_app_configs():
            if is_of_the_house(config) and find_spec(f"{config.name}.{module}"):
                import_module(f"{config.name}.{module}")


def all_types() -> list[RecordType]:
    return list(_by_plural.values())


def type_called(plural: str) -> RecordType:
    """The record type, or that of parts, with this plural, as in its address. Raises `KeyError`."""
    return _by_plural.get(plural) or _parts[plural]


def type_of(model: type[Any]) -> RecordType:
    """The record type of a model. Raises `KeyError`."""
    return _by_model[model]


def find_type(model: type[Any]) -> RecordType | None:
    return _by_model.get(model)


def types_on(model: type[Any]) -> list[RecordType]:
    """Every record type whose records are in this model's table: leads and opportunities are in one."""
    return [one for one in _by_plural.values() if one.model._meta.concrete_model is model]


def type_named(name: str) -> RecordType:
    """The record type of this singular name, which the history uses too. Raises `KeyError`."""
    for record_type in _by_plural.values():
        if record_type.name == name:
            return record_type
    raise KeyError(name)
