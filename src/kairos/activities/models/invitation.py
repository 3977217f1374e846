import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models


class InvitationQuerySet(models.QuerySet[Any]):
    def due(self, now: dt.datetime) -> Self:
        """Those to look at now: something about their meeting was changed a moment ago."""
        return self.filter(due_at__lte=now)


class Invitation(models.Model):
    """What an address outside was last told of a meeting: it is told again only when that has changed.

    It refers to the meeting by number and `uid` alone and stays when that is deleted: who was invited must hear that
    it is off. `told` is what the last mail said ({} before the first), `sequence` the revision that calendar programs
    count, `is_off` that the last mail took the meeting back. Of what repeats there is one for the whole series: `told`
    then holds the rule, the days that are none of it (`gone`), the times that differ (`others`, by their day) and the
    revision in which each was last told (`revisions`, the whole under ""). Who comes to single times only has one each.
    """

    activity_number = models.BigIntegerField(null=True, db_index=True)
    series_number = models.BigIntegerField(null=True, db_index=True)
    uid = models.CharField(max_length=255)
    email = models.CharField(max_length=254)
    name = models.CharField(max_length=200, blank=True, default="")
    told = models.JSONField(default=dict)
    sequence = models.PositiveIntegerField(default=0)
    is_off = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = InvitationQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["uid", "email"], name="activities_invitation_once"),)
        indexes = (
            models.Index(
                fields=["due_at"],
                name="activities_invitation_due",
                condition=models.Q(due_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.email} {self.uid}"
