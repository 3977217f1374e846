"""Quotations that are made again and again."""

from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import Team
from kairos.core.history.parts import part_of
from kairos.core.languages import in_language, is_chinese
from kairos.core.models import MoneyField, Record, RecordQuerySet
from kairos.crm.models import Product
from kairos.sales.models.line import LineKind
from kairos.sales.models.price import PriceList


class QuotationTemplateQuerySet(RecordQuerySet):
    def for_team(self, team_id: int | None) -> Self:
        """What the deals of this team may start from: its own templates, and those for everybody; in their order."""
        for_it = Q(team=None) | Q(team=team_id) if team_id is not None else Q(team=None)
        return self.active().filter(for_it).order_by("position", "pk")


class QuotationTemplate(Record):
    """What a quotation starts with: lines, terms, how long it is valid, by which price list.

    It holds no prices of products; they are asked of the price list when it is used. Prices of lines in own words are
    in its `currency`. What is empty is as in any new quotation.
    """

    name = models.CharField(_("Name"), max_length=80)
    team = models.ForeignKey(
        Team,
        verbose_name=_("Team"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="quotation_templates",
        help_text=_("Empty: for every team."),
    )
    is_usual = models.BooleanField(
        _("New quotations start with it"),
        default=False,
        help_text=_("Among several the team's own counts before one for every team."),
    )
    currency = models.CharField(_("Currency"), max_length=3, blank=True, default="")
    price_list = models.ForeignKey(
        PriceList,
        verbose_name=_("Price list"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="quotation_templates",
    )
    valid_days = models.PositiveSmallIntegerField(_("Valid for so many days"), null=True, blank=True)
    terms_english = models.TextField(_("Terms in English"), blank=True, default="")
    terms_chinese = models.TextField(_("Terms in Chinese"), blank=True, default="")
    position = models.PositiveIntegerField(_("Order"), default=0, blank=True)

    objects: ClassVar[Any] = QuotationTemplateQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("Quotation template")
        verbose_name_plural = _("Quotation templates")

    def __str__(self) -> str:
        return self.name

    def terms_for(self, language: str) -> str:
        """The terms in this language, or in the other one where it has none."""
        return in_language(self.terms_english, self.terms_chinese, language)


@part_of("template")
class QuotationTemplateLine(Record):
    """One line of a template; the words of a product's line are the product's where it has none of its own."""

    template = models.ForeignKey(
        QuotationTemplate,
        verbose_name=_("Quotation template"),
        on_delete=models.PROTECT,
        related_name="lines",
    )
    position = models.PositiveIntegerField(_("Order"), default=0, blank=True)
    kind = models.CharField(_("Kind"), max_length=7, choices=LineKind.choices, default=LineKind.ITEM)
    product = models.ForeignKey(
        Product,
        verbose_name=_("Product"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="quotation_template_lines",
    )
    text_english = models.CharField(_("Text in English"), max_length=500, blank=True, default="")
    text_chinese = models.CharField(_("Text in Chinese"), max_length=500, blank=True, default="")
    quantity = models.DecimalField(_("Quantity"), max_digits=12, decimal_places=3, default=1)
    unit_price = MoneyField(
        _("Unit price"),
        null=True,
        blank=True,
        help_text=_("Of what is no product; products cost what the list says."),
    )
    discount_percent = models.DecimalField(
        _("Discount in percent"), max_digits=5, decimal_places=2, default=0, blank=True
    )
    is_optional = models.BooleanField(_("Optional"), default=False)

    class Meta(Record.Meta):
        verbose_name = _("Line of a quotation template")
        verbose_name_plural = _("Lines of quotation templates")
        constraints = (
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(discount_percent__gte=Decimal(0), discount_percent__lte=Decimal(100)),
                name="sales_template_line_discount_percent",
            ),
        )

    def __str__(self) -> str:
        return self.text_english or self.text_chinese or str(self.product or self.get_kind_display())

    def text_for(self, language: str) -> str:
        """Its own words in this language; else the product's; else its words in the other language."""
        own = self.text_chinese if is_chinese(language) else self.text_english
        if own or self.product is None:
            return own or in_language(self.text_english, self.text_chinese, language)
        return self.product.text_for(language)
