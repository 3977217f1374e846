"""The form that defines a custom field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kairos.core.conditions.values import team_model
from kairos.core.custom.converting import LONGEST_CHOICE, MOST_CHOICES
from kairos.core.custom.keys import new_choice
from kairos.core.fields.base import one
from kairos.core.models import CustomField
from kairos.core.records import all_types
from kairos.core.records.record_type import RecordType, section_name

COLOURS = (
    _("Grey"), _("Red"), _("Orange"), _("Amber"), _("Yellow"), _("Green"),
    _("Mint"), _("Teal"), _("Sky"), _("Blue"), _("Violet"), _("Pink"),
)  # fmt: skip
REPLACED = "replaced_"
# No choice is ever kept as this.
NOTHING = "-"


def customisable_types() -> list[RecordType]:
    """The record types that may have custom fields, in the order of the rail."""
    found = [one for one in all_types() if one.is_customisable]
    return sorted(found, key=lambda one: one.menu.order if one.menu else 1000)


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """One choice as the form has it; a new one has no value yet."""

    value: str
    label: str
    colour: int = 0


class CustomFieldForm(forms.Form):
    """Everything an administrator says about a field; `field` is the one that is changed, None for a new one."""

    label = forms.CharField(label=_("Label"), max_length=60)
    kind = forms.ChoiceField(label=_("Type"), choices=CustomField.Kind.choices)
    target = forms.ChoiceField(label=_("Leads to"), required=False)
    record_types = forms.MultipleChoiceField(label=_("Shown for"), widget=forms.CheckboxSelectMultiple)
    team_id = forms.TypedChoiceField(
        label=_("Only for the team"), required=False, coerce=int, empty_value=None
    )
    section = forms.CharField(
        label=_("Section"), max_length=80, required=False, help_text=_("One that is there, or a new one.")
    )
    help = forms.CharField(label=_("Help"), max_length=200, required=False)
    is_required = forms.BooleanField(label=_("Required"), required=False)
    is_in_list = forms.BooleanField(label=_("Column of the list"), required=False)
    is_on_card = forms.BooleanField(label=_("On the card"), required=False)

    def __init__(
        self, data: QueryDict | None = None, *, field: CustomField | None = None, record_type: str = ""
    ) -> None:
        initial: dict[str, Any] = {"kind": "text", "record_types": [record_type]}
        if field is not None:
            initial = {name: getattr(field, name) for name in self.base_fields}
        super().__init__(data, initial=initial)
        self.field = field
        teams = team_model().objects.filter(archived_at=None).order_by("position", "pk")
        named = [one for one in all_types() if one.menu is not None]
        given: Mapping[str, Any] = {
            "target": [("", "–"), *((one.name, one.label) for one in named)],
            "record_types": [(one.name, one.label_plural) for one in customisable_types()],
            "team_id": [("", _("All teams")), *((team.pk, str(team)) for team in teams)],
        }
        for name, choices in given.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def get(self, name: str) -> Any:
        """What stands in an input: what was sent, or what is so far."""
        return self[name].value()

    @property
    def sections(self) -> list[tuple[str, str]]:
        """The sections that are there, by the name a field asks for them."""
        found = {section_name(s): str(s.label) for one in customisable_types() for s in one.sections}
        return list(found.items())

    # -- choices

    @property
    def rows(self) -> list[ChoiceRow]:
        """The choices as they stand in the form."""
        if not self.is_bound:
            return [ChoiceRow(**one) for one in (self.field.choices if self.field else [])]
        data: Any = self.data
        columns = (data.getlist(f"choice_{name}") for name in ("value", "label", "colour"))
        found = [
            ChoiceRow(value, label.strip(), _colour(colour))
            for value, label, colour in zip(*columns, strict=False)
        ]
        return [row for row in found if row.label][: MOST_CHOICES + 1]

    def clean(self) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        kind = values.get("kind")
        values["choices"] = self._choices() if kind in CustomField.choice_kinds else []
        if kind == CustomField.Kind.RELATION and not values.get("target"):
            self.add_error("target", _("Choose what it leads to."))
        if kind != CustomField.Kind.RELATION:
            values["target"] = ""
        known = {label: name for name, label in self.sections}
        values["section"] = known.get(values.get("section", ""), values.get("section", ""))
        return values

    def _choices(self) -> list[dict[str, Any]]:
        rows = self.rows
        known = {value for value, _label in self.field.pairs} if self.field else set()
        if not rows and (self.field is None or self.field.has_choices):
            self.add_error(None, _("A choice needs something to choose from."))
        if len(rows) > MOST_CHOICES:
            self.add_error(None, _("At most %(most)s choices.") % {"most": MOST_CHOICES})
        labels: set[str] = set()
        made: list[dict[str, Any]] = []
        for row in rows:
            try:
                label = one(row.label)
            except ValidationError as error:
                self.add_error(None, error)
                continue
            if len(label) > LONGEST_CHOICE:
                self.add_error(
                    None, _("“%(label)s” is too long for a choice.") % {"label": label[:LONGEST_CHOICE]}
                )
            if label.casefold() in labels:
                self.add_error(None, _("“%(label)s” is there twice.") % {"label": label})
            labels.add(label.casefold())
            taken = known | {choice["value"] for choice in made}
            is_known = row.value in known and row.value not in {choice["value"] for choice in made}
            value = row.value if is_known else new_choice(label, taken)
            made.append({"value": value, "label": label, "colour": row.colour})
        return made

    @property
    def colours(self) -> tuple[Any, ...]:
        return COLOURS

    @property
    def kept_choices(self) -> list[tuple[str, str]]:
        """The choices that stay, for the values of those that go."""
        return [(choice["value"], choice["label"]) for choice in self.cleaned_data.get("choices", ())]

    @property
    def replaced(self) -> dict[str, str]:
        """Where the values of choices that go are to go, as far as that has been said."""
        given = {
            name.removeprefix(REPLACED): str(value)
            for name, value in self.data.items()
            if name.startswith(REPLACED)
        }
        return {old: "" if new == NOTHING else new for old, new in given.items() if new}


def _colour(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and int(text[:3]) < len(COLOURS) else 0
