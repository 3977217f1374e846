"""What the screens that define custom fields show."""

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kairos.core.actions.custom_fields import CannotConvert, preview_conversion
from kairos.core.custom.converting import Conversion
from kairos.core.custom.making import K, make_column, make_field
from kairos.core.editing.inputs import Input
from kairos.core.fields import Field
from kairos.core.forms.custom_field import CustomFieldForm, customisable_types
from kairos.core.models import CustomField
from kairos.core.records import RecordType, type_named

ICONS = {
    K.TEXT: "type", K.LONG_TEXT: "text", K.NUMBER: "hash", K.MONEY: "banknote", K.DATE: "calendar",
    K.TIME: "clock", K.CHOICE: "circle-dot", K.CHOICES: "list-checks", K.BOOLEAN: "square-check",
    K.RELATION: "link", K.PERSON: "user", K.URL: "globe", K.EMAIL: "mail", K.PHONE: "phone",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One field in the list of definitions; `up` and `down` are what its buttons send, empty at an end of the list."""

    field: CustomField
    icon: str
    team: str
    up: str = ""
    down: str = ""


def list_context(record_type: RecordType) -> dict[str, Any]:
    """The fields of one kind of record, in order, and those that have been deleted."""
    found = [one for one in CustomField.objects.order_by("position", "pk") if one.applies_to(record_type)]
    shown = [one for one in found if not one.is_archived]
    teams = _teams({one.team_id for one in found if one.team_id})
    keys = [str(one.pk) for one in shown]
    lines = []
    for place, one in enumerate(shown):
        before = {"column": record_type.name, "before": keys[place - 1]} if place else None
        after = {"column": record_type.name, "before": "".join(keys[place + 2 : place + 3])}
        lines.append(
            Line(
                one,
                ICONS[CustomField.Kind(one.kind)],
                teams.get(one.team_id or 0, ""),
                json.dumps(before) if before else "",
                json.dumps(after) if place < len(shown) - 1 else "",
            )
        )
    tabs = [
        {"label": one.label_plural, "url": f"/custom-fields?for={one.name}", "active": one is record_type}
        for one in customisable_types()
    ]
    return {
        "record_type": record_type,
        "lines": lines,
        "gone": [one for one in found if one.is_archived],
        "tabs": tabs,
    }


def _teams(ids: set[int]) -> dict[int, str]:
    from kairos.core.conditions.values import team_model

    return {pk: str(team) for pk, team in team_model().objects.in_bulk(list(ids)).items()} if ids else {}


# -- the preview


@dataclass(slots=True)
class Preview:
    """How a field will look: on the page, while it is edited, in a list, on a card."""

    field: Field
    record: Any
    record_type: RecordType
    input: Input
    section: str
    is_in_list: bool
    is_on_card: bool
    conversion: Conversion | None = None
    is_lossy: bool = False

    @property
    def refusal(self) -> str:
        """Why the type cannot be changed without losing values."""
        return str(CannotConvert(self.conversion)) if self.conversion else ""


def preview_of(form: CustomFieldForm, *, user: Any) -> Preview:
    """The field as the form describes it so far, with a value to look at."""
    form.is_valid()
    cleaned = getattr(form, "cleaned_data", {})
    given = {name: cleaned.get(name, form.get(name)) for name in form.fields}
    kind = given["kind"] if given["kind"] in CustomField.Kind.values else K.TEXT
    choices = [
        {"value": row.value or row.label, "label": row.label, "colour": row.colour} for row in form.rows
    ]
    definition = CustomField(
        key="preview",
        label=given["label"] or _("Label"),
        kind=kind,
        target=given["target"] or "",
        help=given["help"] or "",
        is_required=bool(given["is_required"]),
        choices=choices,
    )
    column = make_column(definition)
    field: Any = make_field(definition, column)
    value = _sample(field, user)
    names = given["record_types"] or [customisable_types()[0].name]
    record_type = next((one for one in customisable_types() if one.name in names), customisable_types()[0])
    record = SimpleNamespace(pk=0, currency=_currency(record_type), **{column.name: value})
    sections = dict(form.sections)
    return Preview(
        field,
        record,
        record_type,
        Input(field, "preview", field.raw(value), chosen=_chosen(field, value)),
        sections.get(given["section"], given["section"]) or _("Further details"),
        bool(given["is_in_list"]),
        bool(given["is_on_card"]),
        _conversion(form, kind, choices),
        "is_lossy" in form.data,
    )


def _conversion(form: CustomFieldForm, kind: str, choices: list[dict[str, Any]]) -> Conversion | None:
    """What the change of type would come to, where the form changes it."""
    field, target = form.field, form.get("target") if kind == K.RELATION else ""
    if field is None or (field.kind, field.target) == (kind, target) or (kind == K.RELATION and not target):
        return None
    wanted = choices if kind in CustomField.choice_kinds else []
    return preview_conversion(field, {"kind": kind, "target": target, "choices": wanted})


def _currency(record_type: RecordType) -> str:
    newest = record_type.model._base_manager.order_by("-pk").first()
    return getattr(newest, "currency", "") or "USD"


def _sample(field: Any, user: Any) -> Any:
    """A value of the kind a field is of."""
    today = timezone.localdate()
    samples = {
        "text": _("Some text"),
        "long_text": _("Some text that may well be longer, and go on over several lines."),
        "decimal": Decimal("1234.5"),
        "money": Decimal(25000),
        "date": today + dt.timedelta(30),
        "time": dt.time(14, 30),
        "boolean": True,
        "url": "https://www.example.com",
        "email": "name@example.com",
        "phone": "+886223456789",
        "person": user,
    }
    if field.kind in ("choice", "choices"):
        values = [value for value, _label in field.choices()][: 1 if field.kind == "choice" else 2]
        return values if field.kind == "choices" else (values or [""])[0]
    if field.kind == "relation":
        if field.related_model is CustomField:
            return None
        return field.related_type.visible_to(user).filter(archived_at=None).order_by("-pk").first()
    return samples[field.kind]


def _chosen(field: Any, value: Any) -> list[dict[str, Any]]:
    if field.kind not in ("relation", "person") or value is None:
        return []
    return [{"value": value.pk, "label": str(value), "colour": 0}]


def wanted_type(name: str) -> RecordType:
    """The kind of record whose fields are asked for; the first for a name that is none."""
    found = {one.name: one for one in customisable_types()}
    return found.get(name) or type_named(next(iter(found)))
