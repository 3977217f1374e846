"""A draft is filled from a template. Permission is asked before."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.core.history import ActionRefused, Changes, change_set
from kairos.core.listing.related import attach_new
from kairos.crm.models import Opportunity, Product
from kairos.sales.actions.lines import new_line
from kairos.sales.actions.quotations import create_quotation
from kairos.sales.actions.refusals import check_draft
from kairos.sales.events import TEMPLATE_LEFT_OUT, TEMPLATE_PRICES
from kairos.sales.line_taxes import taxes_by_product
from kairos.sales.models import LineKind, Quotation, QuotationLine, QuotationTemplate, QuotationTemplateLine
from kairos.sales.order import GAP
from kairos.sales.paper import language_of
from kairos.sales.prices import Prices
from kairos.sales.untaken import Untaken, fits, is_gone, offered_lines, untaken_by


class NotForThisTeam(ActionRefused):
    message = _("The template “%(template)s” is for another team.")


class NotInUse(ActionRefused):
    message = _("The template “%(template)s” is archived.")


def create_quotation_from(
    deal: Opportunity, *, template: QuotationTemplate, by: Any, at: dt.datetime | None = None
) -> tuple[Quotation, Untaken]:
    """A draft for the deal with what the template says, and what it cannot take. Raises as `use_template`."""
    params = {"record": deal}
    with change_set(by=by, summary=_("Made a quotation for %(record)s"), params=params, at=at) as changes:
        made = create_quotation(values={"opportunity": deal}, by=by)
        _check_usable(template, made)
        return made, _take(changes, made, template, after=None)


def use_template(
    quotation: Quotation, *, template: QuotationTemplate, is_replacing: bool = False, by: Any
) -> Quotation:
    """Put the template's lines after those of a draft, or in their stead; prices and taxes are those of now.

    Terms, validity and price list are taken over by a quotation without other lines; one that has some keeps its own.
    What it cannot take is told by its history (see `sales.untaken`). Raises `NotADraft`, `NotForThisTeam`, `NotInUse`.
    """
    summary, params = (
        _("Filled %(record)s from “%(template)s”"),
        {"record": quotation, "template": template.name},
    )
    with change_set(by=by, summary=summary, params=params) as changes:
        changes.about(Quotation)
        check_draft(changes.lock(quotation))
        _check_usable(template, quotation)
        if is_replacing:
            for line in quotation.lines.order_by("pk"):
                changes.delete(line)
        _take(changes, quotation, template, after=quotation.lines.aggregate(last=Max("position"))["last"])
    return quotation


def _check_usable(template: QuotationTemplate, quotation: Quotation) -> None:
    if template.is_archived:
        raise NotInUse(template=template)
    if template.team_id not in (None, quotation.opportunity.team_id):
        raise NotForThisTeam(template=template)


def _take(
    changes: Changes, quotation: Quotation, template: QuotationTemplate, *, after: int | None
) -> Untaken:
    """Put the template's lines behind this place; a quotation that has none takes the rest over, too."""
    language = language_of(quotation)
    if after is None:
        changes.update(quotation, **_frame_of(changes, template, quotation, language))
    found = list(offered_lines(template))
    sold = [line for line in found if not is_gone(line)]
    _fill(changes, quotation, template, sold, after=after or 0, language=language)
    untaken = untaken_by(quotation, template, found)
    _tell(changes, quotation, template, untaken, is_first=after is None)
    return untaken


def _tell(
    changes: Changes, quotation: Quotation, template: QuotationTemplate, untaken: Untaken, *, is_first: bool
) -> None:
    said = {"template": template.name}
    if untaken.products:
        changes.event(TEMPLATE_LEFT_OUT.name, quotation, products=", ".join(untaken.products), **said)
    if untaken.price_list is not None and is_first:
        prices = untaken.price_list
        changes.event(TEMPLATE_PRICES.name, quotation, list=prices.name, currency=prices.currency, **said)


def _frame_of(
    changes: Changes, template: QuotationTemplate, quotation: Quotation, language: str
) -> dict[str, Any]:
    """What the template says of the quotation as a whole."""
    found: dict[str, Any] = {}
    if terms := template.terms_for(language):
        found["terms"] = terms
    if template.valid_days:
        found["valid_until"] = timezone.localdate(changes.at) + dt.timedelta(days=template.valid_days)
    if template.price_list is not None and fits(template, quotation):
        found["price_list"] = template.price_list
    return found


def _fill(
    changes: Changes,
    quotation: Quotation,
    template: QuotationTemplate,
    lines: Sequence[QuotationTemplateLine],
    *,
    after: int,
    language: str,
) -> None:
    products: list[Product] = [line.product for line in lines if line.product is not None]
    prices, taxes = Prices(quotation, products), taxes_by_product(products)
    made, borne = [], []
    for number, line in enumerate(lines, start=1):
        values: dict[str, Any] = {"description": line.text_for(language), "kind": line.kind}
        if line.kind == LineKind.ITEM:
            values |= _item(line, prices, template.currency)
        made.append(new_line(changes, quotation, position=after + GAP * number, **values))
        borne.append(taxes[line.product_id] if line.kind == LineKind.ITEM else [])
    changes.create_many(QuotationLine, made, {"taxes": borne})
    attach_new(made, "taxes", borne)
    changes.keep_in_hand(made)


def _item(line: QuotationTemplateLine, prices: Prices, currency: str) -> dict[str, Any]:
    """Price, quantity and the rest of something that is sold; where no rate is known its price is nought."""
    values: dict[str, Any] = {
        "product": line.product,
        "quantity": line.quantity,
        "discount_percent": line.discount_percent,
        "is_optional": line.is_optional,
    }
    if line.product is None:
        return values | {"unit_price": prices.here(line.unit_price, currency) or Decimal(0)}
    price = prices.offer(line.product, line.quantity).price
    return values | {"unit_price": price, "listed_price": price}
