"""The builder on screen: what the form sends comes back as sentence, count and inputs, and goes to the list."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils.datastructures import MultiValueDict
from hypothesis import assume, given
from hypothesis import strategies as st

from kairos.core.conditions import EVERYTHING, Context, compile, parse
from kairos.core.conditions.draft import as_lists, draft_of, read_draft, to_condition
from kairos.core.conditions.tests.conftest import NOW
from kairos.core.conditions.tests.test_properties import LAWS, conditions

ADDRESS = "/opportunities/condition-builder"


@pytest.fixture
def page(small: SimpleNamespace, as_: Callable[[Any], Client]) -> Callable[..., str]:
    client = as_(small.mia)

    def ask(data: Any = None, **query: str) -> str:
        answer = client.get(ADDRESS, query) if data is None else client.post(ADDRESS, data)
        assert answer.status_code == 200
        return answer.content.decode()

    return ask


def told(html: str) -> str:
    """The live sentence and count, without markup."""
    inside = re.search(r'id="condition-sentence"[^>]*>(.*?)</p>', html, re.DOTALL)
    assert inside
    return " ".join(re.sub(r"<[^>]+>", "", inside[1]).split())


def test_it_opens_with_one_empty_row(page: Callable[..., str]) -> None:
    html = page()
    assert told(html) == "Everything 4 records match"
    assert 'name="c.0.field"' in html
    assert 'name="c.0.op"' not in html
    assert "Organisation › Country" in html


def test_it_opens_with_the_condition_of_the_address(page: Callable[..., str], small: SimpleNamespace) -> None:
    where = f"stage:is:{small.new.pk}~any(salesperson:is:me~expected_closing:within:last.30.days)"
    html = page(where=where, view="board")
    assert told(html).startswith(
        "Stage is New, and (Salesperson is me, or Expected closing is within the last 30 days)"
    )
    assert 'name="c.1.group"' in html
    assert 'name="keep" value="view=board"' in html
    assert f'name="c.0.value" value="{small.new.pk}"' in html
    assert re.search(r'name="c\.1\.1\.count" value="30"', html)


def test_each_change_comes_back_with_sentence_and_count(page: Callable[..., str]) -> None:
    html = page({"c.0.field": "title", "c.0.op": "contains", "c.0.value": "under"})
    assert told(html) == "Title contains “under” 1 record matches"
    html = page({"c.0.field": "expected_closing", "c.0.op": "contains", "c.0.value": "under"})
    assert told(html) == "Everything 4 records match"
    assert 'name="c.0.when"' in html


def test_rows_and_groups_come_and_go_and_keep_their_names(page: Callable[..., str]) -> None:
    row = {"c.0.field": "priority", "c.0.op": ">=", "c.0.value": "2"}
    html = page({**row, "do": "add:c"})
    assert re.search(r'name="c\.1\.field"[^>]*autofocus', html)
    html = page({**row, "do": "group:c"})
    assert 'name="c.1.group"' in html
    assert 'name="c.1.0.field"' in html
    html = page({**row, "c.2.field": "title", "do": "remove:c.0"})
    assert 'name="c.0.field"' not in html
    assert 'name="c.2.field"' in html


def test_a_wrong_value_is_said_beside_it_and_not_applied(page: Callable[..., str]) -> None:
    html = page({"c.0.field": "probability", "c.0.op": ">", "c.0.value": "200", "do": "apply"})
    assert "A number from 0 to 100 is needed." in html
    html = page({"c.0.field": "title", "c.0.op": "is", "c.0.value": "", "do": "apply"})
    assert "A value is missing." in html
    assert "A value is missing." not in page({"c.0.field": "title", "c.0.op": "is", "c.0.value": ""})


def test_an_unreadable_address_is_said(page: Callable[..., str]) -> None:
    assert "There is no field “nothing”." in page(where="nothing:is:1")


def test_apply_opens_the_list_with_the_condition(
    small: SimpleNamespace, as_: Callable[[Any], Client]
) -> None:
    sent = {
        "keep": "view=list&sort=-priority",
        "c.0.field": "status",
        "c.0.op": "in",
        "c.0.value": ["open", "won"],
        "c.1.group": "not",
        "c.1.0.field": "salesperson",
        "c.1.0.op": "in",
        "c.1.0.value": ["", "me"],
        "c.2.field": "",
        "do": "apply",
    }
    answer = as_(small.mia).post(ADDRESS, sent, headers={"HX-Request": "true"})
    where = "status:in:open,won~not(salesperson:in:me)"
    assert answer.headers["HX-Redirect"] == f"{small.deals.url}?view=list&sort=-priority&where={where}"
    plain = as_(small.mia).post(ADDRESS, {"do": "apply"})
    assert (plain.status_code, plain.headers["Location"]) == (302, small.deals.url)


@pytest.mark.parametrize(
    "data",
    [
        {"c.0.field": "title\x00", "c.0.op": "is", "c.0.value": "\x00"},
        {"c.9999.field": "stage", "c.9999.op": "in", "c.9999.value": ["x", "9" * 40]},
        {"c.0.group": "any", "c.0.0.group": "x", "c.0.0.0.field": "no.thing", "do": "group:c.0.0"},
        {
            "c.0.field": "expected_closing",
            "c.0.op": "within",
            "c.0.when": "last",
            "c.0.count": "99999999",
            "c.0.unit": "x",
        },
        {
            "c.0.field": "expected_closing",
            "c.0.op": "within",
            "c.0.when": "between",
            "c.0.start": "..",
            "c.0.end": "x",
        },
        {"do": "remove:c"},
        {"do": "add:" + "c" * 100},
    ],
)
def test_hostile_forms_come_back_as_forms(page: Callable[..., str], data: Any) -> None:
    assert told(page(data))


def test_strangers_and_unknown_types_find_nothing(small: SimpleNamespace, client: Client) -> None:
    assert client.get(ADDRESS).status_code == 302
    client.force_login(small.mia)
    assert client.get("/nothing/condition-builder").status_code == 404


@LAWS
@given(data=st.data())
def test_every_condition_comes_back_from_its_form(small: SimpleNamespace, data: Any) -> None:
    condition = as_lists(parse(data.draw(conditions(small.deals)), small.deals), small.deals)
    assume(EVERYTHING not in _groups(condition))  # an empty group is one that is not filled in yet
    draft = draft_of(condition)
    sent = {f"{one.name}.group": [one.kind] for one in draft.everything() if hasattr(one, "kind")}
    for one in draft.everything():
        sent |= {f"{one.name}.{part}": texts for part, texts in getattr(one, "values", {}).items()}
    back = to_condition(read_draft(MultiValueDict(sent)), small.deals, is_final=True)
    assert _meaning(back, small) == _meaning(condition, small)


def _groups(condition: Any) -> list[Any]:
    inner = [*getattr(condition, "parts", ()), *([condition.part] if hasattr(condition, "part") else [])]
    return [one for part in inner for one in [part, *_groups(part)]]


def _meaning(condition: Any, small: SimpleNamespace) -> list[int]:
    context = Context(user=small.mia, now=NOW, record_type=small.deals)
    rows = small.deals.model.objects.filter(compile(condition, context))
    return sorted(rows.values_list("pk", flat=True))
