"""Which price a rule gives, and which of several rules counts. Pure; rules are as `PriceRule` has them.

The order is one: of the rules whose time and quantity fit, that for the product itself comes before one for what it is
a variant of, that before one for its category, that before one for everything; then the greater quantity, the later
beginning, and the older rule. The first that gives a price counts; a rule that lacks what it starts from gives none.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kairos.sales.reckoning import HUNDRED, rounded

FIRST = dt.date.min


@dataclass(frozen=True, slots=True)
class Sold:
    """What is sold, as far as rules ask: amounts in the currency of the list, None where it is not known."""

    product_id: int
    variant_of_id: int | None = None
    category_id: int | None = None
    list_price: Decimal | None = None
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule about this product: the price it would give, and whether quantity and day fit."""

    rule: Any
    price: Decimal | None
    is_reached: bool
    is_in_time: bool

    @property
    def is_usable(self) -> bool:
        return self.is_reached and self.is_in_time and self.price is not None


@dataclass(frozen=True, slots=True)
class Offer:
    """The price; the rule it comes from, None for the list price; the rules about the product in their order."""

    price: Decimal
    rule: Any = None
    tried: list[Tried] = field(default_factory=list)


def closeness(rule: Any, sold: Sold) -> int | None:
    """How closely the rule is about this product; None where it is about others."""
    if rule.category_id is not None and rule.category_id != sold.category_id:
        return None
    if rule.product_id is not None:
        return {sold.product_id: 3, sold.variant_of_id: 2}.get(rule.product_id)
    return 0 if rule.category_id is None else 1


def price_by(rule: Any, sold: Sold, unit: Decimal) -> Decimal | None:
    """What the rule makes of it, to the smallest unit and never below nothing; None where it cannot tell."""
    if rule.kind == "fixed":
        return None if rule.price is None else rounded(max(rule.price, Decimal(0)), unit)
    is_formula = rule.kind == "formula"
    base = sold.cost if is_formula and rule.base == "cost" else sold.list_price
    if base is None:
        return None
    amount = Fraction(base) * (HUNDRED - Fraction(rule.percent)) / HUNDRED
    if is_formula and rule.round_to:
        amount = Fraction(rounded(amount, rule.round_to))
    if is_formula and rule.surcharge:
        amount += Fraction(rule.surcharge)
    return rounded(max(amount, Fraction(0)), unit)


def offer(rules: Iterable[Any], sold: Sold, *, quantity: Decimal, day: dt.date, unit: Decimal) -> Offer:
    """The price by the first rule that gives one, else the list price, else nothing."""
    close = [(near, rule) for rule in rules if (near := closeness(rule, sold)) is not None]
    close.sort(key=lambda pair: _order(*pair))
    tried = [
        Tried(
            rule,
            price_by(rule, sold, unit),
            is_reached=abs(quantity) >= rule.minimum_quantity,
            is_in_time=(rule.starts_on or FIRST) <= day <= (rule.ends_on or dt.date.max),
        )
        for _near, rule in close
    ]
    for one in tried:
        if one.is_usable and one.price is not None:
            return Offer(one.price, one.rule, tried)
    return Offer(rounded(sold.list_price or Decimal(0), unit), None, tried)


def _order(near: int, rule: Any) -> tuple[int, Decimal, int, int]:
    return -near, -rule.minimum_quantity, -(rule.starts_on or FIRST).toordinal(), rule.pk
