"""Amounts as whole thousandths, so that no database's floating point can lose a cent."""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

THOUSANDTH = Decimal("0.001")
LARGEST_AMOUNT = Decimal("999999999999.999")


class MoneyField(models.BigIntegerField):
    """An amount of money: `Decimal` in Python, a BIGINT of thousandths in the table.

    Three decimals hold every ISO 4217 currency but two units of account. Sums and comparisons are exact on SQLite and
    PostgreSQL alike. Amounts beyond twelve integer digits are refused with `ValidationError`.
    """

    description = _("Amount of money")

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or value == "":
            return None
        try:
            amount = Decimal(str(value)).quantize(THOUSANDTH, rounding=ROUND_HALF_EVEN)
        except InvalidOperation as error:
            raise ValidationError(_("Enter an amount."), code="invalid") from error
        if not amount.is_finite() or abs(amount) > LARGEST_AMOUNT:
            raise ValidationError(_("This amount is too large."), code="too_large")
        return amount

    def get_prep_value(self, value: Any) -> int | None:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        amount = self.to_python(value)
        return None if amount is None else int(amount * 1000)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return value if prepared else self.get_prep_value(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        # A SUM comes back as Decimal from PostgreSQL and as int from SQLite; both mean thousandths.
        return None if value is None else (Decimal(value) / 1000).quantize(THOUSANDTH)

    @property
    def validators(self) -> list[Any]:
        return []

    def formfield(self, **kwargs: Any) -> Any:
        from django import forms

        return super(models.BigIntegerField, self).formfield(
            **{"form_class": forms.DecimalField, "decimal_places": 3, **kwargs}
        )
