from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class DuplicatePair(models.Model):
    """Two records that may be one, with the reasons; found in the background, settled by a person.

    `first_id` is the smaller key. `reasons` are the kinds of match keys they share, with the value.
    """

    class State(models.TextChoices):
        OPEN = "open", _("To be looked at")
        DIFFERENT = "different", _("Not the same")
        MERGED = "merged", _("Merged")

    record_type = models.CharField(max_length=40)
    first_id = models.BigIntegerField()
    second_id = models.BigIntegerField()
    reasons = models.JSONField(default=list)
    strength = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField()

    untracked: ClassVar[frozenset[str]] = frozenset({"id", "reasons", "strength", "found_at"})
    # What somebody said of two records they see, they may take back without being an administrator.
    is_makers: ClassVar[bool] = True

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["record_type", "first_id", "second_id"], name="core_pair_once"),
            models.CheckConstraint(
                condition=models.Q(first_id__lt=models.F("second_id")), name="core_pair_ordered"
            ),
        )
        indexes = (models.Index(fields=["record_type", "state", "strength"], name="core_pair_queue"),)

    def __str__(self) -> str:
        return f"{self.record_type} {self.first_id} ~ {self.second_id}"


class MergedRecord(models.Model):
    """Where a record went that was merged into another: its old address leads on, its history is shown there too.

    `into_id` is always a record that is there: whatever was merged into a record goes along when that one is merged.
    """

    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    into_id = models.BigIntegerField()
    title = models.CharField(max_length=200, default="")

    untracked: ClassVar[frozenset[str]] = frozenset({"id"})

    class Meta:
        constraints = (models.UniqueConstraint(fields=["record_type", "record_id"], name="core_merged_once"),)
        indexes = (models.Index(fields=["record_type", "into_id"], name="core_merged_into"),)

    def __str__(self) -> str:
        return f"{self.record_type} {self.record_id} into {self.into_id}"
