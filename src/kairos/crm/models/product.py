"""What is sold: products, the groups they are in, and the attributes that make several of one."""

import re

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.core.languages import is_chinese
from kairos.core.models import MoneyField, Record

BETWEEN = re.compile(r"[\n,;、，；]+")


class ProductCategory(Record):
    """A group of products that are sold alike."""

    name = models.CharField(_("Name"), max_length=80)

    class Meta(Record.Meta):
        verbose_name = _("Product category")
        verbose_name_plural = _("Product categories")

    def __str__(self) -> str:
        return self.name


class ProductAttribute(Record):
    """In what the variants of a product differ, such as colour, with the values it may have."""

    name = models.CharField(_("Name"), max_length=80)
    options = models.TextField(_("Values"), max_length=2000, help_text=_("One a line, such as red and blue."))

    class Meta(Record.Meta):
        verbose_name = _("Product attribute")
        verbose_name_plural = _("Product attributes")

    def __str__(self) -> str:
        return self.name

    @property
    def values(self) -> list[str]:
        """The values in their order, each once."""
        return list(dict.fromkeys(text for one in BETWEEN.split(self.options) if (text := one.strip())))


class Product(Record):
    """What a deal is about and a quotation offers, with its list price.

    What stands in `text_english` and `text_chinese` is what customers of that language read instead of the name, and
    `unit_chinese` instead of the unit. A variant is a product of its own that says of which product it is one
    (`variant_of`) and which (`variant`).
    """

    class Kind(models.TextChoices):
        GOODS = "goods", pgettext_lazy("product", "Goods")
        SERVICE = "service", pgettext_lazy("product", "Service")

    name = models.CharField(_("Name"), max_length=120)
    kind = models.CharField(_("Kind"), max_length=7, choices=Kind.choices, default=Kind.GOODS)
    category = models.ForeignKey(
        ProductCategory,
        verbose_name=_("Category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="products",
    )
    series = models.CharField(_("Series"), max_length=80, blank=True, default="")
    unit = models.CharField(_("Unit"), max_length=20, blank=True, default="")
    unit_chinese = models.CharField(_("Unit in Chinese"), max_length=20, blank=True, default="")
    list_price = MoneyField(_("List price"), null=True, blank=True)
    currency = models.CharField(_("Currency"), max_length=3, blank=True, default="")
    text_english = models.CharField(
        _("What customers read, in English"), max_length=500, blank=True, default=""
    )
    text_chinese = models.CharField(
        _("What customers read, in Chinese"), max_length=500, blank=True, default=""
    )
    image = models.CharField(_("Image"), max_length=64, blank=True, default="", editable=False)
    attributes = models.ManyToManyField(
        ProductAttribute, verbose_name=_("Attributes"), blank=True, editable=False, related_name="products"
    )
    variant_of = models.ForeignKey(
        "self",
        verbose_name=_("Variant of"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="variants",
    )
    variant = models.CharField(
        pgettext_lazy("product", "Variant"), max_length=200, blank=True, default="", editable=False
    )

    class Meta(Record.Meta):
        verbose_name = _("Product")
        verbose_name_plural = _("Products")
        constraints = (
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["variant_of", "variant"],
                condition=models.Q(variant_of__isnull=False),
                name="crm_product_variant_unique",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def text_for(self, language: str) -> str:
        """What a customer of this language reads: the text written for it, or the name."""
        return (self.text_chinese if is_chinese(language) else self.text_english) or self.name
