"""The address form is readable where the condition is simple, and complete where it is not."""

from typing import Any

import pytest

from kairos.core.conditions import EVERYTHING, BadCondition, from_query, parse, to_query
from kairos.core.records import RecordType


@pytest.mark.parametrize(
    ("data", "query"),
    [
        (None, ""),
        (["stage", "in", [3, 4]], "stage:in:3,4"),
        (["salesperson", "is", "me"], "salesperson:is:me"),
        (["source", "is_empty"], "source:is_empty"),
        (["expected_revenue", ">=", "10000.5"], "expected_revenue:gte:10000.5"),
        (["is_probability_manual", "is", True], "is_probability_manual:is:true"),
        (["organisation.country", "is", "TW"], "organisation.country:is:TW"),
        (["title", "contains", "a~b (c), d: 50% !"], "title:contains:a!~b (c!), d: 50% !!"),
        (["expected_closing", "before", {"in": {"days": 7}}], "expected_closing:before:in.7.days"),
        (["expected_closing", "on", "2026-11-18"], "expected_closing:on:2026-11-18"),
        (["expected_closing", "within", {"this": "month"}], "expected_closing:within:this.month"),
        (["expected_closing", "within", {"last": {"days": 30}}], "expected_closing:within:last.30.days"),
        (
            ["closed_at", "within", {"from": "2026-01-01", "to": {"ago": {"weeks": 2}}}],
            "closed_at:within:2026-01-01..ago.2.weeks",
        ),
        (
            {
                "all": [
                    ["team", "is", 3],
                    {"any": [["salesperson", "is", "me"], {"not": ["priority", ">=", 2]}]},
                ]
            },
            "team:is:3~any(salesperson:is:me~not(priority:gte:2))",
        ),
        ({"not": {"all": []}}, "not(all())"),
    ],
)
def test_an_address_says_it_readably_and_back(deals: RecordType, data: Any, query: str) -> None:
    condition = parse(data, deals)
    assert to_query(condition) == query
    assert from_query(query, deals) == condition


@pytest.mark.parametrize(
    "text",
    ["title", "title:", ":", "~", "any()", "any(title:is:x", "title:is:x)", "not(title:is:x~title:is:y)", "title:is:x~",
     "stage:in:", "stage:in:1,,2", "stage:in", "all(", "!", "expected_closing:on:in.9.9.days", "title:is:\x00"],
)  # fmt: skip
def test_other_addresses_are_refused(deals: RecordType, text: str) -> None:
    with pytest.raises(BadCondition):
        from_query(text, deals)


def test_no_condition_is_everything(deals: RecordType) -> None:
    assert from_query("", deals) is EVERYTHING
