"""Templates of quotations and their lines."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from kairos.core.access import LeadersArrange
from kairos.core.fields import CurrencyField, Field, MoneyAmountField, RelationField
from kairos.core.records import Action, Filter, Menu, RecordType, Section, register
from kairos.sales.actions import templates
from kairos.sales.models import QuotationTemplate, QuotationTemplateLine


@register
class QuotationTemplates(RecordType):
    model = QuotationTemplate
    plural = "quotation-templates"
    icon = "files"
    menu = Menu(_("Quotation templates"), icon="files", order=50, area="products")
    access = LeadersArrange()
    columns = ("name", "team", "is_usual", "price_list", "valid_days")
    search = ("name",)
    filters = (Filter("usual", _("New quotations start with it"), ["is_usual", "is", "true"]),)
    groups = ("team",)
    default_sort = "position"
    field_options: ClassVar[list[Field]] = [
        RelationField("price_list", can_create=False),
        CurrencyField("currency"),
    ]
    sections = (
        Section(_("Quotation template"), ("name", "team", "is_usual", "position", "external_id")),
        Section(_("Quotation"), ("price_list", "valid_days", "currency")),
        Section(_("Terms"), ("terms_english", "terms_chinese")),
    )
    quick_create = ("name", "team", "is_usual", "valid_days", "currency")
    actions = (Action("duplicate", _("Duplicate"), templates.duplicate_template, icon="copy"),)

    def subtitle(self, record: Any) -> str:
        return str(record.team or _("Every team"))


@register
class QuotationTemplateLines(RecordType):
    model = QuotationTemplateLine
    plural = "quotation-template-lines"
    icon = "list-checks"
    title_field = "text_english"
    access = LeadersArrange()
    columns = ("template", "position", "kind", "product", "text_english", "quantity", "is_optional")
    search = ("text_english", "text_chinese", "product.name", "template.name")
    groups = ("template", "product", "kind")
    default_sort = "position"
    field_options: ClassVar[list[Field]] = [
        RelationField("template", can_create=False),
        MoneyAmountField("unit_price", is_summed=False),
    ]
    sections = (
        Section(_("What it offers"), ("template", "position", "kind", "product", "quantity")),
        Section(_("What customers read"), ("text_english", "text_chinese")),
        Section(_("Price"), ("unit_price", "discount_percent", "is_optional", "external_id")),
    )
    quick_create = (
        "template",
        "kind",
        "product",
        "quantity",
        "text_english",
        "text_chinese",
        "unit_price",
        "discount_percent",
        "is_optional",
    )
    create = staticmethod(templates.create_template_line)
    update = staticmethod(templates.update_template_line)
    update_many = staticmethod(templates.update_template_lines)
