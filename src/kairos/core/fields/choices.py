from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from babel import Locale
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kairos.core.fields import format as shown
from kairos.core.fields.base import EMPTINESS, Field, one


class ChoiceField(Field):
    """One of a fixed list of values."""

    kind = "choice"
    operators: ClassVar[tuple[str, ...]] = ("is", "is_not", "in", "not_in", *EMPTINESS)
    is_groupable = True

    def choices(self) -> Sequence[tuple[Any, Any]]:
        return list(getattr(self.model_field, "choices", None) or ())

    def format(self, value: Any) -> str:
        return str(dict(self.choices()).get(value, value or ""))

    def clean(self, raw: Any, *, user: Any) -> Any:
        text = one(raw).strip()
        if text and text not in {str(value) for value, _label in self.choices()}:
            raise ValidationError(
                _("“%(value)s” is not one of the choices."), code="choice", params={"value": text}
            )
        return text


class DefinedChoiceField(ChoiceField):
    """One of a list that an administrator has defined; `colours` are tag colours by value."""

    def __init__(
        self,
        name: str,
        *,
        pairs: Sequence[tuple[str, str]] = (),
        colours: Mapping[str, int] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(name, **options)
        self.pairs = list(pairs)
        self.colours = dict(colours or {})

    def choices(self) -> Sequence[tuple[str, str]]:
        return self.pairs


class TracedField(ChoiceField):
    """What a record has been at some time, read from its history: the stages a deal has reached. Asked about only.

    `pairs()` are the values with their words; `trace(values, name, now)` is the condition that one of them was there,
    `name(field)` being how a field is called where it is asked; `sources` are the fields it looks at.
    """

    operators: ClassVar[tuple[str, ...]] = ("is", "is_not", "in", "not_in")
    is_groupable = False

    def __init__(
        self,
        name: str,
        *,
        label: Any,
        pairs: Callable[[], Sequence[tuple[str, str]]],
        trace: Callable[..., Q],
        sources: Sequence[str],
    ) -> None:
        super().__init__(name, label=label, required=False, editable=False, sortable=False)
        self.pairs, self.trace, self.sources = pairs, trace, tuple(sources)

    def choices(self) -> Sequence[tuple[str, str]]:
        return self.pairs()


class ChoicesField(DefinedChoiceField):
    """Several of a list that an administrator has defined."""

    kind = "choices"
    operators: ClassVar[tuple[str, ...]] = ("in", "not_in", *EMPTINESS)
    is_groupable = False

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(name, sortable=False, **options)

    def in_order(self, value: Any) -> list[str]:
        """The values as the list has them."""
        places = {key: place for place, (key, _label) in enumerate(self.pairs)}
        return sorted(value or (), key=lambda one: places.get(one, len(places)))

    def format(self, value: Any) -> str:
        if isinstance(value, str):
            return super().format(value)
        return ", ".join(super(ChoicesField, self).format(one) for one in self.in_order(value))

    def raw(self, value: Any) -> list[str]:
        return self.in_order(value)

    def clean(self, raw: Any, *, user: Any) -> Any:
        given = raw if isinstance(raw, list | tuple) else [raw]
        return [
            text
            for text in dict.fromkeys(super(ChoicesField, self).clean(item, user=user) for item in given)
            if text
        ]


class CurrencyField(ChoiceField):
    """An ISO 4217 code in present use."""

    kind = "currency"

    def choices(self) -> Sequence[tuple[str, str]]:
        return [(code, f"{code} · {shown.currency_name(code)}") for code in CURRENCIES]

    def format(self, value: Any) -> str:
        return value or ""


class CountryField(ChoiceField):
    """An ISO 3166 code, shown by its name in the reader's language."""

    kind = "country"

    def choices(self) -> Sequence[tuple[str, str]]:
        return sorted(((code, shown.country_name(code)) for code in COUNTRIES), key=lambda pair: str(pair[1]))

    def format(self, value: Any) -> str:
        return shown.country_name(value) if value else ""


class LanguageField(ChoiceField):
    """A language somebody speaks, by its code."""

    kind = "language"

    def choices(self) -> Sequence[tuple[str, str]]:
        return [(code, shown.language_name(code)) for code in LANGUAGES]

    def format(self, value: Any) -> str:
        return shown.language_name(value) if value else ""


LANGUAGES = (
    "en zh-Hant zh-Hans ja ko de fr es it pt nl pl ru uk tr ar he hi th vi id ms sv da nb fi cs hu ro".split()
)
CURRENCIES = (
    "USD EUR TWD JPY GBP CNY HKD SGD KRW AUD NZD CAD CHF SEK NOK DKK PLN CZK HUF RON TRY ILS AED SAR INR THB VND IDR "
    "MYR PHP BRL MXN ARS CLP COP ZAR KES NGN EGP UAH KWD BHD TND".split()
)
COUNTRIES = sorted(
    code
    for code in map(str, Locale("en").territories)
    if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"}
)
