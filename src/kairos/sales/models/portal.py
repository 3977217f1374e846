"""What customers see of a quotation without signing in, and what they answered there."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.core.history.parts import part_of
from kairos.sales.models.quotation import Quotation


class PortalLinkQuerySet(models.QuerySet["PortalLink"]):
    def usable(self, now: Any) -> Self:
        """Those that open something: in time, and not revoked."""
        return self.filter(revoked_at=None, expires_at__gt=now)


@part_of("quotation")
class PortalLink(models.Model):
    """An address under which whoever knows it sees one quotation.

    Only the digest of its token is kept. The token is made of `seed` and the secret key of the house, which is in no
    table: so the house can show the address again, and who has read the tables cannot. `seen_at` is when the page was
    last open.
    """

    quotation = models.ForeignKey(Quotation, on_delete=models.CASCADE, related_name="links")
    seed = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    expires_at = models.DateTimeField(_("Expires at"))
    revoked_at = models.DateTimeField(_("Revoked at"), null=True)
    seen_at = models.DateTimeField(null=True)

    untracked: ClassVar[frozenset[str]] = frozenset({"id", "seen_at"})

    objects: ClassVar[Any] = PortalLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"link to {self.quotation_id}"


@part_of("quotation")
class PortalAnswer(models.Model):
    """What the customer said to a quotation: who, when, from where, and to which paper, by its SHA-256.

    `strokes` are the lines of a drawn signature as lists of x and y; without them the typed name is the signature.
    """

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", pgettext_lazy("answer", "Accepted")
        DECLINED = "declined", pgettext_lazy("answer", "Declined")

    quotation = models.ForeignKey(Quotation, on_delete=models.CASCADE, related_name="answers")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(_("Name"), max_length=120)
    reason = models.CharField(max_length=2000, blank=True, default="")
    strokes = models.JSONField(default=list)
    digest = models.CharField(max_length=64, blank=True, default="")
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()

    untracked: ClassVar[frozenset[str]] = frozenset({"id"})

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(kind="accepted") | ~Q(digest=""), name="sales_answer_accepts_a_paper"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.quotation_id}"
