from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kairos.core.models import Record, RecordQuerySet, SavedView


class ReportQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """A person's own reports, and those others share with everybody or with a team of theirs."""
        found = super().visible_to(user)
        if not user.is_authenticated:
            return found
        shared = Q(sharing=SavedView.Sharing.EVERYBODY) | Q(team_id__in=user.team_ids())
        return found.filter(Q(owner=user) | shared)


class Report(Record):
    """A question kept under a name, private or shared. `query` holds the parameters of its address.

    What a reader sees in it is what they may see; sharing a report shows nobody more.
    """

    name = models.CharField(_("Name"), max_length=80)
    record_type = models.CharField(_("Records"), max_length=40, editable=False)
    query = models.JSONField(default=dict, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("Owner"), on_delete=models.PROTECT, related_name="+"
    )
    sharing = models.CharField(
        _("Shared with"),
        max_length=10,
        choices=SavedView.Sharing.choices,
        default=SavedView.Sharing.PRIVATE,
        editable=False,
    )
    team_id = models.BigIntegerField(null=True, blank=True, editable=False)
    starred_by = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("Starred by"), related_name="starred_reports", blank=True
    )

    objects: ClassVar[Any] = ReportQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("Report")
        verbose_name_plural = _("Reports")

    def __str__(self) -> str:
        return self.name
