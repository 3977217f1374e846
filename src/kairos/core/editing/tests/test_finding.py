"""The search box where very many records match: a bounded look, and still what matters."""

import pytest

from kairos.core.editing import finding
from kairos.core.models import SearchEntry
from kairos.core.records import all_types
from kairos.core.search import some_matches
from kairos.crm.actions.opportunities import create_opportunity
from tests.world import World


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "FEW", 4)


def titles(user: object, query: str) -> list[str]:
    return [item.label for group in finding.find_records(user, query, most=3) for item in group.items]


@pytest.fixture
def _many(world: World) -> None:
    create_opportunity(values={"title": "Pump", "salesperson": world.otto, "team": world.south}, by=world.ada)
    create_opportunity(values={"title": "Sam's old pump", "salesperson": world.sam}, by=world.ada)
    for n in range(9):
        values = {"title": f"Large pump {n}", "salesperson": world.otto, "team": world.south}
        create_opportunity(values=values, by=world.ada)


@pytest.mark.usefixtures("_few", "_many")
def test_of_many_matches_those_that_begin_with_the_query_come_first(world: World) -> None:
    assert titles(world.ada, "pump")[0] == "Pump"
    assert len(titles(world.ada, "pump")) == 3


@pytest.mark.usefixtures("_few", "_many")
def test_who_sees_few_of_many_matches_finds_them_all_the_same(world: World) -> None:
    assert titles(world.sam, "pump") == ["Sam's old pump"]
    assert titles(world.stranger, "pump") == []


@pytest.mark.usefixtures("_few", "_many")
def test_a_kind_with_one_match_is_not_lost_among_another_with_many(world: World) -> None:
    create_opportunity(values={"title": "Acme pump"}, by=world.ada)
    for n in range(6):
        create_opportunity(values={"title": f"Acme {n}"}, by=world.ada)
    assert "Acme" in titles(world.ada, "acme")
    kinds = [one.name for one in all_types()]
    assert {kind: matches.is_cut for kind, matches in some_matches("acme", kinds, most=100).items()} == {
        "opportunity": False,
        "contact": False,
    }


@pytest.mark.parametrize("query", ['"', "%", "pu", "^pump", 'pump" OR "x', "pump AND", "*", "晨光"])
@pytest.mark.usefixtures("_few", "_many")
def test_signs_of_the_index_are_only_letters(world: World, query: str) -> None:
    assert len(titles(world.ada, query)) == (3 if query == "pu" else 0)


def test_no_two_kinds_share_numbers() -> None:
    firsts = {SearchEntry.numbers(one.name).start for one in all_types()}
    assert len(firsts) == len(all_types())
    assert max(firsts) < 2**63 > SearchEntry.numbers("x")[-1]
