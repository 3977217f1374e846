from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kairos.activities.actions.choices import choose_calendar
from kairos.activities.models.choice import CalendarChoice, calendar_choices
from kairos.core.fields.format import locale


class CalendarForm(forms.Form):
    """When one works, and how one hears of meetings."""

    days = forms.TypedMultipleChoiceField(label=_("Working days"), coerce=int, required=False)
    starts = forms.TimeField(label=_("Work begins at"), widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(label=_("Work ends at"), widget=forms.TimeInput(attrs={"type": "time"}))
    remind_minutes = forms.TypedChoiceField(
        label=_("Remind me"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", _("Never")), *CalendarChoice.Remind.choices],
    )
    is_reminded_by_mail = forms.BooleanField(label=_("Remind me by e-mail, too"), required=False)
    is_invited_by_mail = forms.BooleanField(
        label=_("Send me invitations by e-mail, for my own calendar"), required=False
    )

    def __init__(self, person: Any, data: Any = None) -> None:
        self.person = person
        choice = calendar_choices([person])[person.pk]
        initial = {name: getattr(choice, name) for name in self.base_fields}
        initial |= {"starts": f"{choice.starts:%H:%M}", "ends": f"{choice.ends:%H:%M}"}
        super().__init__(data, initial=initial)
        names = locale().days["stand-alone"]["wide"]
        self.fields["days"].choices = [(day, names[day]) for day in range(7)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A day ends after it has begun."""
        values = super().clean() or {}
        starts, ends = values.get("starts"), values.get("ends")
        if starts is not None and ends is not None and ends <= starts:
            self.add_error("ends", _("Work ends after it begins."))
        return values

    def save(self) -> CalendarChoice:
        return choose_calendar(by=self.person, values=self.cleaned_data)
