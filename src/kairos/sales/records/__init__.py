"""The record types of sales."""

from kairos.sales.records.lines import QuotationLines
from kairos.sales.records.margins import Margins
from kairos.sales.records.order_rules import OrderRules
from kairos.sales.records.prices import PriceLists, PriceRules
from kairos.sales.records.products import ProductCosts
from kairos.sales.records.quotations import Quotations
from kairos.sales.records.taxes import Taxes
from kairos.sales.records.templates import QuotationTemplateLines, QuotationTemplates

__all__ = [
    "Margins",
    "OrderRules",
    "PriceLists",
    "PriceRules",
    "ProductCosts",
    "QuotationLines",
    "QuotationTemplateLines",
    "QuotationTemplates",
    "Quotations",
    "Taxes",
]
