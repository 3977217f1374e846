"""Laws that hold for every condition, whichever fields and operators it is made of."""

import json
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from kairos.core.conditions import (
    BadCondition,
    Context,
    compile,
    from_query,
    parse,
    sentence,
    to_json,
    to_query,
)
from kairos.core.conditions.days import DIRECTIONS, NAMED, PERIODS, UNITS
from kairos.core.conditions.paths import related_type
from kairos.core.conditions.tests.conftest import NOW
from kairos.core.conditions.values import CHOICES, LISTS, NUMBERS, words_for
from kairos.core.fields import Field
from kairos.core.fields.base import EMPTINESS
from kairos.core.records import RecordType
from kairos.core.records.record_type import RELATION_KINDS

LAWS = settings(
    max_examples=60,
)
TEXTS = st.text("aéÉ王0 ~,:.!()%_\"'\\", min_size=1, max_size=8).filter(str.strip)
COUNTS = st.dictionaries(st.sampled_from(UNITS), st.integers(0, 100), min_size=1, max_size=1)
DAYS = st.one_of(
    st.sampled_from(sorted(NAMED)),
    st.dates(NOW.date().replace(year=2025), NOW.date().replace(year=2027)).map(str),
    st.dictionaries(st.sampled_from(["in", "ago"]), COUNTS, min_size=1, max_size=1),
)
RANGES = st.one_of(
    st.dictionaries(st.sampled_from(DIRECTIONS), st.sampled_from(PERIODS), min_size=1, max_size=1),
    st.dictionaries(st.sampled_from(["last", "next"]), COUNTS, min_size=1, max_size=1),
    st.fixed_dictionaries(
        {"from": st.just("2026-01-01"), "to": st.sampled_from(["2026-11-18", "today", {"in": {"days": 3}}])}
    ),
)


def values(field: Any, op: str) -> st.SearchStrategy[Any]:
    if op in EMPTINESS:
        return st.none()
    if op in LISTS:
        return st.lists(values(field, "is"), min_size=1, max_size=3)
    if field.kind in ("date", "datetime"):
        return RANGES if op == "within" else DAYS
    if field.kind in RELATION_KINDS:
        return st.one_of(st.integers(1, 6), *[st.just(word) for word in words_for(field)])
    if field.kind in NUMBERS:
        return st.integers(getattr(field, "smallest", 0), min(field.largest, 100))
    if field.kind in CHOICES:
        return st.sampled_from([value for value, _label in field.choices()][:20])
    if field.kind in ("money", "decimal"):
        return st.decimals(-5000, 5000, places=3).map(str)
    return st.booleans() if field.kind == "boolean" else TEXTS


def paths(record_type: RecordType) -> list[tuple[str, Field]]:
    found = list(record_type.fields.items())
    for name, field in record_type.fields.items():
        related = related_type(field)
        found += [(f"{name}.{inner}", one) for inner, one in related.fields.items()] if related else []
    # A column that is only shown has no operators, and no condition asks for it.
    return [(path, field) for path, field in found if field.operators]


@st.composite
def leaf_of(draw: Any, record_type: RecordType) -> Any:
    path, field = draw(st.sampled_from(paths(record_type)))
    op = draw(st.sampled_from(field.operators))
    return [path, op, draw(values(field, op))]


def conditions(record_type: RecordType) -> st.SearchStrategy[Any]:
    def groups(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.one_of(
            st.lists(parts, max_size=3).map(lambda inner: {"all": inner}),
            st.lists(parts, min_size=1, max_size=3).map(lambda inner: {"any": inner}),
            parts.map(lambda inner: {"not": inner}),
        )

    leaf = leaf_of(record_type)
    return st.one_of(leaf, groups(leaf), groups(st.one_of(leaf, groups(leaf))))


@LAWS
@given(data=st.data())
def test_every_condition_is_right_or_its_opposite_is(small: SimpleNamespace, data: Any) -> None:
    condition = parse(data.draw(conditions(small.deals)), small.deals)
    context = Context(user=small.mia, now=NOW, record_type=small.deals)
    opposite = parse({"not": to_json(condition)}, small.deals)
    rows = small.deals.model.objects
    found = [*rows.filter(compile(condition, context)).values_list("pk", flat=True)]
    others = [*rows.filter(compile(opposite, context)).values_list("pk", flat=True)]
    assert sorted(found + others) == sorted(rows.values_list("pk", flat=True))


@LAWS
@given(data=st.data())
def test_every_condition_survives_json_and_the_address(small: SimpleNamespace, data: Any) -> None:
    deals = small.deals
    condition = parse(data.draw(conditions(deals)), deals)
    assert parse(json.loads(json.dumps(to_json(condition))), deals) == condition
    assert from_query(to_query(condition), deals) == condition


@LAWS
@given(data=st.data())
def test_every_condition_has_a_sentence(small: SimpleNamespace, data: Any) -> None:
    condition = parse(data.draw(conditions(small.deals)), small.deals)
    for language in ("en", "zh-hant"):
        with translation.override(language):
            assert sentence(condition, small.deals, user=small.mia).strip()


HOSTILE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["title", "tags", "status", "is", "in", "all", "organisation.name", "within", "today"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["all", "any", "not", "in", "from"]), inner, max_size=2)
    ),
)


@LAWS
@given(data=HOSTILE)
def test_no_json_is_worse_than_a_bad_condition(deals: RecordType, data: Any) -> None:
    with suppress(BadCondition):
        parse(data, deals)


@LAWS
@given(text=st.text(st.one_of(st.sampled_from("~:(),!.any"), st.characters()), max_size=40))
def test_no_address_is_worse_than_a_bad_condition(deals: RecordType, text: str) -> None:
    for query in (text, f"title:is:{text}", f"expected_closing:within:{text}", f"any(stage:in:{text})"):
        with suppress(BadCondition):
            condition = from_query(query, deals)
            assert from_query(to_query(condition), deals) == condition
