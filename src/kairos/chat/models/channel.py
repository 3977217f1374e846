from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.core.models import Record, RecordQuerySet


class ChannelQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Public ones, and those a person is in; a role opens no other."""
        found = super().visible_to(user)
        if not user.is_authenticated:
            return found
        return found.filter(Q(kind=Channel.Kind.PUBLIC) | Q(pk__in=self._joined(user)))

    def joined_by(self, user: Any) -> Self:
        """Those a person is in."""
        return self.filter(pk__in=self._joined(user))

    @staticmethod
    def _joined(user: Any) -> Any:
        return Member.objects.filter(user=user.pk).values("channel")


class Channel(Record):
    """A room in which people talk; its messages are the thread of this record.

    A public one is open to everybody who works here, a private one to those in it. Two people have at most one direct
    one, which `pair` makes sure of; several without a name have a group. `name` is then that of the people.
    """

    class Kind(models.TextChoices):
        PUBLIC = "public", _("Everybody who works here")
        PRIVATE = "private", _("Only the people in it")
        DIRECT = "direct", _("Two people")
        GROUP = "group", _("Several people")

    name = models.CharField(_("Name"), max_length=120, blank=True, default="")
    description = models.CharField(_("What it is about"), max_length=300, blank=True, default="")
    kind = models.CharField(_("Who is let in"), max_length=8, choices=Kind.choices, default=Kind.PUBLIC)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("People"),
        through="chat.Member",
        related_name="channels",
        blank=True,
    )
    pair = models.CharField(max_length=41, blank=True, default="", editable=False)

    objects: ClassVar[Any] = ChannelQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("Channel")
        verbose_name_plural = _("Channels")
        constraints = (
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["pair"], condition=~Q(pair=""), name="chat_channel_pair_once"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_named(self) -> bool:
        """Whether it has a name of its own, which people may change, as they may its description and who is in it."""
        return self.kind in (self.Kind.PUBLIC, self.Kind.PRIVATE)

    @property
    def icon(self) -> str:
        return {"public": "hash", "private": "lock", "direct": "user", "group": "users"}[self.kind]


class Member(models.Model):
    """One person in a channel, and up to where they have read it: their own affair, which has no history."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    joined_at = models.DateTimeField(default=timezone.now)
    read_until = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["channel", "user"], name="chat_member_once"),)

    def __str__(self) -> str:
        return f"{self.channel_id} {self.user_id}"
