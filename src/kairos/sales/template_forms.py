"""What is asked before a draft is filled from a template."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from kairos.core.records import ActionForm
from kairos.sales.models import Quotation, QuotationTemplate, QuotationTemplateLine
from kairos.sales.untaken import untaken_by


def usual_template(templates: Sequence[QuotationTemplate]) -> QuotationTemplate | None:
    """Of those a team may use, the one its new quotations start with: its own before one for every team."""
    usual = [one for one in templates if one.is_usual]
    return next((one for one in usual if one.team_id is not None), usual[0] if usual else None)


class TemplateForm(ActionForm):
    """Which template, and whether its lines take the place of those that are there."""

    template = "sales/_use_template.html"

    def context(self, records: Sequence[Any], user: Any, data: Any) -> dict[str, Any]:
        quotation = records[0]
        found = _offered(quotation, user)
        usual = usual_template(found)
        return {
            "templates": [(str(one.pk), one.name) for one in found],
            "picked": data.get("template") or (str(usual.pk) if usual else None),
            "has_lines": quotation.lines.exists(),
            "notes": list(_notes(quotation, found)),
            "way": data.get("way", "add"),
        }

    def read(
        self, records: Sequence[Any], user: Any, data: Any
    ) -> tuple[dict[str, Any], dict[str, list[str]]]:
        for one in _offered(records[0], user):
            if str(one.pk) == data.get("template"):
                return {"template": one, "is_replacing": data.get("way") == "replace"}, {}
        return {}, {"template": [_("Choose a template.")]}


def _notes(quotation: Quotation, templates: Sequence[QuotationTemplate]) -> Iterator[tuple[str, str]]:
    """What the quotation cannot take of each, as names of templates with a sentence."""
    lines = QuotationTemplateLine.objects.active().order_by("position", "pk").select_related("product")
    prefetch_related_objects(templates, Prefetch("lines", lines), "price_list")
    for template in templates:
        for sentence in untaken_by(quotation, template, template.lines.all()).sentences:
            yield template.name, sentence


def _offered(quotation: Quotation, user: Any) -> list[QuotationTemplate]:
    return list(QuotationTemplate.objects.visible_to(user).for_team(quotation.opportunity.team_id))
