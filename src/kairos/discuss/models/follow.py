from typing import ClassVar

from django.conf import settings
from django.db import models

from kairos.core.history.attached import attached


@attached
class Follow(models.Model):
    """What one person wants to hear of one record. It stands above the rule by which they would hear of it anyway.

    Whoever hears nothing does not follow. Muted is more: not even what is said to them by name.
    """

    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    hears_notes = models.BooleanField(default=True)
    hears_messages = models.BooleanField(default=True)
    hears_events = models.BooleanField(default=False)
    is_muted = models.BooleanField(default=False)

    untracked: ClassVar[frozenset[str]] = frozenset({"id"})
    is_makers: ClassVar[bool] = True

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["record_type", "record_id", "user"], name="discuss_follow_once"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.record_type} {self.record_id}"

    @property
    def hears_something(self) -> bool:
        return not self.is_muted and (self.hears_notes or self.hears_messages or self.hears_events)
