from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from kairos.core.history.attached import attached
from kairos.discuss.models.message import Message


@attached
class Attachment(models.Model):
    """A file that hangs on a record, as a rule with the message it came with.

    `digest` names its content in the files of the house (`core.files`): equal content is kept once. `media_type` is
    what the content showed itself to be, never what the sender said.
    """

    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="attachments")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64, db_index=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)

    untracked: ClassVar[frozenset[str]] = frozenset({"id"})
    is_makers: ClassVar[bool] = True

    class Meta:
        indexes = (models.Index(fields=["record_type", "record_id"], name="discuss_attachment_record"),)

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        """Whether a browser may show it in the page."""
        return self.media_type in ("image/png", "image/jpeg", "image/gif", "image/webp")
