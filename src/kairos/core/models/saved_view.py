from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: Any) -> Self:
        """A person's own views, and those others share with everybody or with a team of theirs."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Q(owner=user) | Q(sharing=SavedView.Sharing.EVERYBODY) | Q(team_id__in=user.team_ids())
        )


class SavedView(models.Model):
    """A named list or board: its screen address without the page, private or shared.

    `query` holds the parameters of the address (view, where, group, sort, columns), the same names as on screen.
    """

    class Sharing(models.TextChoices):
        PRIVATE = "private", _("Only me")
        TEAM = "team", _("My team")
        EVERYBODY = "everybody", _("Everybody")

    record_type = models.CharField(max_length=40)
    name = models.CharField(_("Name"), max_length=80)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    sharing = models.CharField(
        _("Shared with"), max_length=10, choices=Sharing.choices, default=Sharing.PRIVATE
    )
    team_id = models.BigIntegerField(null=True, blank=True)
    query = models.JSONField(default=dict)
    is_favourite = models.BooleanField(_("Favourite"), default=False)
    is_default = models.BooleanField(_("Opens first"), default=False)
    position = models.PositiveIntegerField(default=0)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["record_type", "owner", "name"], name="core_saved_view_name_unique"
            ),
        )

    def __str__(self) -> str:
        return self.name
