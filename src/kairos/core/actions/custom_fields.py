"""What an administrator does with custom fields. Values follow their field; every step can be undone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from kairos.core.custom import definitions
from kairos.core.custom.converting import Conversion, conversion, holders
from kairos.core.custom.keys import new_key
from kairos.core.fields import format as shown
from kairos.core.history import ActionRefused, Changes, change_set
from kairos.core.models import CustomField
from kairos.core.models.custom_values import PREFIX

MOST_FIELDS = 100


class TooManyFields(ActionRefused):
    message = _("There are %(most)s custom fields for %(records)s already; no kind of record may have more.")


class LabelTaken(ActionRefused):
    message = _("%(records)s have a field called “%(label)s” already.")


class CannotConvert(ActionRefused):
    """Carries what the change of type would come to."""

    message = _("%(converted)s of %(total)s values can be converted; %(failed)s cannot: %(examples)s.")

    def __init__(self, result: Conversion) -> None:
        super().__init__(
            converted=shown.number(result.converted),
            total=shown.number(result.total),
            failed=shown.number(result.failures),
            examples=", ".join(f"“{text}”" for text in result.examples),
        )
        self.result = result


class ChoicesInUse(ActionRefused):
    """Carries how many records have each of the choices that would go."""

    message = _("Choose where the values of removed choices go: %(choices)s.")

    def __init__(self, field: CustomField, used: Mapping[str, int]) -> None:
        labels = dict(field.pairs)
        super().__init__(choices=", ".join(f"“{labels[value]}” ({count})" for value, count in used.items()))
        self.used = dict(used)


def create_custom_field(*, values: Mapping[str, Any], by: Any) -> CustomField:
    """A new field, the last of its kinds of record. Raises `TooManyFields`, `LabelTaken`."""
    field = CustomField(**values)
    with change_set(by=by, summary=_("Added the field %(record)s"), params={"record": field}) as changes:
        definitions.hold_alone()
        _check(field)
        last = CustomField.objects.order_by("-position").values_list("position", flat=True).first() or 0
        return changes.create(CustomField, **{**values, "key": new_key(field.label), "position": last + 1})


def update_custom_field(
    field: CustomField,
    *,
    values: Mapping[str, Any],
    by: Any,
    replaced: Mapping[str, str] | None = None,
    is_lossy: bool = False,
) -> CustomField:
    """Change a definition, and with a new type or fewer choices the values that stand under it.

    `replaced` says for each choice that goes and is used which one its records get ("" for none); without that raises
    `ChoicesInUse`. A change of type that some values do not survive raises `CannotConvert`, unless `is_lossy` gives
    them up. Raises `TooManyFields`, `LabelTaken`.
    """
    with change_set(by=by, summary=_("Changed the field %(record)s"), params={"record": field}) as changes:
        definitions.hold_alone()
        changes.lock(field)
        wanted = _with(field, values)
        _check(wanted)
        if (field.kind, field.target) != (wanted.kind, wanted.target):
            _convert(changes, field, wanted, values, is_lossy)
        else:
            if field.has_choices:
                _replace_choices(changes, field, wanted, replaced or {})
            changes.update(field, **values)
    return field


def _with(field: CustomField, values: Mapping[str, Any]) -> CustomField:
    """The definition as it would be."""
    names = [one.name for one in CustomField._meta.concrete_fields]
    return CustomField(**{**{name: getattr(field, name) for name in names}, **values})


def preview_conversion(field: CustomField, values: Mapping[str, Any]) -> Conversion:
    """What changing the type of a field would do to its values. Nothing is written."""
    return conversion(field, _with(field, values))


def _check(field: CustomField) -> None:
    """Not too many, and no two of one name on one kind of record, in whatever language people read it."""
    from kairos.core.records import type_named

    others = [one for one in definitions.hold().shown if one.pk != field.pk]
    for name in field.record_types:
        record_type = type_named(name)
        same = [one for one in others if name in one.record_types]
        if len(same) >= MOST_FIELDS:
            raise TooManyFields(most=MOST_FIELDS, records=record_type.label_plural)
        labels = {one.label.casefold() for one in same}
        for language, _name in settings.LANGUAGES:
            with override(language):
                labels |= {str(one.label).casefold() for one in record_type.own_fields.values()}
        if field.label.casefold() in labels:
            raise LabelTaken(records=record_type.label_plural, label=field.label)


def check_custom_fields() -> None:
    """What must hold of all definitions together. Raises `TooManyFields`, `LabelTaken`."""
    for field in definitions.hold().shown:
        _check(field)


def _convert(
    changes: Changes, field: CustomField, wanted: CustomField, values: Mapping[str, Any], is_lossy: bool
) -> None:
    result = conversion(field, wanted)
    if result.failures and not is_lossy:
        raise CannotConvert(result)
    changes.update(field, **{**values, "choices": wanted.choices if wanted.has_choices else []})
    for model, by_pk in result.values.items():
        changes.update_many(model, {pk: {PREFIX + field.key: value} for pk, value in by_pk.items()})


# -- choices


def choice_counts(field: CustomField, choices: Iterable[str]) -> dict[str, int]:
    """How many records, archived ones too, have each of these choices; those nobody has are left out."""
    found = {value: sum(rows.count() for _model, rows in _having(field, value)) for value in choices}
    return {value: count for value, count in found.items() if count}


def _having(field: CustomField, choice: str) -> list[tuple[type[Any], Any]]:
    name = PREFIX + field.key
    lookup = (
        {name: choice} if field.kind == CustomField.Kind.CHOICE else {f"{name}__icontains": f'"{choice}"'}
    )
    return [(model, found.filter(**lookup)) for model, found in holders(name)]


def _replace_choices(
    changes: Changes, field: CustomField, wanted: CustomField, replaced: Mapping[str, str]
) -> None:
    kept = {one["value"] for one in wanted.choices}
    gone = [value for value, _label in field.pairs if value not in kept]
    used = choice_counts(field, gone)
    undecided = {value: count for value, count in used.items() if replaced.get(value) not in (kept | {""})}
    if undecided:
        raise ChoicesInUse(field, undecided)
    name = PREFIX + field.key
    for value in used:
        for model, found in _having(field, value):
            rows = dict(found.values_list("pk", "custom"))
            changes.update_many(
                model, {pk: {name: _replaced(field, one, value, replaced[value])} for pk, one in rows.items()}
            )


def _replaced(field: CustomField, custom: Mapping[str, Any], old: str, new: str) -> Any:
    if field.kind == CustomField.Kind.CHOICE:
        return new
    return [one for one in [*(item for item in custom[field.key] if item != old), new] if one]


# -- order, archive, end


def reorder_custom_fields(fields: Sequence[CustomField], *, by: Any) -> None:
    """Store this order of fields; others keep their places after them."""
    places = sorted(one.position for one in fields)
    values = {one.pk: {"position": place} for one, place in zip(fields, places, strict=True)}
    with change_set(by=by, summary=_("Put the custom fields into another order")) as changes:
        changes.update_many(CustomField, values)


def delete_custom_field(field: CustomField, *, by: Any) -> None:
    """Take a field off every screen. Its values stay where they are until somebody removes them for good."""
    with change_set(by=by, summary=_("Deleted the field %(record)s"), params={"record": field}) as changes:
        changes.update(field, archived_at=timezone.now())


def restore_custom_field(field: CustomField, *, by: Any) -> None:
    """Bring a deleted field back with all its values. Raises `TooManyFields`, `LabelTaken`."""
    with change_set(by=by, summary=_("Restored the field %(record)s"), params={"record": field}) as changes:
        definitions.hold_alone()
        _check(field)
        changes.update(field, archived_at=None)


def value_count(field: CustomField) -> int:
    """How many records have a value in this field."""
    return sum(found.count() for _model, found in holders(PREFIX + field.key))


def remove_custom_field(field: CustomField, *, by: Any) -> int:
    """Remove a field for good, with its values; returns how many there were. The history still has them."""
    name, count = PREFIX + field.key, 0
    summary = _("Removed the field %(record)s with its values")
    with change_set(by=by, summary=summary, params={"record": field}) as changes:
        changes.about(CustomField)
        definitions.hold_alone()
        for model, found in holders(name):
            count += changes.update_many(
                model, {pk: {name: None} for pk in found.values_list("pk", flat=True)}
            )
        changes.delete(field)
    return count
