from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.core.models.record import Record


class CustomField(Record):
    """A field an administrator has given to one or more kinds of record.

    `key` is what its values are kept under: made once, never changed. `record_types` are names of record types;
    `target` that of the records a link leads to; with a `team_id` the field shows on records of that team alone.
    `choices` are objects with `value`, `label` and `colour`, in order. Archived it is out of sight; its values stay.
    """

    class Kind(models.TextChoices):
        TEXT = "text", pgettext_lazy("kind of field", "Text")
        LONG_TEXT = "long_text", pgettext_lazy("kind of field", "Long text")
        NUMBER = "number", pgettext_lazy("kind of field", "Number")
        MONEY = "money", pgettext_lazy("kind of field", "Money")
        DATE = "date", pgettext_lazy("kind of field", "Date")
        TIME = "time", pgettext_lazy("kind of field", "Time of day")
        CHOICE = "choice", pgettext_lazy("kind of field", "Choice")
        CHOICES = "choices", pgettext_lazy("kind of field", "Several choices")
        BOOLEAN = "boolean", pgettext_lazy("kind of field", "Yes or no")
        RELATION = "relation", pgettext_lazy("kind of field", "Link to a record")
        PERSON = "person", pgettext_lazy("kind of field", "Colleague")
        URL = "url", pgettext_lazy("kind of field", "Web address")
        EMAIL = "email", pgettext_lazy("kind of field", "E-mail address")
        PHONE = "phone", pgettext_lazy("kind of field", "Phone number")

    key = models.CharField(_("Key"), max_length=50, unique=True, editable=False)
    label = models.CharField(_("Label"), max_length=60, editable=False)
    kind = models.CharField(_("Type"), max_length=10, choices=Kind.choices, editable=False)
    record_types = models.JSONField(_("Shown for"), default=list, editable=False)
    choices = models.JSONField(_("Choices"), default=list, blank=True, editable=False)
    target = models.CharField(_("Leads to"), max_length=40, blank=True, default="", editable=False)
    team_id = models.BigIntegerField(_("Only for the team"), null=True, blank=True, editable=False)
    section = models.CharField(_("Section"), max_length=80, blank=True, default="", editable=False)
    help = models.CharField(_("Help"), max_length=200, blank=True, default="", editable=False)
    is_required = models.BooleanField(_("Required"), default=False, editable=False)
    is_in_list = models.BooleanField(_("Column of the list"), default=False, editable=False)
    is_on_card = models.BooleanField(_("On the card"), default=False, editable=False)
    position = models.PositiveIntegerField(_("Position"), default=0, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("Custom field")
        verbose_name_plural = _("Custom fields")

    choice_kinds: ClassVar[frozenset[str]] = frozenset({Kind.CHOICE, Kind.CHOICES})

    def __str__(self) -> str:
        return self.label

    @property
    def has_choices(self) -> bool:
        return self.kind in self.choice_kinds

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Value and label of each choice, in order."""
        return [(one["value"], one["label"]) for one in self.choices]

    @property
    def colours(self) -> dict[str, int]:
        return {one["value"]: one["colour"] for one in self.choices if one.get("colour")}

    def applies_to(self, record_type: Any) -> bool:
        return record_type.name in self.record_types
