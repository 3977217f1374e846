"""Days cut into weeks, months, quarters and years as the reader's clock has them; spans set beside earlier ones."""

import datetime as dt
import random
from typing import Any

import pytest
from django.utils import timezone

from kairos.core.records import type_called
from kairos.crm.models import Opportunity
from kairos.insight import grain as grains
from kairos.insight.pivot import answer
from kairos.insight.question import read_question

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "zone", ["UTC", "Asia/Taipei", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
)
def test_the_database_begins_weeks_and_months_where_the_calendar_does(world: Any, zone: str) -> None:
    dice = random.Random(zone)
    start = dt.datetime(2021, 12, 20, tzinfo=dt.UTC)
    moments = [start + dt.timedelta(minutes=dice.randrange(0, 60 * 24 * 1100, 15)) for _ in range(15)]
    turn = dt.datetime(2024, 3, 10, tzinfo=dt.UTC)
    moments += [turn + dt.timedelta(minutes=15 * n) for n in range(0, 200, 17)]
    with timezone.override(zone):
        for moment in moments:
            Opportunity.objects.filter(pk=world.sams_deal.pk).update(created_at=moment)
            for grain in grains.GRAINS:
                found = Opportunity.objects.filter(pk=world.sams_deal.pk).values_list(
                    grains.StartOf("created_at", grain, zone), flat=True
                )
                expected = grains.begin(timezone.localtime(moment).date(), grain)
                assert found[0] == expected, (moment, grain)


def test_a_month_stands_beside_the_same_month_a_year_before(world: Any) -> None:
    year = timezone.localdate().year
    for deal, day in (
        (world.sams_deal, dt.datetime(year, 2, 3, 12, tzinfo=dt.UTC)),
        (world.tias_deal, dt.datetime(year - 1, 2, 28, 12, tzinfo=dt.UTC)),
    ):
        Opportunity.objects.filter(pk=deal.pk).update(created_at=day)
    params = {
        "measures": "count,expected", "rows": "created_at:month", "compare": "year",
        "where": f"created_at:within:{year}-01-01..{year}-03-31",
    }  # fmt: skip
    found = answer(read_question(type_called("opportunities"), params, user=world.lena))
    (row,) = found.rows
    assert row.key == f"{year}-02-01"
    counted, expected = row.cells
    assert (counted.figure.text, counted.then.text, counted.change.text) == ("1", "1", "0")  # type: ignore[union-attr]
    assert (expected.then.text, expected.change.text, expected.tone) == (  # type: ignore[union-attr]
        "$2,500", "−$1,500", "bad",
    )  # fmt: skip


def test_the_span_before_a_quarter_is_the_quarter_before(world: Any) -> None:
    Opportunity.objects.filter(pk=world.sams_deal.pk).update(
        created_at=dt.datetime(2026, 5, 31, 12, tzinfo=dt.UTC)
    )
    Opportunity.objects.filter(pk=world.tias_deal.pk).update(
        created_at=dt.datetime(2026, 3, 31, 12, tzinfo=dt.UTC)
    )
    params = {"measures": "count", "compare": "before", "where": "created_at:within:2026-04-01..2026-06-30"}
    found = answer(read_question(type_called("opportunities"), params, user=world.lena))
    cell = found.total.cells[0]
    assert (cell.figure.text, cell.then.text) == ("1", "1")  # type: ignore[union-attr]
    params["where"] = "status:is:open"
    found = answer(read_question(type_called("opportunities"), params, user=world.lena))
    assert found.notices == ["To compare spans of days, the filter must name one, such as “this quarter”."]
