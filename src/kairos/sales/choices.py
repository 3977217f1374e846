"""What a customer chooses of what was offered: optional lines, and how many of each. Prices are ours."""

import copy
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from kairos.sales.models import LineKind, Quotation
from kairos.sales.reckoning import reckon, smallest_unit
from kairos.sales.totals import item_of, reckoning_of

QUANTITY = re.compile(r"\d{1,6}(\.\d{1,3})?", re.ASCII)
Choices = Mapping[int, Decimal]


def choices_in(data: Mapping[str, str], lines: Sequence[Any]) -> dict[int, Decimal]:
    """The optional lines that a form has ticked (`option-7`), with their quantities (`quantity-7`).

    What is no quantity above nothing counts as the quantity that was offered; other names are not looked at.
    """
    options = [line for line in lines if line.is_optional and line.kind == LineKind.ITEM]
    return {
        line.pk: _quantity(data.get(f"quantity-{line.pk}", ""), line.quantity)
        for line in options
        if f"option-{line.pk}" in data
    }


def _quantity(text: str, offered: Decimal) -> Decimal:
    found = QUANTITY.fullmatch(text.strip().replace(",", "."))
    quantity = Decimal(found[0]) if found else Decimal(0)
    return quantity if quantity > 0 else offered


def with_choices(quotation: Quotation, lines: Sequence[Any], choices: Choices) -> tuple[Any, list[Any]]:
    """The quotation and its lines as they would be with the choice, amounts and sums included; nothing is written."""
    chosen, made = copy.copy(quotation), [copy.copy(line) for line in lines]
    for line in made:
        if line.is_optional and line.pk in choices:
            line.is_optional, line.quantity = False, choices[line.pk]
    unit = smallest_unit(quotation.currency)
    amounts = reckon([item_of(line, quotation) for line in made], unit=unit).amounts
    for line, amount in zip(made, amounts, strict=True):
        line.amount = amount
    found: Any = reckoning_of(made, quotation)
    chosen.untaxed, chosen.tax, chosen.total = found.untaxed, found.tax, found.total
    return chosen, made
