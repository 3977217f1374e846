"""How much less than the list a quotation asks for. Pure."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from kairos.sales.reckoning import HUNDRED

MOST = Decimal("999.99")


def given_percent(lines: Iterable[Any], discount_percent: Decimal) -> Decimal:
    """The greatest discount on any line, or on all of them together where that is more; in percent, rounded up.

    A discount is what a line takes off, what all lines take off, and what its price is below that of the list; lines
    with a price below nothing are discounts on the others.
    """
    kept = 1 - Fraction(discount_percent) / HUNDRED
    worst, full, asked = Fraction(0), Fraction(0), Fraction(0)
    for line in lines:
        if line.kind != "item":
            continue
        price = Fraction(line.unit_price)
        listed = max(price, Fraction(line.listed_price or 0), Fraction(0))
        left = price * (1 - Fraction(line.discount_percent) / HUNDRED) * kept
        if listed and price >= 0:
            worst = max(worst, 1 - left / listed)
        if line.is_counted:
            full += listed * Fraction(line.quantity)
            asked += left * Fraction(line.quantity)
    if full > 0:
        worst = max(worst, 1 - asked / full)
    return min(Decimal(ceil(worst * HUNDRED * HUNDRED)) / HUNDRED, MOST)
