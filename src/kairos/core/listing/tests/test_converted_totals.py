"""Totals of several currencies are one amount at the rates of the day, and say how they came to it."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kairos.core.actions.rates import RateRefused, create_rate
from kairos.core.models import CurrencyRate
from kairos.core.rates import Rates, total_text
from tests.world import World

As = Callable[[Any], Client]
DAY = dt.date(2026, 11, 25)


def rate(currency: str, on: dt.date, value: str, base: str = "USD", **more: Any) -> CurrencyRate:
    values = {"currency": currency, "on": on, "rate": Decimal(value), "base": base}
    return create_rate(values=values, by=None)


def test_the_latest_rate_of_the_day_counts(world: World) -> None:
    rate("TWD", dt.date(2026, 1, 1), "0.03")
    rate("TWD", dt.date(2026, 11, 1), "0.032")
    rate("TWD", dt.date(2026, 12, 1), "0.05")
    found = Rates(DAY).total({"TWD": Decimal(1000), "USD": Decimal(8)})
    assert (found.amount, found.currency) == (Decimal(40), "USD")
    assert Rates(dt.date(2026, 6, 1)).total({"TWD": Decimal(1000), "USD": Decimal(8)}).amount == Decimal(38)


def test_rates_are_found_the_other_way_round_and_over_a_third_currency(world: World) -> None:
    rate("USD", dt.date(2026, 1, 1), "31.25", base="TWD")
    rate("EUR", dt.date(2026, 1, 1), "34", base="TWD")
    assert Rates(DAY).rate("TWD") == Decimal("0.032")
    assert Rates(DAY).rate("EUR") == Decimal("1.088")
    assert Rates(DAY).rate("JPY") is None


def test_one_currency_alone_is_not_converted(world: World) -> None:
    found = Rates(DAY).total({"TWD": Decimal(1000), "USD": Decimal(0)})
    assert (found.amount, found.currency, found.is_converted) == (Decimal(1000), "TWD", False)


def test_what_has_no_rate_is_named_and_not_added(world: World) -> None:
    rate("TWD", dt.date(2026, 1, 1), "0.032")
    amounts = {"USD": Decimal(100), "TWD": Decimal(1000), "EUR": Decimal(50)}
    assert total_text(amounts, Rates(DAY)) == {
        "text": "≈ $132 +1",
        "full": "$132 = $100 · NT$1,000 · €50 (converted at the rates of Nov 25, 2026: 1 TWD = 0.032 USD)",
    }
    amounts = {"USD": Decimal(100), "EUR": Decimal(50)}
    assert total_text(amounts, Rates(DAY)) == {"text": "$100 +1", "full": "$100 · €50"}


@pytest.mark.parametrize(("currency", "base"), [("TWD", "USD"), ("USD", "USD")])
def test_a_rate_is_said_once_a_day_and_of_another_currency(world: World, currency: str, base: str) -> None:
    rate("TWD", DAY, "0.032")
    with pytest.raises(RateRefused):
        rate(currency, DAY, "0.04", base=base)
    assert [str(one.rate) for one in CurrencyRate.objects.all()] == ["0.0320000000"]


def test_a_list_and_a_board_say_how_their_totals_were_made(world: World, as_: As) -> None:
    rate("TWD", timezone.localdate() - dt.timedelta(1), "0.03")
    page = as_(world.ada).get("/opportunities?view=list").content.decode()
    assert "≈ $6.2K" in page
    assert "$6,200 = " in page
    assert "1 TWD = 0.03 USD" in page


def test_only_leaders_enter_rates(world: World, as_: As) -> None:
    data = {"currency": "EUR", "on": "2026-11-01", "rate": "1.0875", "key": "k1"}
    assert as_(world.sam).post("/exchange-rates/new", data).status_code in (403, 404)
    assert CurrencyRate.objects.count() == 0
    assert as_(world.lena).post("/exchange-rates/new", data).status_code == 200
    stored = CurrencyRate.objects.get()
    assert (stored.currency, stored.base, stored.rate) == ("EUR", "USD", Decimal("1.0875"))
