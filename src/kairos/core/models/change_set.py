from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    """The door a change came through."""

    SCREEN = "screen", _("Screen")
    IMPORT = "import", _("Import")
    COMMAND = "command", _("Command")
    UNDO = "undo", _("Undo")
    DEMO = "demo", _("Demo data")
    CALENDAR = "calendar", pgettext_lazy("source", "Calendar")
    SYSTEM = "system", _("System")


class ChangeSet(models.Model):
    """One thing somebody did: who, when, through which door, and its sentence in words that can be translated.

    `undoes` points at the change set this one took back; `undone_by` at the one that took this back and still stands.
    """

    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    source = models.CharField(max_length=10, choices=Source.choices)
    summary = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    record_type = models.CharField(max_length=40, blank=True, default="")
    record_count = models.PositiveIntegerField(default=0)
    undoes = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="+")
    undone_by = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        indexes = (
            models.Index(fields=["-at"], name="core_change_set_at"),
            models.Index(fields=["by", "-at"], name="core_change_set_by"),
        )

    def __str__(self) -> str:
        # The fields read the models; this sentence is the one place that looks back.
        from kairos.core.fields.format import filled

        return filled(gettext(self.summary), self.params)

    @property
    def is_undone(self) -> bool:
        return self.undone_by_id is not None


class FieldChange(models.Model):
    """One field's old and new value, in canonical text (see `core.history.canonical`); append-only.

    A creation is one row with the field "" and no values; a deletion one row with the field "" whose `old` is the
    whole record as JSON. `at` is when the change took effect, which an import may set in the past.
    """

    change_set = models.ForeignKey(
        ChangeSet, on_delete=models.CASCADE, related_name="field_changes", db_index=False
    )
    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    field = models.CharField(max_length=60, blank=True)
    old = models.TextField(null=True)  # noqa: DJ001 - no value and the empty text are different values
    new = models.TextField(null=True)  # noqa: DJ001
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["record_type", "record_id", "field", "at"], name="core_field_change_record"),
            models.Index(fields=["change_set", "record_type"], name="core_field_change_set"),
        )

    def __str__(self) -> str:
        return f"{self.record_type} {self.record_id}.{self.field}"

    @property
    def is_creation(self) -> bool:
        return not self.field and self.old is None

    @property
    def is_deletion(self) -> bool:
        return not self.field and self.old is not None
