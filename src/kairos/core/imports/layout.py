"""Whether a mapping fits a file and a kind of record, and the readers of its columns."""

from collections.abc import Iterable
from typing import Any

from kairos.core.fields import Field, RelationField
from kairos.core.imports.cells import written
from kairos.core.imports.columns import ColumnReader
from kairos.core.imports.finders import Finder, Wish
from kairos.core.imports.mapping import Mapping
from kairos.core.imports.patterns import names_in
from kairos.core.imports.problems import (
    FieldForbidden,
    FieldMappedTwice,
    ImportForbidden,
    NothingMapped,
    NoTitle,
    UnknownColumn,
    UnknownField,
)
from kairos.core.tables import Row, Table, name_key

RELATIONS = {"relation", "person", "relations", "people", "tags"}


def targets_of(record_type: Any) -> dict[str, Field]:
    """The fields a column may be mapped to, by name."""
    return {field.name: field for field in record_type.fields_to_import}


def check_mapping(record_type: Any, mapping: Mapping, header: list[str], *, user: Any) -> None:
    """Raises a `WrongMapping` that says what does not fit the file, the fields, or what this person may do."""
    targets = targets_of(record_type)
    if not record_type.access.can_import(user):
        raise ImportForbidden()
    if not mapping.columns:
        raise NothingMapped()
    taken: set[str] = set()
    for column_header, column in mapping.columns.items():
        if column_header not in header:
            raise UnknownColumn(column=column_header)
        if column.field in taken:
            raise FieldMappedTwice(field=column.field)
        taken.add(column.field)
    others = {name for column in mapping.columns.values() for name in _other_fields(column.values)}
    for name in taken | others | set(mapping.defaults) | set(mapping.templates):
        _check_field(record_type, targets, name, user)
    for pattern in mapping.templates.values():
        for name in names_in(pattern):
            if name not in header and name not in targets:
                raise UnknownColumn(column=name)
    _check_title(record_type, mapping, taken)


def _other_fields(values: dict[str, Any]) -> set[str]:
    return {name for v in values.values() if isinstance(v, dict) for name in v} - {"id", "create", "skip"}


def _check_field(record_type: Any, targets: dict[str, Field], name: str, user: Any) -> None:
    if name not in targets:
        raise UnknownField(field=name)
    if not record_type.access.can_edit_field(user, record_type.model(), name):
        raise FieldForbidden(field=name)


def _check_title(record_type: Any, mapping: Mapping, taken: set[str]) -> None:
    title = record_type.title_field
    if title not in taken and title not in mapping.templates and title not in mapping.defaults:
        raise NoTitle(field=title)


def own_names(
    record_type: Any, mapping: Mapping, table: Table, rows: Iterable[Row] | None = None
) -> set[str]:
    """The names of the file's own rows, where its rows may refer to each other; else empty."""
    targets = targets_of(record_type)
    used = [targets[column.field] for column in mapping.columns.values() if column.field in targets]
    title = mapping.header_of(record_type.title_field)
    if title not in table.header or not any(_refers_to(target, record_type.model) for target in used):
        return set()
    place = table.header.index(title)
    return {name_key(written(row.cells[place])) for row in (rows or table.rows())} - {""}


def _refers_to(target: Field, model: Any) -> bool:
    return isinstance(target, RelationField) and target.related_model is model


def readers_for(
    record_type: Any,
    mapping: Mapping,
    header: list[str],
    *,
    user: Any,
    wishes: dict[tuple[str, str], Wish],
    names: set[str],
) -> list[ColumnReader]:
    """One reader for each mapped column, in the order of the file."""
    targets = targets_of(record_type)
    readers = []
    for index, column_header in enumerate(header):
        if column := mapping.columns.get(column_header):
            target = targets[column.field]
            finder = finder_for(record_type, target, mapping, user=user, wishes=wishes, names=names)
            reader = ColumnReader(column_header, index, column, target, user=user, finder=finder)
            reader.others = targets
            readers.append(reader)
    return readers


def finder_for(
    record_type: Any,
    target: Field,
    mapping: Mapping,
    *,
    user: Any,
    wishes: dict[tuple[str, str], Wish] | None = None,
    names: set[str] | None = None,
) -> Finder | None:
    """What finds the records of a relation; None for a field that holds plain values."""
    if not isinstance(target, RelationField):
        return None
    own = target.related_model is record_type.model
    return Finder(
        target,
        user=user,
        wishes={} if wishes is None else wishes,
        may_create=_makes_missing(record_type, target, mapping) and may_create(target, user),
        new_values=record_type.import_rules.values_of_missing,
        names=names if own else None,
    )


def _makes_missing(record_type: Any, target: RelationField, mapping: Mapping) -> bool:
    """What one field may make, another field of the same kind may name: the stage a deal had before it closed."""
    if target.name in mapping.create_missing:
        return mapping.create_missing[target.name]
    targets = targets_of(record_type)
    return any(
        makes and name in targets and getattr(targets[name], "related_model", None) is target.related_model
        for name, makes in mapping.create_missing.items()
        if name in targets and isinstance(targets[name], RelationField)
    )


def may_create(target: RelationField, user: Any) -> bool:
    """Whether this person may make the records a relation names."""
    related = target.related_type
    return bool(
        related.access.can_create(user)
        and related.access.can_edit_field(user, related.model(), related.title_field)
    )
