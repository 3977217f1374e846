from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from kairos.accounts.sight import children, with_below
from kairos.core.models import Record, RecordQuerySet


class TeamQuerySet(RecordQuerySet):
    def led_by(self, user: Any) -> Self:
        return self.filter(leaders=user)

    def below(self, *teams: Any) -> Self:
        """These teams and all that belong to them, however far down; the tree is read in one query."""
        start = {int(getattr(team, "pk", team)) for team in teams}
        pairs = Team.objects.exclude(parent=None).values_list("parent_id", "pk")
        return self.filter(pk__in=with_below(start, children(pairs)))


class Team(Record):
    """A sales team: its members (`User.teams`), its leaders, and the currency its deals start with.

    Teams may belong to a team (`parent`): whoever leads that one sees the whole tree below it.

    Whether it sells by stages of its own or by the shared ones is read from the stages (`crm.Stage.team`).
    """

    name = models.CharField(_("Name"), max_length=80)
    leaders = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("Leaders"), related_name="led_teams", blank=True
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("Belongs to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    currency = models.CharField(_("Currency"), max_length=3, blank=True, default="")
    has_own_stages = models.BooleanField(_("Has its own stages"), default=False)
    position = models.PositiveIntegerField(_("Order"), default=0)

    objects: ClassVar[Any] = TeamQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("Team")
        verbose_name_plural = _("Teams")
        constraints = (
            *Record.Meta.constraints,
            models.UniqueConstraint(
                Lower("name"), condition=models.Q(archived_at=None), name="accounts_team_name_unique"
            ),
        )

    def __str__(self) -> str:
        return self.name
