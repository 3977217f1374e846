from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.contacts.models import Contact
from kairos.core.models import MoneyField, Record, RecordQuerySet
from kairos.crm.models import Opportunity
from kairos.sales.models.price import PriceList, SalesSettings


class State(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("quotation", "Draft")
    SENT = "sent", pgettext_lazy("quotation", "Sent")
    CONFIRMED = "confirmed", pgettext_lazy("quotation", "Confirmed")
    REPLACED = "replaced", pgettext_lazy("quotation", "Replaced")
    CANCELLED = "cancelled", pgettext_lazy("quotation", "Cancelled")


class Approval(models.TextChoices):
    ASKED = "asked", pgettext_lazy("approval", "Asked for")
    GRANTED = "granted", pgettext_lazy("approval", "Granted")
    REFUSED = "refused", pgettext_lazy("approval", "Refused")


class Invoicing(models.TextChoices):
    """Whether an order is invoiced; what is no order has nothing to invoice."""

    NOTHING = "nothing", pgettext_lazy("order", "Nothing to invoice")
    DUE = "due", pgettext_lazy("order", "To invoice")
    INVOICED = "invoiced", pgettext_lazy("order", "Invoiced")


class QuotationQuerySet(RecordQuerySet):
    """Who sees a deal sees what was offered for it."""

    def visible_to(self, user: Any) -> Self:
        visible, deals = super().visible_to(user), Opportunity.with_leads.visible_to(user)
        # Who sees all deals needs no list of them.
        return visible.filter(opportunity__in=deals.values("pk")) if deals.query.where else visible

    def offered(self) -> Self:
        return self.filter(state__in=(State.DRAFT, State.SENT))

    def confirmed(self) -> Self:
        return self.filter(state=State.CONFIRMED)


class Quotation(Record):
    """What is offered for a deal; once confirmed it is the order.

    `number` is given when it is made: the year, the next number of that year without a gap, and from the second
    version on the version. `untaxed`, `tax` and `total` follow from the lines; `edits` counts the changes of lines, so
    that each of them is a change of the quotation, too.
    """

    number = models.CharField(_("Number"), max_length=40, unique=True, editable=False)
    year = models.PositiveSmallIntegerField(_("Year"), editable=False)
    sequence = models.PositiveIntegerField(_("Number in the year"), editable=False)
    revision = models.PositiveSmallIntegerField(_("Version"), default=1, editable=False)
    opportunity = models.ForeignKey(
        Opportunity, verbose_name=_("Opportunity"), on_delete=models.PROTECT, related_name="quotations"
    )
    organisation = models.ForeignKey(
        Contact,
        verbose_name=_("Organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="quotations",
    )
    person = models.ForeignKey(
        Contact,
        verbose_name=pgettext_lazy("deal", "Person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="quotations_as_person",
    )
    salesperson = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Salesperson"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="quotations",
    )
    state = models.CharField(
        _("State"), max_length=9, choices=State.choices, default=State.DRAFT, editable=False
    )
    currency = models.CharField(_("Currency"), max_length=3, editable=False)
    price_list = models.ForeignKey(
        PriceList,
        verbose_name=_("Price list"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="quotations",
    )
    discount_percent = models.DecimalField(
        _("Discount on all lines, in percent"), max_digits=5, decimal_places=2, default=0, blank=True
    )
    rounding = models.CharField(
        _("Taxes are rounded"),
        max_length=8,
        choices=SalesSettings.Rounding.choices,
        default=SalesSettings.Rounding.DOCUMENT,
        editable=False,
    )
    valid_until = models.DateField(_("Valid until"), null=True, blank=True)
    customer_reference = models.CharField(_("Customer's reference"), max_length=80, blank=True, default="")
    terms = models.TextField(_("Terms"), blank=True, default="")
    untaxed = MoneyField(_("Untaxed"), default=0, editable=False)
    tax = MoneyField(_("Taxes"), default=0, editable=False)
    total = MoneyField(_("Total"), default=0, editable=False)
    approval = models.CharField(
        _("Approval"),
        max_length=7,
        choices=Approval.choices,
        blank=True,
        default="",
        editable=False,
    )
    approval_note = models.CharField(
        _("Note on the approval"), max_length=300, blank=True, default="", editable=False
    )
    approval_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Approval asked by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="approvals_asked",
    )
    asked_percent = models.DecimalField(
        _("Discount asked for, in percent"), max_digits=5, decimal_places=2, default=0, editable=False
    )
    approved_percent = models.DecimalField(
        _("Discount approved, in percent"), max_digits=5, decimal_places=2, default=0, editable=False
    )
    # Numbers of `AskedMargin`: margins themselves stay out of the history.
    asked_margin = models.PositiveBigIntegerField(null=True, editable=False)
    approved_margin = models.PositiveBigIntegerField(null=True, editable=False)
    edits = models.PositiveIntegerField(_("Changes of lines"), default=0, editable=False)
    # What the customer was shown and the house may change: see `sales.sent`.
    as_sent = models.JSONField(null=True, editable=False)
    sent_at = models.DateTimeField(_("Sent at"), null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField(_("Confirmed at"), null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(_("Cancelled at"), null=True, blank=True, editable=False)
    cancel_reason = models.CharField(
        _("Why cancelled"), max_length=200, blank=True, default="", editable=False
    )
    delivery_on = models.DateField(_("Delivery"), null=True, blank=True, editable=False)
    invoicing = models.CharField(
        _("Invoicing"),
        max_length=8,
        choices=Invoicing.choices,
        default=Invoicing.NOTHING,
        editable=False,
    )
    invoice_reference = models.CharField(_("Invoice"), max_length=80, blank=True, default="", editable=False)

    following: ClassVar[frozenset[str]] = frozenset({"untaxed", "tax", "total", "edits"})

    objects: ClassVar[Any] = QuotationQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("Quotation")
        verbose_name_plural = _("Quotations")
        constraints = (
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["year", "sequence", "revision"], name="sales_quotation_numbered"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False),
                name="sales_quotation_confirmed_has_date",
            ),
            models.CheckConstraint(
                condition=Q(discount_percent__gte=Decimal(0), discount_percent__lte=Decimal(100)),
                name="sales_quotation_discount_percent",
            ),
        )
        indexes = (models.Index(fields=["state", "id"], name="sales_quotation_state"),)

    def __str__(self) -> str:
        return self.number

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def is_offered(self) -> bool:
        return self.state in (State.DRAFT, State.SENT)


class NumberSequence(models.Model):
    """How far the quotations of a year are numbered. Kept in the history, so that an undone number is given again."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    untracked: ClassVar[frozenset[str]] = frozenset({"id"})

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
