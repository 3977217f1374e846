from kairos.sales.models.line import LineKind, QuotationLine
from kairos.sales.models.margin import AskedMargin, LineCost, Margin
from kairos.sales.models.order_rule import OrderRule, RevenueFollows
from kairos.sales.models.portal import PortalAnswer, PortalLink
from kairos.sales.models.price import PriceList, PriceRule, SalesSettings
from kairos.sales.models.product import ProductCost, ProductTaxes
from kairos.sales.models.quotation import Approval, Invoicing, NumberSequence, Quotation, State
from kairos.sales.models.tax import Tax
from kairos.sales.models.template import QuotationTemplate, QuotationTemplateLine

__all__ = [
    "Approval",
    "AskedMargin",
    "Invoicing",
    "LineCost",
    "LineKind",
    "Margin",
    "NumberSequence",
    "OrderRule",
    "PortalAnswer",
    "PortalLink",
    "PriceList",
    "PriceRule",
    "ProductCost",
    "ProductTaxes",
    "Quotation",
    "QuotationLine",
    "QuotationTemplate",
    "QuotationTemplateLine",
    "RevenueFollows",
    "SalesSettings",
    "State",
    "Tax",
]
