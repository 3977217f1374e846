"""The templates that the example company offers from."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.actions.records import create_record
from kairos.core.history import change_set
from kairos.sales.actions.templates import create_template_line
from kairos.sales.models import QuotationTemplate

TERMS = (
    "30 % with the order, the rest within 30 days after delivery.",
    "訂購時支付 30%，餘款於交貨後 30 天內付清。",
)
TRAVEL = {"text_english": "Travel and lodging", "text_chinese": "差旅與住宿", "unit_price": Decimal(480)}
WARRANTY = {
    "text_english": "One more year of warranty",
    "text_chinese": "延長保固一年",
    "unit_price": Decimal(350),
}
PLACE = {
    "kind": "note",
    "text_english": "Delivered to your door and set up.",
    "text_chinese": "送貨到府並完成安裝。",
}


def tell_templates(by: Any, at: Any, products: list[Any]) -> None:
    """Devices with training for every team, with which new quotations start, and a workshop."""
    devices = [one for one in products if one.kind == "goods"][:2]
    training = next(one for one in products if one.unit == "day")
    with change_set(by=by, summary=_("Made templates of quotations"), at=at):
        _template(
            "Devices and training",
            [
                _section("Devices", "設備"),
                *({"product": one, "quantity": Decimal(2)} for one in devices),
                PLACE,
                _section("Training", "教育訓練"),
                {"product": training, "quantity": Decimal(1)},
                TRAVEL,
                {**WARRANTY, "is_optional": True},
            ],
            by,
            is_usual=True,
        )
        lines = [_section("Workshop", "工作坊"), {"product": training, "quantity": Decimal(3)}, TRAVEL]
        _template("Workshop", lines, by, valid_days=14)


def _section(english: str, chinese: str) -> dict[str, Any]:
    return {"kind": "section", "text_english": english, "text_chinese": chinese}


def _template(name: str, lines: list[dict[str, Any]], by: Any, **more: Any) -> None:
    values = {"name": name, "currency": "USD", "terms_english": TERMS[0], "terms_chinese": TERMS[1]}
    made: Any = create_record(model=QuotationTemplate, values=values | more, by=by)
    for line in lines:
        create_template_line(values={"template": made, **line}, by=by)
