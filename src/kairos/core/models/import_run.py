from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.core.models.change_set import ChangeSet


class ImportRun(models.Model):
    """One spreadsheet on its way in: the file, what its columns and values mean, how far it is, and what came of it.

    `mapping` says what each column means; `report` holds counts and the first problems by row; `fixes` the cells a
    person corrected on screen, `{row: {column: text}}`.
    """

    class State(models.TextChoices):
        MAPPING = "mapping", _("Mapping")
        CHECKING = "checking", _("Checking")
        CHECKED = "checked", _("Checked")
        APPLYING = "applying", _("Importing")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    record_type = models.CharField(max_length=40)
    filename = models.CharField(max_length=255)
    path = models.CharField(max_length=400)
    options = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    fixes = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.MAPPING)
    rows_done = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    is_cancel_requested = models.BooleanField(default=False)
    report = models.JSONField(default=dict)
    change_set = models.ForeignKey(ChangeSet, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.filename
