"""Why a line costs what it costs: the rules about its product in their order, in words."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kairos.core.fields import format as shown
from kairos.core.listing.related import attach
from kairos.sales.models import PriceRule, QuotationLine
from kairos.sales.prices import Prices
from kairos.sales.pricing import Tried


@dataclass(frozen=True, slots=True)
class Step:
    """One rule: what it is about, what it says, what that gives here, and why it does not count where it does not."""

    about: str
    says: str
    price: str
    objection: str
    is_taken: bool


def why_context(line: QuotationLine, *, user: Any) -> dict[str, Any]:
    """What the explanation shows. Formulas that start from costs are told to those who may know costs."""
    quotation = line.quotation
    context = {"line": line, "record": quotation, "may_change": quotation.is_draft, "steps": []}
    if line.product is None:
        return context
    prices = Prices(quotation, [line.product])
    attach(prices.rules, ["product", "category"])
    found = prices.offer(line.product, line.quantity)
    steps = [_step(one, found.rule, quotation.currency, user) for one in found.tried]
    listed = prices.here(line.product.list_price, line.product.currency)
    return {
        **context,
        "steps": steps,
        "list_price": None if listed is None else shown.money(listed, quotation.currency),
        "is_list_price": found.rule is None,
        "price": shown.money(found.price, quotation.currency),
    }


def _step(tried: Tried, taken: Any, currency: str, user: Any) -> Step:
    rule: PriceRule = tried.rule
    price = "" if tried.price is None else shown.money(tried.price, currency)
    return Step(about(rule), says(rule, currency, user), price, _objection(tried), rule is taken)


def about(rule: PriceRule) -> str:
    if rule.product is not None:
        return rule.product.name
    return rule.category.name if rule.category is not None else _("Every product")


def says(rule: PriceRule, currency: str, user: Any) -> str:
    """The rule in words."""
    if rule.kind == PriceRule.Kind.FIXED:
        return _("fixed price")
    if rule.kind == PriceRule.Kind.PERCENT:
        return _off(rule.percent)
    if rule.base == PriceRule.Base.COST and not user.is_leader:
        return _("by a formula")
    parts = [str(rule.get_base_display())]
    if rule.percent:
        parts.append(_off(rule.percent))
    if rule.round_to:
        parts.append(_("rounded to multiples of %(amount)s") % {"amount": _money(rule.round_to, currency)})
    if rule.surcharge:
        parts.append(_("plus %(amount)s") % {"amount": _money(rule.surcharge, currency)})
    return ", ".join(parts)


def _money(amount: Any, currency: str) -> str:
    return shown.money(amount, currency)


def _off(percent: Decimal) -> str:
    words = _("%(percent)s %% off") if percent >= 0 else _("%(percent)s %% on top")
    return words % {"percent": shown.number(abs(percent).normalize() + 0)}


def _objection(tried: Tried) -> str:
    rule: PriceRule = tried.rule
    if not tried.is_reached:
        return _("from a quantity of %(quantity)s") % {
            "quantity": shown.number(rule.minimum_quantity.normalize() + 0)
        }
    if not tried.is_in_time:
        return _("not on this day")
    return _("what it starts from is not known") if tried.price is None else ""
