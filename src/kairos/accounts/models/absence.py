from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kairos.core.models import Record, RecordQuerySet


class AbsenceQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own; leaders those of their people too; administrators all."""
        visible = super().visible_to(user)
        if not user.is_authenticated or user.is_administrator:
            return visible
        if user.is_leader:
            return visible.filter(Q(user=user) | Q(user__in=user.led_people().values("pk")))
        return visible.filter(user=user)


class Absence(Record):
    """Days on which a person is not there, the first and the last included: nothing new is given to them."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("Who"), on_delete=models.CASCADE, related_name="absences"
    )
    first_on = models.DateField(_("First day"))
    last_on = models.DateField(_("Last day"))
    note = models.CharField(_("Note"), max_length=200, blank=True, default="")

    objects: ClassVar[Any] = AbsenceQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("Absence")
        verbose_name_plural = _("Absences")
        constraints = (
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")), name="accounts_absence_ends_after"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} {self.first_on} – {self.last_on}"
