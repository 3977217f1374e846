from django.db import models

from kairos.core.models.change_set import ChangeSet


class EventEntry(models.Model):
    """Something that happened to a record, recorded with the change set that made it (see `core.events`)."""

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="events")
    name = models.CharField(max_length=80)
    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    params = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["record_type", "record_id", "at"], name="core_event_record"),)

    def __str__(self) -> str:
        return self.name
