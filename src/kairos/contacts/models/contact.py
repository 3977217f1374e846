from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.core.models import CustomisableRecord, MoneyField, RecordQuerySet, Tag


class ContactQuerySet(RecordQuerySet):
    """The address book is the whole house's: everybody who works here sees every contact (ADR 007)."""

    def organisations(self) -> Self:
        return self.filter(kind=Contact.Kind.ORGANISATION)

    def people(self) -> Self:
        return self.filter(kind=Contact.Kind.PERSON)


class Contact(CustomisableRecord):
    """A person or an organisation outside the house.

    `parent` is the organisation a person works for, or the organisation this one belongs to. `emails` and `phones` are
    lists, the first being the one to use; phones are kept in E.164 where they can be read as such.
    """

    class Kind(models.TextChoices):
        ORGANISATION = "organisation", _("Organisation")
        PERSON = "person", pgettext_lazy("contact", "Person")

    kind = models.CharField(_("Kind"), max_length=12, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(_("Name"), max_length=200)
    parent = models.ForeignKey(
        "self",
        verbose_name=pgettext_lazy("of a person", "Organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    job_title = models.CharField(_("Job title"), max_length=120, blank=True, default="")
    emails = models.JSONField(_("E-mails"), default=list, blank=True)
    phones = models.JSONField(_("Phones"), default=list, blank=True)
    tax_id = models.CharField(_("Tax ID"), max_length=40, blank=True, default="")
    website = models.URLField(_("Website"), max_length=300, blank=True, default="")
    street = models.CharField(_("Street"), max_length=200, blank=True, default="")
    city = models.CharField(_("City"), max_length=100, blank=True, default="")
    region = models.CharField(_("Region"), max_length=100, blank=True, default="")
    postcode = models.CharField(_("Postcode"), max_length=20, blank=True, default="")
    country = models.CharField(_("Country"), max_length=2, blank=True, default="")
    language = models.CharField(_("Language"), max_length=10, blank=True, default="")
    industry = models.CharField(_("Industry"), max_length=80, blank=True, default="")
    employees = models.PositiveIntegerField(_("Employees"), null=True, blank=True)
    founded_in = models.PositiveSmallIntegerField(_("Founded in"), null=True, blank=True)
    annual_revenue = MoneyField(_("Annual revenue"), null=True, blank=True)
    currency = models.CharField(_("Currency"), max_length=3, blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contacts",
    )
    tags = models.ManyToManyField(Tag, verbose_name=_("Tags"), related_name="contacts", blank=True)
    notes = models.TextField(_("Notes"), blank=True, default="")

    objects: ClassVar[Any] = ContactQuerySet.as_manager()

    class Meta(CustomisableRecord.Meta):
        verbose_name = _("Contact")
        verbose_name_plural = _("Contacts")
        constraints = (
            *CustomisableRecord.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("id")),
                name="contacts_contact_not_own_parent",
            ),
        )
        indexes = (
            models.Index(fields=["kind", "name"], name="contacts_contact_kind_name"),
            models.Index(fields=["name", "id"], name="contacts_contact_name"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_organisation(self) -> bool:
        return self.kind == self.Kind.ORGANISATION

    @property
    def email(self) -> str:
        return self.emails[0] if self.emails else ""

    @property
    def phone(self) -> str:
        return self.phones[0] if self.phones else ""
