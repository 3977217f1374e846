"""Figures of the named world, exact, for each who may see them."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from kairos.core.actions.custom_fields import create_custom_field
from kairos.core.actions.records import update_record
from kairos.core.records import type_called
from kairos.crm.actions.opportunities import lose_opportunity, win_opportunity
from kairos.insight.pivot import Pivot, answer
from kairos.insight.question import read_question

pytestmark = pytest.mark.django_db


def ask(user: Any, **params: str) -> Pivot:
    return answer(read_question(type_called("opportunities"), params, user=user))


def table(pivot: Pivot) -> dict[str, list[str]]:
    return {row.label: [cell.figure.text for cell in row.cells] for row in [*pivot.rows, pivot.total]}


def test_a_leader_counts_their_team_and_an_administrator_everything(world: Any) -> None:
    assert table(ask(world.lena, measures="count", rows="salesperson")) == {
        "Sam Seller": ["1"], "Tia Team": ["1"], "Total": ["2"],
    }  # fmt: skip
    assert table(ask(world.ada, measures="count"))["Total"] == ["3"]
    assert table(ask(world.stranger, measures="count", rows="stage"))["Total"] == ["–"]


def test_currencies_without_a_rate_are_never_added_up(world: Any) -> None:
    found = ask(world.ada, measures="expected", rows="team")
    assert table(found) == {"North": ["$3,500"], "South": ["NT$90,000"], "Total": ["$3,500 +1"]}
    assert found.total.cells[0].figure.full == "$3,500 · NT$90,000"


def test_a_ratio_of_the_total_comes_from_sums(world: Any) -> None:
    win_opportunity(world.sams_deal, by=world.sam)
    lose_opportunity(world.tias_deal, lost_reason=world.too_dear, by=world.tia)
    found = table(ask(world.lena, measures="win_rate,won,average", rows="salesperson"))
    assert found == {
        "Sam Seller": ["100%", "$1,000", "$1,000"],
        "Tia Team": ["0%", "$0", "–"],
        "Total": ["50%", "$1,000", "$1,000"],
    }


def test_rows_within_rows_and_columns_add_up_to_their_totals(world: Any) -> None:
    found = ask(world.lena, measures="count,expected", rows="team,salesperson", column="stage")
    assert found.heads == ["New", "Total"]
    (north,) = found.rows
    assert [c.figure.text for c in north.cells] == ["2", "$3,500", "2", "$3,500"]
    assert [(row.label, row.cells[1].figure.text) for row in north.within] == [
        ("Sam Seller", "$1,000"), ("Tia Team", "$2,500"),
    ]  # fmt: skip


def test_a_path_through_a_relation_and_a_month_split_up(world: Any) -> None:
    month = timezone.localdate().replace(day=1)
    found = ask(world.lena, measures="count", rows="organisation.industry", column="created_at:month")
    assert [column.isoformat() for column in [month]] == [month.isoformat()]
    assert table(found) == {"Tools": ["2", "2"], "Total": ["2", "2"]}


def test_a_figure_leads_to_exactly_its_records(world: Any, client: Any) -> None:
    client.force_login(world.lena)
    found = ask(world.lena, measures="expected", rows="salesperson", column="created_at:month")
    page = client.get(found.rows[0].cells[0].url).content.decode()
    assert "Anvils" in page
    assert "Rockets" not in page


def test_yesterday_knows_nothing_of_what_came_today(world: Any) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    assert table(ask(world.ada, measures="count", as_of=yesterday.isoformat()))["Total"] == ["–"]
    found = ask(world.lena, measures="count", compare=yesterday.isoformat())
    cell = found.total.cells[0]
    assert (cell.figure.text, cell.then.text, cell.change.text) == ("2", "–", "+2")  # type: ignore[union-attr]


def test_what_changed_since_is_read_back_from_the_history(world: Any) -> None:
    from kairos.core.history import change_set
    from kairos.crm.models import Opportunity

    long_ago = timezone.now() - dt.timedelta(days=10)
    Opportunity.objects.filter(pk=world.sams_deal.pk).update(created_at=long_ago)
    Opportunity.objects.filter(pk=world.tias_deal.pk).update(created_at=long_ago)
    with change_set(by=world.sam, summary="Grew") as changes:
        changes.update(world.sams_deal, expected_revenue=Decimal(5000), stage=world.talking)
    day = (timezone.localdate() - dt.timedelta(days=3)).isoformat()
    assert table(ask(world.lena, measures="expected", rows="stage", as_of=day)) == {
        "New": ["$3,500"], "Total": ["$3,500"],
    }  # fmt: skip
    now = table(ask(world.lena, measures="expected", rows="stage"))
    assert now == {"New": ["$2,500"], "Talking": ["$5,000"], "Total": ["$7,500"]}


def test_nonsense_in_an_address_is_left_out_and_told(world: Any) -> None:
    found = ask(
        world.lena, measures="magic,count", rows="nothing,stage", column="closed_at:fortnight", compare="soon"
    )
    assert [m["name"] for m in found.measures] == ["count"]
    assert [one.name for one in found.question.dimensions] == ["stage", "closed_at:month"]
    assert len(found.notices) == 3


@pytest.mark.parametrize("column", ["", "stage", "closed_at:quarter"])
def test_one_query_asks_for_all_figures(world: Any, django_assert_num_queries: Any, column: str) -> None:
    question = read_question(
        type_called("opportunities"),
        {"measures": "count,won,win_rate,days_to_close", "rows": "status", "column": column},
        user=world.ada,
    )
    # The figures, the house's currency, the rates of the day, and the stages' names.
    with django_assert_num_queries(3 + (column == "stage")):
        answer(question)


def test_custom_fields_split_figures_up_and_are_summed(world: Any) -> None:
    for label, kind in (("Size", "choice"), ("Budget", "money"), ("Seats", "number"), ("Goes live", "date")):
        given: dict[str, Any] = {"label": label, "kind": kind, "record_types": ["opportunity"]}
        if kind == "choice":
            given["choices"] = [{"value": "small", "label": "Small", "colour": 0}]
        create_custom_field(values=given, by=world.ada)
    fields = type_called("opportunities").fields
    names = {str(field.label): name for name, field in fields.items() if name.startswith("custom__")}
    values = ("small", Decimal(700), Decimal("2.5"), dt.date(2026, 2, 3))
    update_record(
        world.sams_deal,
        values=dict(zip((names[n] for n in ("Size", "Budget", "Seats", "Goes live")), values, strict=True)),
        by=world.sam,
    )
    measures = f"count,{names['Budget']},{names['Seats']}"
    found = ask(world.lena, measures=measures, rows=names["Size"])
    assert table(found) == {
        "Small": ["1", "$700", "2.5"], "Without Size": ["1", "$0", "0"], "Total": ["2", "$700", "2.5"],
    }  # fmt: skip
    assert found.notices == []
    assert f"{names['Size']}:is:small" in found.rows[0].cells[0].url
    dated = ask(world.lena, measures="count", rows=f"{names['Goes live']}:quarter")
    assert table(dated) == {"Q1 2026": ["1"], "Without Goes live": ["1"], "Total": ["2"]}
    day = (timezone.localdate() - dt.timedelta(days=1)).isoformat()
    assert table(ask(world.lena, measures=measures, rows=names["Size"], as_of=day)) == {"Total": ["–"] * 3}
