"""Whatever comes from outside is a condition or a `BadCondition` with the path of its fault."""

from decimal import Decimal
from typing import Any

import pytest

from kairos.core.conditions import (
    EVERYTHING,
    All,
    BadCondition,
    Leaf,
    combine,
    from_query,
    mentions,
    parse,
    to_json,
)
from kairos.core.records import RecordType

DEEP: Any = ["title", "is", "x"]
for _ in range(2000):
    DEEP = {"not": DEEP}


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (["nothing", "is", 1], "field"),
        (["password", "is", "x"], "field"),
        (["salesperson.password", "is", "x"], "field"),
        (["salesperson.last_login", "is", "today"], "field"),
        (["title.name", "is", "x"], "field"),
        (["stage__name", "is", "x"], "field"),
        (["organisation.parent.parent.parent.name", "is", "x"], "field"),
        ([["title"], "is", "x"], "field"),
        (["title", "regex", "x"], "op"),
        (["title", ["is"], "x"], "op"),
        (["tags", "is", 1], "op"),
        (["title", "is", ""], "value"),
        (["title", "is", "x\x00"], "value"),
        (["title", "is", "\ud800"], "value"),
        (["title", "is", "x" * 201], "value"),
        (["title", "is", 5], "value"),
        (["title", "is_empty", "x"], "value"),
        (["priority", "is", 4], "value"),
        (["priority", "is", True], "value"),
        (["priority", "is", float("nan")], "value"),
        (["priority", "is", 10**5000], "value"),
        (["priority", "is", "²"], "value"),
        (["probability", ">", 101], "value"),
        (["expected_revenue", ">", float("inf")], "value"),
        (["expected_revenue", ">", "NaN"], "value"),
        (["expected_revenue", ">", 10**5000], "value"),
        (["expected_revenue", ">", "1e30"], "value"),
        (["expected_revenue", ">", "0.0001"], "value"),
        (["weighted_revenue", ">", "9999999999999"], "value"),
        (["stage", "is", 0], "value"),
        (["stage", "is", 2**63], "value"),
        (["stage", "is", "me"], "value"),
        (["stage", "is", [1]], "value"),
        (["stage", "in", 1], "value"),
        (["stage", "in", []], "value"),
        (["stage", "in", [1, "x"]], "value.1"),
        (["stage", "in", [1] * 501], "value"),
        (["status", "is", "closed"], "value"),
        (["is_probability_manual", "is", "maybe"], "value"),
        (["is_probability_manual", "is", []], "value"),
        (["expected_closing", "on", "2026-02-30"], "value"),
        (["expected_closing", "on", "0001-01-01"], "value"),
        (["expected_closing", "on", "20260101"], "value"),
        (["expected_closing", "on", {"in": {"days": 10**9}}], "value"),
        (["expected_closing", "on", {"in": {"days": 1.5}}], "value"),
        (["expected_closing", "on", {"in": {"days": True}}], "value"),
        (["expected_closing", "within", "today"], "value"),
        (["expected_closing", "within", {"this": {"days": 1}}], "value"),
        (["expected_closing", "within", {"from": "2026-02-01", "to": "2026-01-01"}], "value"),
        ({"all": [["title", "is", "x"], ["priority", "is", "x"]]}, "all.1.value"),
        ({"all": [{"any": [{"not": ["title", "is", None]}]}]}, "all.0.any.0.not.value"),
        ({"any": []}, "any"),
        ({"none": []}, ""),
        ({"all": [], "any": []}, ""),
        ({"all": {}}, "all"),
        ({"not": None}, "not"),
        ({"all": [["title", "is", "x"]] * 61}, "all"),
        (["title"], ""),
        (["title", "is", "x", "y"], ""),
        ("title is x", ""),
        (5, ""),
    ],
)
def test_a_fault_is_refused_with_its_path(deals: RecordType, data: Any, path: str) -> None:
    with pytest.raises(BadCondition) as refused:
        parse(data, deals)
    assert refused.value.path == path
    assert str(refused.value.message)


def test_depth_is_limited(deals: RecordType) -> None:
    with pytest.raises(BadCondition, match="nested too deeply"):
        parse(DEEP, deals)
    with pytest.raises(BadCondition, match="nested too deeply"):
        from_query("not(" * 900 + "title:is:x", deals)
    with pytest.raises(BadCondition):
        from_query("expected_closing:within:" + ".." * 3900, deals)
    with pytest.raises(BadCondition):
        from_query("x" * 9000, deals)


def test_values_become_canonical(deals: RecordType) -> None:
    assert parse(["title", "contains", "  x "], deals) == Leaf("title", "contains", "x")
    assert parse(["expected_revenue", ">", "1,500.50"], deals) == Leaf(
        "expected_revenue", ">", Decimal("1500.5")
    )
    assert to_json(parse(["expected_revenue", ">", "1500.50"], deals)) == ["expected_revenue", ">", "1500.5"]
    assert to_json(parse(["expected_revenue", ">", "1500"], deals)) == ["expected_revenue", ">", 1500]
    assert parse({"all": [{"any": [["stage", "in", ["3", 3, 4]]]}]}, deals) == Leaf("stage", "in", (3, 4))


def test_conditions_combine(deals: RecordType) -> None:
    one, other = parse(["title", "is", "x"], deals), parse(["organisation.country", "is", "TW"], deals)
    assert combine(all_of=[EVERYTHING, one]) == one
    assert combine(all_of=[]) == EVERYTHING
    assert combine(all_of=[one, All((other, one))]) == All((one, other, one))
    assert mentions(combine(all_of=[one, other])) == {"title", "organisation"}
