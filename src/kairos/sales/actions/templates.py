"""Templates of quotations: arranged, and made from what was offered. Permission is asked before."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.core.actions.records import create_record, update_record
from kairos.core.history import ActionRefused, Changes, change_set
from kairos.core.languages import is_chinese
from kairos.sales.actions.refusals import check_discount
from kairos.sales.models import LineKind, Quotation, QuotationLine, QuotationTemplate, QuotationTemplateLine
from kairos.sales.paper import language_of

COPIED = "name team currency price_list valid_days terms_english terms_chinese".split()
COPIED_OF_LINES = "position kind product text_english text_chinese quantity unit_price".split()
COPIED_OF_LINES += "discount_percent is_optional".split()
NUMBERS = ("position", "discount_percent", "quantity")


class NothingToSay(ActionRefused):
    message = _("A line of a template needs a product or words.")


def create_template_line(
    *,
    values: Mapping[str, Any],
    by: Any,
    model: type[QuotationTemplateLine] = QuotationTemplateLine,
    at: dt.datetime | None = None,
) -> QuotationTemplateLine:
    """A line at the end, where no place is named. Raises `NothingToSay`, `NotADiscount`."""
    given = {name: value for name, value in values.items() if value is not None or name not in NUMBERS}
    check_discount(given)
    _check_words(QuotationTemplateLine(**given))
    if not given.get("position"):
        given["position"] = _last(given["template"]) + 1
    return create_record(model=QuotationTemplateLine, values=given, by=by, at=at)


def update_template_line(
    line: QuotationTemplateLine, *, values: Mapping[str, Any], by: Any
) -> QuotationTemplateLine:
    """Change a line. Raises `NothingToSay`, `NotADiscount`."""
    given = {name: 0 if value is None and name in NUMBERS else value for name, value in values.items()}
    check_discount(given)
    with change_set(by=by, summary=_("Changed %(record)s"), params={"record": line}):
        changed = update_record(line, values=given, by=by)
        _check_words(changed)
    return changed


def update_template_lines(
    *, model: type[QuotationTemplateLine], values_by_id: Mapping[int, Mapping[str, Any]], by: Any
) -> int:
    """Change several, each as `update_template_line` does; returns how many were looked at."""
    params = {"count": len(values_by_id)}
    with change_set(by=by, summary=_("Changed %(count)s records"), params=params):
        lines = QuotationTemplateLine.objects.select_related("product", "template").filter(
            pk__in=values_by_id
        )
        for line in lines.order_by("pk"):
            update_template_line(line, values=values_by_id[line.pk], by=by)
    return len(values_by_id)


def duplicate_template(template: QuotationTemplate, *, by: Any) -> QuotationTemplate:
    """Another one with the same lines, which no quotation starts with yet."""
    with change_set(by=by, summary=_("Duplicated %(record)s"), params={"record": template}) as changes:
        changes.lock(template)
        values = {name: getattr(template, name) for name in COPIED}
        values["name"] = (str(_("%(name)s (copy)")) % {"name": template.name})[:80]
        made = changes.create(QuotationTemplate, **values, position=template.position)
        for line in template.lines.active().select_related("product").order_by("position", "pk"):
            copied = {name: getattr(line, name) for name in COPIED_OF_LINES}
            changes.create(QuotationTemplateLine, template=made, **copied)
    return made


def save_as_template(quotation: Quotation, *, name: str, by: Any) -> QuotationTemplate:
    """A template for the deal's team of what this quotation offers. Its words become those of the customer's language.

    Products keep no price; words that are the product's own are not kept either, so that they follow it.
    """
    summary, params = (
        _("Made the template “%(template)s” of %(record)s"),
        {"record": quotation, "template": name},
    )
    with change_set(by=by, summary=summary, params=params) as changes:
        changes.about(QuotationTemplate)
        language = language_of(quotation)
        here = "chinese" if is_chinese(language) else "english"
        days = (
            (quotation.valid_until - timezone.localdate(quotation.created_at)).days
            if quotation.valid_until
            else 0
        )
        made = changes.create(
            QuotationTemplate,
            name=name,
            team=quotation.opportunity.team,
            currency=quotation.currency,
            price_list=quotation.price_list,
            valid_days=days if 0 < days <= 3650 else None,
            **{f"terms_{here}": quotation.terms},
        )
        for line in quotation.lines.select_related("product").order_by("position", "pk"):
            _keep(changes, made, line, here, language)
    return made


def _keep(changes: Changes, made: QuotationTemplate, line: QuotationLine, here: str, language: str) -> None:
    same = ("position", "kind", "product", "quantity", "discount_percent", "is_optional")
    values = {name: getattr(line, name) for name in same}
    if line.product is None or line.description != line.product.text_for(language):
        values[f"text_{here}"] = line.description
    if line.product is None and line.kind == LineKind.ITEM:
        values["unit_price"] = line.unit_price
    changes.create(QuotationTemplateLine, template=made, **values)


def _last(template: QuotationTemplate) -> int:
    return template.lines.aggregate(last=Max("position"))["last"] or 0


def _check_words(line: QuotationTemplateLine) -> None:
    if not (line.product_id and line.kind == LineKind.ITEM) and not (line.text_english or line.text_chinese):
        raise NothingToSay()
