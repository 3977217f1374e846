"""A condition as one field of a form: its sentence, and a dialog with the builder behind it.

In the form: `ConditionFormField(record_type)`. In its template: `condition_field(…)` of `core/_condition_field.html`.
What is posted, and what is stored, is the condition's JSON; nothing at all where no condition was given.
"""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kairos.core.conditions.parse import parse
from kairos.core.conditions.sentence import sentence
from kairos.core.conditions.tree import BadCondition, to_json
from kairos.core.records.record_type import RecordType

LONGEST = 20_000


class ConditionFormField(forms.CharField):
    """The JSON of a condition on one kind of record; cleaned to what `JSONField` stores, or None.

    `unset` says in words what no condition means here.
    """

    def __init__(self, record_type: RecordType, *, unset: Any = "", **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(max_length=LONGEST, **options)
        self.record_type = record_type
        self.unset = unset

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else as_text(value)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return to_json(parse(json.loads(text), self.record_type))
        except BadCondition as refused:
            raise ValidationError(str(refused.message)) from refused
        except (ValueError, RecursionError) as error:
            raise ValidationError(_("This condition cannot be read.")) from error


def as_text(condition: Any) -> str:
    """The JSON of a condition as one input holds it; empty for none."""
    return "" if condition is None else json.dumps(condition, ensure_ascii=False, separators=(",", ":"))


def words_of(condition: Any, record_type: RecordType, *, user: Any) -> str:
    """A stored condition in a sentence; one that names what has gone says so."""
    try:
        return sentence(parse(condition, record_type), record_type, user=user)
    except BadCondition:
        return str(_("A condition that cannot be read any more"))
