from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from kairos.accounts.models import Team
from kairos.core.models import MoneyField
from kairos.crm.models.opportunity import OpportunityQuerySet, Status
from kairos.crm.models.stage import Kind, Stage


def _points_at(model: Any) -> models.ForeignKey[Any, Any]:
    """A reference nobody needs to keep in order: a row without deals says nothing."""
    return models.ForeignKey(
        model,
        null=True,
        db_constraint=False,
        db_index=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )


class OpportunityTally(models.Model):
    """How many deals there are of one kind, and what they come to; kept by triggers of the database (see `crm.tally`).

    One row per stage, kind, status, salesperson, team, currency and archive mark. The fields have the deals' own names,
    so a condition on them, and `visible_to`, mean the same here; a board of a million deals sums a few hundred rows.
    `archived_at` is empty or one fixed moment. With whom a deal is shared is not counted here: what a person sees only
    for that reason is beside it (`RecordType.untallied`, `accounts.rights.shared_only`).
    """

    stage = _points_at(Stage)
    kind = models.CharField(max_length=11, choices=Kind.choices, default=Kind.OPPORTUNITY)
    status = models.CharField(max_length=4, choices=Status.choices)
    salesperson = _points_at(settings.AUTH_USER_MODEL)
    team = _points_at(Team)
    currency = models.CharField(max_length=3)
    archived_at = models.DateTimeField(null=True)
    count = models.BigIntegerField()
    expected_revenue = MoneyField()
    weighted_revenue = MoneyField()
    mrr = MoneyField(default=0)
    weighted_mrr = MoneyField(default=0)

    objects: ClassVar[Any] = OpportunityQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.count} in stage {self.stage_id}"
