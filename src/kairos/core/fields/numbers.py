from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kairos.core.fields import format as shown
from kairos.core.fields.base import EMPTINESS, Field, one

COMPARISONS = ("is", "is_not", ">", ">=", "<", "<=")


class NumberField(Field):
    kind = "number"
    align = "end"
    operators = (*COMPARISONS, *EMPTINESS)
    smallest = 0
    largest = 2_147_483_647

    def __init__(self, name: str, *, smallest: int = 0, largest: int | None = None, **options: Any) -> None:
        super().__init__(name, **options)
        self.smallest = smallest
        self.largest = largest or (32_767 if "Small" in type(self.model_field).__name__ else self.largest)

    def format(self, value: Any) -> str:
        return shown.number(value)

    def export(self, record: Any) -> Any:
        return self.value(record)

    def clean(self, raw: Any, *, user: Any) -> int | None:
        text = one(raw).strip().replace(",", "").removesuffix("%")
        if not text:
            return None
        try:
            value = int(text) if len(text) < 20 else None
        except ValueError as error:
            raise ValidationError(_("Enter a whole number."), code="invalid") from error
        if value is None or not self.smallest <= value <= self.largest:
            raise ValidationError(
                _("Enter a number from %(smallest)s to %(largest)s."),
                code="range",
                params={"smallest": self.smallest, "largest": self.largest},
            )
        return value

    def parse(self, raw: Any, *, user: Any) -> Any:
        value = super().parse(raw, user=user)
        if value is None and self.model_field is not None and not self.model_field.null:
            raise ValidationError(_("This field is required."), code="required")
        return value


class YearField(NumberField):
    """A year is written without thousands separators."""

    kind = "year"

    def format(self, value: Any) -> str:
        return "" if value is None else str(value)


class PercentField(NumberField):
    kind = "percent"

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(name, largest=100, **options)

    def format(self, value: Any) -> str:
        return shown.percent(value)


class RatingField(NumberField):
    """Stars from none to `largest`."""

    kind = "rating"
    align = "start"
    is_groupable = True

    def __init__(self, name: str, *, largest: int = 3, **options: Any) -> None:
        super().__init__(name, largest=largest, **options)


class ColourField(NumberField):
    """One of twelve tag colours."""

    kind = "colour"
    align = "start"

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(name, largest=11, **options)


class DecimalField(Field):
    """A number with decimals, as exact as its column keeps it."""

    kind = "decimal"
    align = "end"
    operators = (*COMPARISONS, *EMPTINESS)

    def format(self, value: Any) -> str:
        if value is None:
            return ""
        places = getattr(self.model_field, "decimal_places", 1)
        return shown.number(round(Decimal(str(value)), places).normalize() + 0)

    def raw(self, value: Any) -> str:
        return "" if value is None else f"{Decimal(str(value)).normalize():f}"

    def export(self, record: Any) -> Any:
        return self.value(record)

    def clean(self, raw: Any, *, user: Any) -> Decimal | None:
        text = one(raw).strip().replace(",", "").replace(" ", "")
        if not text:
            return None
        try:
            value = Decimal(text) if len(text) < 40 else None
        except InvalidOperation as error:
            raise ValidationError(_("Enter a number."), code="invalid") from error
        if value is None or not value.is_finite():
            raise ValidationError(_("Enter a number."), code="invalid")
        places = getattr(self.model_field, "decimal_places", 10)
        digits = getattr(self.model_field, "max_digits", 20)
        value = value.quantize(Decimal(1).scaleb(-places)) if abs(value) < 10**20 else value
        if abs(value) >= Decimal(10) ** (digits - places):
            raise ValidationError(_("This number is too large."), code="too_large")
        return value


class MoneyAmountField(Field):
    """An amount in the currency of the record's field `currency_field`; prices are amounts that no list sums up."""

    kind = "money"
    align = "end"
    operators = (*COMPARISONS, *EMPTINESS)

    def __init__(
        self, name: str, *, currency_field: str = "currency", is_summed: bool = True, **options: Any
    ) -> None:
        super().__init__(name, **options)
        self.currency_field = currency_field
        self.is_summed = is_summed

    def currency(self, record: Any) -> str:
        return getattr(record, self.currency_field, "") or ""

    def text(self, record: Any) -> str:
        return shown.money(self.value(record), self.currency(record))

    def format(self, value: Any) -> str:
        return shown.number(value)

    def raw(self, value: Any) -> str:
        """Digits without separators and without needless decimals."""
        if value is None:
            return ""
        whole = value == value.to_integral_value()
        return str(value.quantize(Decimal(1)) if whole else value.normalize())

    def export(self, record: Any) -> Any:
        return self.value(record)

    def clean(self, raw: Any, *, user: Any) -> Decimal | None:
        text = one(raw).strip().replace(",", "").replace(" ", "").replace("\u00a0", "")
        if not text:
            return None if getattr(self.model_field, "null", True) else Decimal(0)
        try:
            amount = Decimal(text) if len(text) < 40 else None
        except InvalidOperation as error:
            raise ValidationError(_("Enter an amount."), code="invalid") from error
        if amount is None or not amount.is_finite():
            raise ValidationError(_("Enter an amount."), code="invalid")
        return self.model_field.to_python(amount)  # type: ignore[union-attr]
