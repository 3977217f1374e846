"""What customers were shown of the taxes and units of a quotation stays as it was sent, whatever becomes of those."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from kairos.core.languages import in_language
from kairos.sales.reckoning import Levy


@dataclass(frozen=True, slots=True)
class ShownTax:
    """A tax by what it is called, as it is levied on a line."""

    english: str
    chinese: str
    levy: Levy

    @property
    def name(self) -> str:
        """As whoever reads now calls it."""
        return in_language(self.english, self.chinese, get_language() or "")


def shown_of(lines: Iterable[Any]) -> dict[str, Any]:
    """What is kept of lines that are sent, by their numbers: of each its unit, and its taxes in their order."""
    return {
        str(line.pk): {"unit": list(_unit(line)), "taxes": [_kept(tax) for tax in _present_taxes(line)]}
        for line in lines
    }


def taxes_on(line: Any, quotation: Any) -> list[ShownTax]:
    """The taxes of a line of this quotation, in their order: those that were sent, or of a draft those of now."""
    kept = (quotation.as_sent or {}).get(str(line.pk))
    return _present_taxes(line) if kept is None else [_told(one) for one in kept["taxes"]]


def unit_on(line: Any, quotation: Any) -> str:
    """The unit that stands behind its quantity, likewise, as whoever reads now calls it."""
    kept = (quotation.as_sent or {}).get(str(line.pk))
    english, chinese = _unit(line) if kept is None else kept["unit"]
    return in_language(english, chinese, get_language() or "")


def _unit(line: Any) -> tuple[str, str]:
    return (line.product.unit, line.product.unit_chinese) if line.product else ("", "")


def _present_taxes(line: Any) -> list[ShownTax]:
    taxes = sorted(line.taxes.all(), key=lambda tax: (tax.position, tax.pk))
    return [ShownTax(tax.name, tax.name_chinese, tax.levy) for tax in taxes]


def _kept(tax: ShownTax) -> list[Any]:
    levy = tax.levy
    return [levy.key, tax.english, tax.chinese, str(levy.percent), levy.is_included, levy.is_compound]


def _told(kept: list[Any]) -> ShownTax:
    key, english, chinese, percent, is_included, is_compound = kept
    return ShownTax(english, chinese, Levy(key, Decimal(percent), is_included, is_compound))
