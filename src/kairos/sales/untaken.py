"""What a template offers that a quotation cannot take: products no longer sold, a price list in another currency."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from kairos.sales.models import PriceList, Quotation, QuotationTemplate, QuotationTemplateLine


@dataclass(frozen=True, slots=True)
class Untaken:
    """Names of the products that are left out, and the price list that does not fit."""

    products: list[str] = field(default_factory=list)
    price_list: PriceList | None = None

    @property
    def sentences(self) -> Iterator[str]:
        if self.products:
            yield _("No longer sold, so left out: %(products)s.") % {"products": ", ".join(self.products)}
        if self.price_list is not None and self.price_list.is_archived:
            yield _("Its price list “%(list)s” is archived, so the quotation keeps its own.") % {
                "list": self.price_list
            }
        elif self.price_list is not None:
            yield _("Its price list “%(list)s” is in %(currency)s, so the quotation keeps its own.") % {
                "list": self.price_list,
                "currency": self.price_list.currency,
            }


def untaken_by(
    quotation: Quotation, template: QuotationTemplate, lines: Iterable[QuotationTemplateLine]
) -> Untaken:
    """What of these lines of the template, and of itself, this quotation leaves."""
    gone = [line.product.name for line in lines if is_gone(line) and line.product is not None]
    return Untaken(list(dict.fromkeys(gone)), None if fits(template, quotation) else template.price_list)


def offered_lines(template: QuotationTemplate) -> Any:
    """The lines of a template in their order, with their products."""
    return template.lines.active().select_related("product").order_by("position", "pk")


def is_gone(line: QuotationTemplateLine) -> bool:
    """Whether it offers a product that is no longer sold."""
    return line.product is not None and line.product.is_archived


def fits(template: QuotationTemplate, quotation: Quotation) -> bool:
    """Whether the quotation can have the price list of the template, if that names one."""
    prices = template.price_list
    return prices is None or (not prices.is_archived and prices.currency == quotation.currency)
