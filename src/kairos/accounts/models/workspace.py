from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Workspace(models.Model):
    """The one row that says whose house this is, and what its records start with."""

    name = models.CharField(_("Name"), max_length=120)
    currency = models.CharField(_("Currency"), max_length=3, default="USD")
    language = models.CharField(_("Language"), max_length=10, default="en")
    time_zone = models.CharField(_("Time zone"), max_length=60, default="UTC")
    country = models.CharField(_("Country"), max_length=2, blank=True, default="")
    address = models.TextField(_("Address"), blank=True, default="")
    tax_id = models.CharField(_("Tax ID"), max_length=40, blank=True, default="")
    phone = models.CharField(_("Phone"), max_length=40, blank=True, default="")
    website = models.CharField(_("Website"), max_length=200, blank=True, default="")
    accent = models.CharField(_("Colour"), max_length=7, blank=True, default="")
    # The digest of a picture among the files of the house.
    logo = models.CharField(_("Logo"), max_length=64, blank=True, default="")
    finished_steps = models.JSONField(default=list)

    # Named as records do, so that a change of the workspace can be undone like any other.
    untracked: ClassVar[frozenset[str]] = frozenset({"id", "finished_steps"})

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="accounts_workspace_single"),)

    def __str__(self) -> str:
        return self.name
