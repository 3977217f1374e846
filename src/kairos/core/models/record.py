from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RecordQuerySet(models.QuerySet[Any]):
    """Questions every kind of record answers; apps add their own words and narrow `visible_to`."""

    def visible_to(self, user: Any) -> Self:
        """The one door: what this person may see. Anonymous and inactive people see nothing."""
        return self if user.is_authenticated and user.is_active else self.none()

    def active(self) -> Self:
        return self.filter(archived_at=None)

    def archived(self) -> Self:
        return self.exclude(archived_at=None)


class Record(models.Model):
    """What every record carries: identity from outside, archive mark, version, and who made it.

    `version` grows by one with each change set that touches the record. `created_at` is the effective time: an import
    may set it to the day the deal began. Fields named in `untracked` never enter the history; those in `following`
    do, but undo leaves them to the follower that derives them (see `core.slots.Follower`).
    """

    external_id = models.CharField(_("External ID"), max_length=120, blank=True, default="")
    archived_at = models.DateTimeField(_("Archived at"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("Created at"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Created by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    updated_at = models.DateTimeField(_("Updated at"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    untracked: ClassVar[frozenset[str]] = frozenset(
        {"id", "created_at", "created_by", "updated_at", "version"}
    )
    following: ClassVar[frozenset[str]] = frozenset()

    objects: ClassVar[Any] = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.UniqueConstraint(
                fields=["external_id"],
                condition=~models.Q(external_id=""),
                name="%(app_label)s_%(class)s_external_id_unique",
            ),
        )

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None
