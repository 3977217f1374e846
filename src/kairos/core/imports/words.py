"""Other people's words for countries, languages and choices."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import override

from kairos.core.fields import Field
from kairos.core.tables import ValueMatcher

COUNTRY_WORDS = {
    "usa": "US", "u.s.": "US", "u.s.a.": "US", "america": "US", "united states of america": "US", "美國": "US",
    "uk": "GB", "u.k.": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "英國": "GB",
    "korea": "KR", "republic of korea": "KR", "韓國": "KR", "南韓": "KR", "taiwan, roc": "TW", "r.o.c.": "TW",
    "臺灣": "TW", "中華民國": "TW", "prc": "CN", "mainland china": "CN", "中國": "CN", "大陸": "CN", "holland": "NL",
    "the netherlands": "NL", "uae": "AE", "czech republic": "CZ", "turkey": "TR", "russian federation": "RU",
    "viet nam": "VN", "hongkong": "HK", "香港": "HK", "澳門": "MO", "ivory coast": "CI", "burma": "MM",
}  # fmt: skip


def choices_of(field: Field) -> Iterator[tuple[Any, str]]:
    """Every value of a choice with each of its words: the value itself and its label in every language."""
    for value, _label in field.choices():  # type: ignore[attr-defined]
        yield value, str(value)
    for language, _name in settings.LANGUAGES:
        with override(language):
            for value, label in field.choices():  # type: ignore[attr-defined]
                yield value, str(label)
    if field.kind == "country":
        yield from ((code, word) for word, code in COUNTRY_WORDS.items())


@cache
def _matcher(kind: str) -> ValueMatcher:
    from kairos.core.fields import CountryField, CurrencyField, LanguageField

    classes: dict[str, type[Field]] = {
        "country": CountryField, "currency": CurrencyField, "language": LanguageField
    }  # fmt: skip
    return ValueMatcher(choices_of(classes[kind](kind)))


def matcher_for(field: Field) -> ValueMatcher:
    """Finds the choice a text means, in any language of the house."""
    if field.kind in ("country", "currency") or type(field).__name__ == "LanguageField":
        return _matcher(field.kind)
    return ValueMatcher(choices_of(field))


def labels_of(field: Field) -> tuple[str, ...]:
    """The field's name in every language."""
    found: list[str] = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            found.append(str(field.label))
    return tuple(dict.fromkeys(found))


def has_choices(field: Field) -> bool:
    return hasattr(field, "choices") and hasattr(field, "is_groupable") and field.kind != "relation"


def joined(texts: Iterable[Any]) -> str:
    return ", ".join(str(text) for text in texts)
