"""A condition in words, in the reader's language."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from babel.lists import format_list
from django.utils.translation import ngettext

from kairos.core.conditions import wording
from kairos.core.conditions.days import Day, Period, Span, Stretch
from kairos.core.conditions.paths import Path, find_path, related_type
from kairos.core.conditions.tree import All, Condition, Leaf, Not, Some, leaves
from kairos.core.fields import format as shown
from kairos.core.records.record_type import RecordType

MOST_NAMED = 5
Titles = dict[type[Any], dict[int, str]]


def sentence(condition: Condition, record_type: RecordType, *, user: Any) -> str:
    """“Stage is New or Qualified, and Expected closing is within this month”.

    Related records are named as far as this person may see them, with one query per related type; others are “#7”.
    """
    return describe(condition, record_type, related_titles(condition, record_type, user))


def related_titles(
    condition: Condition, record_type: RecordType, user: Any, *, most: int = MOST_NAMED
) -> Titles:
    """The titles of the records a condition names, of each list the first `most`, by model."""
    wanted: dict[RecordType, set[int]] = defaultdict(set)
    for leaf in leaves(condition):
        related = related_type(find_path(leaf.field, record_type, at=leaf.field).field)
        values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        if related is not None:
            wanted[related] |= {value for value in values[:most] if isinstance(value, int)}
    return {
        related.model: {
            pk: related.title(record) for pk, record in related.visible_to(user).in_bulk(list(ids)).items()
        }
        for related, ids in wanted.items()
        if ids
    }


def describe(condition: Condition, record_type: RecordType, titles: Titles) -> str:
    match condition:
        case All(parts) | Some(parts):
            if not parts:
                return str(wording.EVERYTHING)
            pattern = wording.BOTH if isinstance(condition, All) else wording.EITHER
            return _chained([_inside(part, record_type, titles) for part in parts], str(pattern))
        case Not(part):
            return str(wording.NEITHER) % {"condition": describe(part, record_type, titles)}
        case Leaf():
            return _leaf(condition, record_type, titles)
    raise TypeError(condition)


def _inside(part: Condition, record_type: RecordType, titles: Titles) -> str:
    text = describe(part, record_type, titles)
    return str(wording.GROUP) % {"condition": text} if isinstance(part, All | Some) and part.parts else text


def _chained(texts: list[str], pattern: str) -> str:
    text = texts[-1]
    for first in reversed(texts[:-1]):
        text = pattern % {"first": first, "rest": text}
    return text


def _leaf(leaf: Leaf, record_type: RecordType, titles: Titles) -> str:
    path = find_path(leaf.field, record_type, at=leaf.field)
    if isinstance(leaf.value, Span):
        ends = {"start": wording.day_words(leaf.value.start), "end": wording.day_words(leaf.value.end)}
        return str(wording.SPAN) % {"field": path.label, **ends}
    return str(_pattern(path, leaf)) % {"field": path.label, "value": _value(leaf.value, path, titles)}


def _pattern(path: Path, leaf: Leaf) -> Any:
    if path.field.kind == "boolean":
        return wording.YES_OR_NO
    if _holds_several(path.field) and leaf.op in wording.MANY:
        return wording.MANY[leaf.op]
    return wording.OPERATORS[leaf.op]


def _holds_several(field: Any) -> bool:
    return field.kind == "choices" or bool(getattr(field.model_field, "many_to_many", False))


def _value(value: Any, path: Path, titles: Titles) -> str:
    if isinstance(value, tuple):
        return _listed([_value(item, path, titles) for item in value[:MOST_NAMED]], len(value) - MOST_NAMED)
    if isinstance(value, Day):
        return wording.day_words(value)
    if isinstance(value, Period | Stretch):
        return wording.range_words(value)
    if related_type(path.field) is not None:
        known = titles.get(path.field.related_model, {})  # type: ignore[attr-defined]
        return str(wording.WORDS[value]) if isinstance(value, str) else known.get(value, f"#{value}")
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value()
        return shown.number(value.quantize(Decimal(1)) if whole else value)
    return path.field.format(value)


def _listed(texts: list[str], more: int) -> str:
    """“A, B or C” by the rules of the language."""
    if more > 0:
        texts.append(ngettext("%(count)s more", "%(count)s more", more) % {"count": more})
    return format_list(texts, style="or", locale=shown.locale())
