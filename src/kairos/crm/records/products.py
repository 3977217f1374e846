"""What is sold, and what products are told apart by."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.accounts.workspace import default_currency
from kairos.core.access import LeadersArrange
from kairos.core.fields import ChoiceTextField, Field, MoneyAmountField, RelationField, RelationsField
from kairos.core.records import Action, Filter, ImportRules, Menu, RecordType, Section, register
from kairos.crm.actions import products
from kairos.crm.models import Product, ProductAttribute, ProductCategory
from kairos.crm.records.catalogue import BY_NAME


@register
class ProductCategories(RecordType):
    model = ProductCategory
    plural = "product-categories"
    icon = "layers"
    menu = Menu(_("Product categories"), icon="layers", order=10, area="products")
    access = LeadersArrange()
    match_keys = BY_NAME
    default_sort = "name"
    sections = (Section(_("Product category"), ("name", "external_id")),)


@register
class ProductAttributes(RecordType):
    model = ProductAttribute
    plural = "product-attributes"
    icon = "shapes"
    menu = Menu(_("Product attributes"), icon="shapes", order=20, area="products")
    access = LeadersArrange()
    match_keys = BY_NAME
    columns = ("name", "options")
    sections = (Section(_("Product attribute"), ("name", "options", "external_id")),)
    quick_create = ("name", "options")


PRODUCT_WORDS = ("product", "product name", "item", "sku", "產品", "產品名稱", "商品", "品名", "品項")
PRICE_WORDS = ("price", "sales price", "unit price", "retail price", "價格", "單價", "定價", "售價")
CATEGORY_WORDS = ("product category", "product type", "產品類別", "產品分類", "類別", "分類")
UNIT_WORDS = ("unit of measure", "uom", "單位", "計量單位")


@register
class Products(RecordType):
    model = Product
    plural = "products"
    icon = "package"
    menu = Menu(_("Products"), icon="package", order=50, key="o")
    access = LeadersArrange()
    hidden = frozenset({"image"})
    columns = ("name", "category", "series", "list_price", "unit")
    search = ("name", "series", "category.name", "text_english", "text_chinese")
    match_keys = BY_NAME
    default_sort = "name"
    groups = ("category", "series", "kind", "unit", "variant_of")
    field_options: ClassVar[list[Field]] = [
        RelationField("category", can_create=True),
        ChoiceTextField("series"),
        ChoiceTextField("unit"),
        MoneyAmountField("list_price", is_summed=False),
    ]
    filters = (
        Filter("goods", pgettext_lazy("product", "Goods"), ["kind", "is", "goods"]),
        Filter("services", pgettext_lazy("product", "Services"), ["kind", "is", "service"]),
    )
    sections = (
        Section(_("Product"), ("name", "kind", "category", "series", "variant_of", "external_id")),
        Section(_("Price"), ("list_price", "currency", "unit")),
        Section(_("What customers read"), ("text_english", "text_chinese", "unit_chinese")),
    )
    quick_create = ("name", "kind", "category", "series", "list_price", "currency", "unit")
    actions = (
        Action(
            "variants",
            _("Make variants"),
            products.make_variants,
            icon="split",
            fields=(
                RelationsField(
                    "attributes",
                    model_field=Product._meta.get_field("attributes"),
                    label=_("They differ in"),
                    required=True,
                ),
            ),
            shown_to=lambda user, record: record is not None and record.variant_of_id is None,
            is_bulk=False,
        ),
    )
    import_rules = ImportRules(
        {"name": PRODUCT_WORDS, "list_price": PRICE_WORDS, "category": CATEGORY_WORDS, "unit": UNIT_WORDS}
    )
    create = staticmethod(products.create_product)

    def import_new(self, changes: Any, rows: list[dict[str, Any]]) -> list[Any]:
        currency = default_currency()
        return super().import_new(
            changes, [{**row, "currency": row.get("currency") or currency} for row in rows]
        )

    def subtitle(self, record: Any) -> str:
        return str(record.series)
