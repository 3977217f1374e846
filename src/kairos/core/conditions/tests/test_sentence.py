"""Sentences and chips, in words of the reader's language."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from kairos.core.conditions import chips, parse, sentence

CONDITION: Any = {
    "all": [
        ["status", "in", ["open", "won"]],
        ["expected_closing", "before", {"in": {"days": 7}}],
        {"any": [["salesperson", "is", "my_team"], {"not": ["priority", ">=", 2]}]},
    ]
}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (None, "Everything"),
        (["title", "contains", "50% off"], "Title contains “50% off”"),
        (["expected_revenue", ">", 10000], "Expected revenue is more than 10,000"),
        (["probability", "<=", 50], "Probability is at most 50%"),
        (["organisation.country", "is", "TW"], "Organisation › Country is Taiwan"),
        (["is_probability_manual", "is", True], "Probability set by hand: Yes"),
        (["expected_closing", "on", "2026-11-18"], "Expected closing is Nov 18, 2026"),
        (["expected_closing", "within", {"last": {"days": 1}}], "Expected closing is within the last 1 day"),
        (
            ["expected_closing", "within", {"from": "2026-01-01", "to": "today"}],
            "Expected closing is from Jan 1, 2026 to today",
        ),
        (["source", "is_empty"], "Source is empty"),
        (
            ["stage", "in", [9001, 9002, 9003, 9004, 9005, 9006]],
            "Stage is #9001, #9002, #9003, #9004, #9005, or 1 more",
        ),
        (
            CONDITION,
            "Status is Open or Won, and Expected closing is before 7 days from today, and "
            "(Salesperson is my team, or not (Priority is at least 2))",
        ),
    ],
)
def test_a_condition_reads_as_a_sentence(small: SimpleNamespace, data: Any, expected: str) -> None:
    assert sentence(parse(data, small.deals), small.deals, user=small.mia) == expected


def test_lists_follow_the_language(small: SimpleNamespace) -> None:
    with translation.override("zh-hant"):
        text = sentence(
            parse(["organisation.country", "in", ["TW", "JP", "FR"]], small.deals),
            small.deals,
            user=small.mia,
        )
    assert "台灣、日本或法國" in text


def test_titles_take_one_query_per_type(small: SimpleNamespace, django_assert_num_queries: Any) -> None:
    condition = parse(
        {
            "all": [
                ["stage", "is", small.new.pk],
                ["stage", "not_in", [small.done.pk]],
                ["tags", "in", [small.hot.pk, small.cold.pk]],
            ]
        },
        small.deals,
    )
    with django_assert_num_queries(2):
        shown = chips(condition, small.deals, user=small.mia)
    assert [chip.label for chip in shown] == [
        "Stage is New",
        "Stage is not Done",
        "Tags includes hot or cold",
    ]
    assert shown[1].query_without_this == f"stage:is:{small.new.pk}~tags:in:{small.hot.pk},{small.cold.pk}"
    assert [chip.index for chip in shown] == [0, 1, 2]


def test_a_single_condition_is_one_chip(small: SimpleNamespace) -> None:
    assert chips(parse(None, small.deals), small.deals, user=small.mia) == []
    (chip,) = chips(parse({"any": CONDITION["all"][:2]}, small.deals), small.deals, user=small.mia)
    assert (chip.query_without_this, chip.index) == ("", 0)


def test_what_the_person_may_not_see_stays_a_number(small: SimpleNamespace) -> None:
    from django.contrib.auth.models import AnonymousUser

    text = sentence(parse(["stage", "is", small.new.pk], small.deals), small.deals, user=AnonymousUser())
    assert text == f"Stage is #{small.new.pk}"
