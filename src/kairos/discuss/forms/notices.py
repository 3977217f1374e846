from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kairos.discuss.actions.notices import choose_notices
from kairos.discuss.models import ByMail, NoticeChoice, Notification, Way, choice_of

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
SENTENCES = {
    Notification.Reason.MENTION: _("Somebody wrote your name"),
    Notification.Reason.REPLY: _("Somebody answered what you wrote"),
    Notification.Reason.DIRECT: _("Somebody wrote to you in the chat"),
    Notification.Reason.ANSWER: _("A customer wrote on a record you follow"),
    Notification.Reason.CONCERN: _("Somebody gave you a deal or something to do; a mail of yours failed"),
    Notification.Reason.FOLLOW: _("Something happened on a record you follow"),
}


class NoticesForm(forms.Form):
    """What one person is told: a row for each reason, and when mail comes."""

    rhythm = forms.ChoiceField(label=_("Bundled e-mail comes"), choices=NoticeChoice.Rhythm.choices)
    morning_hour = forms.TypedChoiceField(label=_("In the morning at"), coerce=int, choices=HOURS)
    quiet_from = forms.TypedChoiceField(
        label=_("Quiet from"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", _("Never")), *HOURS],
    )
    quiet_until = forms.TypedChoiceField(
        label=_("Quiet until"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", _("Never")), *HOURS],
    )

    def __init__(self, person: Any, data: Any = None) -> None:
        self.person = person
        choice = choice_of(person)
        names = ("rhythm", "morning_hour", "quiet_from", "quiet_until")
        super().__init__(data, initial={name: getattr(choice, name) for name in names})
        for reason in SENTENCES:
            way = choice.way(reason)
            self.fields[f"inbox-{reason}"] = forms.BooleanField(required=False, initial=way.inbox)
            self.fields[f"push-{reason}"] = forms.BooleanField(required=False, initial=way.push)
            self.fields[f"mail-{reason}"] = forms.ChoiceField(choices=ByMail.choices, initial=way.mail)

    def clean(self) -> dict[str, Any]:
        """Quiet hours have a beginning and an end."""
        values = super().clean() or {}
        if (values.get("quiet_from") is None) != (values.get("quiet_until") is None):
            self.add_error("quiet_until", _("Choose both hours, or neither."))
        return values

    def rows(self) -> list[dict[str, Any]]:
        """Each reason with its sentence and its fields."""
        return [
            {
                "reason": reason,
                "sentence": sentence,
                "inbox": self[f"inbox-{reason}"],
                "push": self[f"push-{reason}"],
                "mail": self[f"mail-{reason}"],
            }
            for reason, sentence in SENTENCES.items()
        ]

    def save(self) -> NoticeChoice:
        values = dict(self.cleaned_data)
        ways = {
            str(reason): asdict(Way(*(values.pop(f"{name}-{reason}") for name in ("inbox", "mail", "push"))))
            for reason in SENTENCES
        }
        return choose_notices(by=self.person, values={**values, "ways": ways})
