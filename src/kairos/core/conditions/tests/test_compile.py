"""Every operator on every kind of field, with exact answers, and what an empty value means."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from kairos.core.conditions import Context, compile, parse
from kairos.core.conditions.tests.conftest import NOW, record_type

Matching = Callable[..., str]


@pytest.mark.parametrize(
    ("leaf", "expected"),
    [
        (["title", "contains", "UNDER_SCORE"], "b"),
        (["title", "contains", "_"], "b"),
        (["title", "contains", "0%"], "a"),
        (["title", "contains", "王小"], "c"),
        (["title", "starts_with", "B UND"], "b"),
        (["title", "is", "D"], "d"),
        (["title", "is_not", "d"], "abc"),
        (["description", "contains", "FIRST"], "a"),
        (["description", "is_empty"], "bcd"),
        (["description", "is_not_empty", None], "a"),
        (["expected_revenue", "is", "2500.50"], "b"),
        (["expected_revenue", "is_not", 1000], "bcd"),
        (["expected_revenue", ">", 2500.5], "c"),
        (["expected_revenue", ">=", 2500.5], "bc"),
        (["expected_revenue", "<", 1000], "d"),
        (["expected_revenue", "<=", "1,000"], "ad"),
        (["weighted_revenue", ">=", 1250], "bc"),
        (["probability", ">=", "50"], "bc"),
        (["priority", "is", 3], "c"),
        (["status", "is", "won"], "c"),
        (["status", "is_not", "won"], "abd"),
        (["status", "in", ["won", "lost"]], "c"),
        (["status", "not_in", ["won", "lost"]], "abd"),
        (["currency", "is", "TWD"], "abcd"),
        (["is_probability_manual", "is", True], "b"),
        (["is_probability_manual", "is", "false"], "acd"),
        (["source", "is_empty"], "bcd"),
        (["tags", "is_empty"], "d"),
        (["tags", "is_not_empty"], "abc"),
        (["team", "is_not_empty"], "abc"),
    ],
)
def test_an_operator_matches_exactly_its_deals(matching: Matching, leaf: Any, expected: str) -> None:
    assert matching(leaf) == expected


@pytest.mark.parametrize(
    ("leaf", "expected"),
    [
        (["expected_closing", "on", "today"], "a"),
        (["expected_closing", "on", "2026-10-31"], "c"),
        (["expected_closing", "on", {"in": {"weeks": 1}}], "b"),
        (["expected_closing", "before", "today"], "c"),
        (["expected_closing", "after", "today"], "b"),
        (["expected_closing", "after", {"ago": {"days": 1}}], "ab"),
        (["expected_closing", "within", {"this": "week"}], "a"),
        (["expected_closing", "within", {"next": "week"}], "b"),
        (["expected_closing", "within", {"this": "month"}], "ab"),
        (["expected_closing", "within", {"last": "month"}], "c"),
        (["expected_closing", "within", {"this": "quarter"}], "abc"),
        (["expected_closing", "within", {"this": "year"}], "abc"),
        (["expected_closing", "within", {"next": {"days": 7}}], "ab"),
        (["expected_closing", "within", {"last": {"days": 18}}], "ac"),
        (["expected_closing", "within", {"from": "2026-10-31", "to": {"ago": {"days": 0}}}], "ac"),
        (["expected_closing", "is_empty"], "d"),
        # The day changes at midnight in Taipei, 16:00 UTC.
        (["created_at", "on", "yesterday"], "a"),
        (["created_at", "on", "today"], "b"),
        (["created_at", "before", "today"], "acd"),
        (["created_at", "after", "yesterday"], "b"),
        (["created_at", "within", {"last": "month"}], "c"),
        (["closed_at", "is_empty"], "abd"),
        (["closed_at", "is_not_empty"], "c"),
    ],
)
def test_days_are_the_persons_days(matching: Matching, leaf: Any, expected: str) -> None:
    assert matching(leaf) == expected


def test_people_and_teams_can_be_meant_without_naming_them(
    matching: Matching, small: SimpleNamespace
) -> None:
    assert matching(["salesperson", "is", "me"]) == "a"
    assert matching(["salesperson", "is", "my_team"]) == "ab"
    assert matching(["salesperson", "is_not", "my_team"]) == "cd"
    assert matching(["salesperson", "in", ["me", small.zoe.pk]]) == "ac"
    assert matching(["team", "is", "my_teams"]) == "ab"
    assert matching(["team", "is_not", "my_teams"]) == "cd"
    assert matching(["salesperson.teams", "in", ["my_teams"]]) == "ab"


def test_related_records_match_by_id(matching: Matching, small: SimpleNamespace) -> None:
    assert matching(["stage", "is", small.new.pk]) == "abd"
    assert matching(["stage", "is_not", str(small.new.pk)]) == "c"
    assert matching(["organisation", "in", [small.acme.pk, small.cafe.pk]]) == "ab"
    assert matching(["organisation", "not_in", [small.acme.pk, small.cafe.pk]]) == "cd"


def test_a_deal_with_two_matching_tags_comes_once(matching: Matching, small: SimpleNamespace) -> None:
    assert matching(["tags", "in", [small.hot.pk, small.cold.pk]]) == "abc"
    assert matching(["tags", "not_in", [small.hot.pk]]) == "cd"
    assert matching({"all": [["tags", "in", [small.hot.pk]], ["tags", "in", [small.cold.pk]]]}) == "a"
    assert matching(["tags.name", "contains", "o"]) == "abc"


@pytest.mark.parametrize(
    ("leaf", "expected"),
    [
        (["organisation.country", "is", "TW"], "a"),
        (["organisation.country", "is_not", "TW"], "bcd"),
        (["organisation.country", "is_empty"], "cd"),
        (["organisation.country", "is_not_empty"], "ab"),
        (["organisation.employees", "<", 50], "b"),
        (["organisation.name", "contains", "élan"], "b"),
        (["organisation.name", "is", "CAFÉ ÉLAN"], "b"),
        (["organisation.emails", "contains", "acme.TW"], "a"),
        (["organisation.emails", "is_empty"], "bcd"),
        (["organisation.phones", "contains", "(02) 2345-6789"], "a"),
        (["organisation.phones", "contains", '"'], ""),
        (["salesperson.manager.name", "is", "mia"], "b"),
    ],
)
def test_paths_lead_through_relations(matching: Matching, leaf: Any, expected: str) -> None:
    assert matching(leaf) == expected


def test_lists_of_texts_keep_every_script(matching: Matching, small: SimpleNamespace) -> None:
    contacts = record_type("contacts", "Contact")
    small.bare.emails = ["王@例.tw", 'quo"te@x.tw']
    small.bare.save()
    assert matching(["emails", "contains", "王@例"], of=contacts) == "B"
    assert matching(["emails", "contains", 'quo"'], of=contacts) == "B"
    assert matching(["emails", "contains", "zzz"], of=contacts) == ""


def test_groups_nest(matching: Matching) -> None:
    assert matching({"all": []}) == matching(None) == matching({}) == "abcd"
    assert matching({"not": {"all": []}}) == ""
    assert matching({"any": [["status", "is", "won"], {"all": []}]}) == "abcd"
    assert matching({"any": [["status", "is", "won"], ["priority", "is", 1]]}) == "ac"
    assert matching({"all": [["status", "is", "open"], {"not": ["priority", ">=", 2]}]}) == "ad"
    assert matching({"not": {"any": [["team", "is_empty"], ["status", "is", "won"]]}}) == "ab"


def test_paths_do_not_probe_what_the_person_may_not_see(
    matching: Matching, small: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    contacts = record_type("contacts", "Contact")
    unseen = contacts.model.objects.exclude(pk=small.acme.pk)
    monkeypatch.setattr(type(contacts), "visible_to", lambda self, user: unseen)
    assert matching(["organisation.country", "is", "TW"]) == ""
    assert matching(["organisation.country", "is_empty"]) == "acd"


def test_renamed_fields_are_read_from_annotations(small: SimpleNamespace) -> None:
    from django.db.models import BigIntegerField, Case, Value, When

    then = Case(
        When(title="d", then=Value(None)), default=Value(small.done.pk), output_field=BigIntegerField()
    )
    rows = small.deals.model.objects.annotate(as_of_stage=then)
    context = Context(user=small.mia, now=NOW, record_type=small.deals, names={"stage": "as_of_stage"})

    def found(data: Any) -> str:
        asked = compile(parse(data, small.deals), context)
        return "".join(sorted(title[0] for title in rows.filter(asked).values_list("title", flat=True)))

    assert found(["stage", "is", small.done.pk]) == "abc"
    assert found(["stage", "is_not", small.done.pk]) == "d"
    assert found(["stage.name", "is", "done"]) == "abc"
    assert found(["stage.name", "is_not", "done"]) == "d"
    assert found(["stage", "is_empty"]) == "d"
