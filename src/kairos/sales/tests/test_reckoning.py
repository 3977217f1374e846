"""Money: exact to the smallest unit, whatever people enter."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairos.sales.reckoning import Item, Levy, Rounding, reckon, rounded, smallest_unit

CENT = Decimal("0.01")
BUSINESS_TAX = Levy(1, Decimal(5))
INCLUDED = Levy(2, Decimal(5), is_included=True)


def item(quantity: str, price: str, *levies: Levy, discount: str = "0") -> Item:
    return Item(Decimal(quantity), Decimal(price), Decimal(discount), levies)


def test_a_tax_comes_on_top() -> None:
    found = reckon([item("3", "19.99", BUSINESS_TAX), item("1", "0.03")], unit=CENT)
    assert found.amounts == [Decimal("59.97"), Decimal("0.03")]
    assert (found.untaxed, found.tax, found.total) == (Decimal("60.00"), Decimal("3.00"), Decimal("63.00"))


def test_an_included_tax_is_taken_out_of_the_price() -> None:
    found = reckon([item("1", "1050", INCLUDED)], unit=Decimal(1))
    assert (found.untaxed, found.taxes, found.total) == (Decimal(1000), {2: Decimal(50)}, Decimal(1050))


def test_a_compound_tax_is_levied_on_the_tax_before_it() -> None:
    second = Levy(3, Decimal(10), is_compound=True)
    found = reckon([item("1", "100", BUSINESS_TAX, second)], unit=CENT)
    assert found.taxes == {1: Decimal("5.00"), 3: Decimal("10.50")}


def test_an_included_compound_tax_fits_into_the_price() -> None:
    levies = (INCLUDED, Levy(3, Decimal(10), is_included=True, is_compound=True))
    found = reckon([item("1", "115.50", *levies)], unit=CENT)
    assert (found.untaxed, found.taxes) == (Decimal("100.00"), {2: Decimal("5.00"), 3: Decimal("10.50")})


def test_a_discount_is_taken_before_the_tax() -> None:
    found = reckon([item("2", "50", BUSINESS_TAX, discount="12.5")], unit=CENT)
    assert (found.untaxed, found.tax) == (Decimal("87.50"), Decimal("4.38"))


@pytest.mark.parametrize(("rounding", "tax"), [(Rounding.LINE, "0.03"), (Rounding.DOCUMENT, "0.02")])
def test_where_the_tax_is_rounded_is_a_choice(rounding: Rounding, tax: str) -> None:
    found = reckon([item("1", "0.10", BUSINESS_TAX)] * 3, unit=CENT, rounding=rounding)
    assert found.tax == Decimal(tax)


def test_a_half_goes_away_from_zero_on_both_sides() -> None:
    halves = [rounded(Decimal(text), CENT) for text in ("0.005", "-0.005", "0.0049")]
    assert halves == [Decimal("0.01"), Decimal("-0.01"), Decimal("0.00")]


def test_units_are_those_of_daily_life() -> None:
    units = [smallest_unit(currency) for currency in ("USD", "TWD", "JPY", "KWD")]
    assert units == [Decimal("0.01"), Decimal(1), Decimal(1), Decimal("0.001")]


def test_a_discount_on_all_lines_is_taken_before_the_taxes() -> None:
    lines = [item("3", "19.99", BUSINESS_TAX), item("1", "0.03", BUSINESS_TAX)]
    found = reckon(lines, unit=CENT, discount_percent=Decimal("12.5"))
    assert (found.subtotal, found.discount, found.untaxed) == (
        Decimal("60.00"),
        Decimal("7.50"),
        Decimal("52.50"),
    )
    assert (found.tax, found.total) == (Decimal("2.63"), Decimal("55.13"))


def test_a_discount_on_all_lines_meets_each_tax_and_included_ones() -> None:
    lines = [item("1", "105", INCLUDED), item("1", "50", BUSINESS_TAX), item("1", "7")]
    found = reckon(lines, unit=CENT, discount_percent=Decimal(10))
    assert (found.discount, found.untaxed) == (Decimal("16.20"), Decimal("141.30"))
    assert found.taxes == {2: Decimal("4.50"), 1: Decimal("2.25")}


def test_small_lines_are_not_each_rounded_for_a_discount_on_all() -> None:
    found = reckon([item("1", "0.05")] * 10, unit=CENT, discount_percent=Decimal(10))
    assert found.discount == Decimal("0.05")


def test_nothing_comes_to_nothing() -> None:
    assert reckon([], unit=CENT).total == 0


amounts = st.integers(-(10**9), 10**9).map(lambda n: Decimal(n) / 1000)
percents = st.integers(0, 100_000).map(lambda n: Decimal(n) / 1000)
levies = st.lists(
    st.builds(Levy, key=st.just(0), percent=percents, is_included=st.booleans(), is_compound=st.booleans()),
    max_size=3,
).map(lambda found: tuple(Levy(n, o.percent, o.is_included, o.is_compound) for n, o in enumerate(found)))
items = st.builds(Item, quantity=amounts, unit_price=amounts, discount_percent=percents, levies=levies)
units = st.sampled_from([Decimal(1), Decimal("0.01"), Decimal("0.001")])
roundings = st.sampled_from(Rounding)


@st.composite
def documents(draw: st.DrawFn) -> list[Item]:
    """Lines that bear the same taxes, or none, as the lines of a document do."""
    shared = draw(levies)
    found = draw(st.lists(items, max_size=5))
    return [
        Item(one.quantity, one.unit_price, one.discount_percent, shared if draw(st.booleans()) else ())
        for one in found
    ]


discounts = st.sampled_from([Decimal(0), Decimal(100)]) | st.integers(0, 10_000).map(
    lambda n: Decimal(n) / 100
)


@given(documents(), units, roundings, discounts)
def test_what_is_printed_adds_up(
    lines: list[Item], unit: Decimal, rounding: Rounding, discount: Decimal
) -> None:
    found = reckon(lines, unit=unit, rounding=rounding, discount_percent=discount)
    every = [*found.amounts, found.discount, found.untaxed, *found.taxes.values(), found.total]
    assert all(amount % unit == 0 for amount in every)
    on_top = {levy.key for line in lines for levy in line.levies if not levy.is_included}
    assert found.total == found.subtotal - found.discount + sum(found.taxes[key] for key in on_top)
    assert found.untaxed + found.tax == found.total


@given(st.lists(items, max_size=5), units, roundings, discounts)
def test_lines_that_bear_the_same_taxes_have_the_discount_of_their_sum(
    lines: list[Item], unit: Decimal, rounding: Rounding, discount: Decimal
) -> None:
    alike = [Item(one.quantity, one.unit_price, one.discount_percent, (BUSINESS_TAX,)) for one in lines]
    found = reckon(alike, unit=unit, rounding=rounding, discount_percent=discount)
    assert found.discount == rounded(found.subtotal * discount / 100, unit)
    if rounding == Rounding.DOCUMENT:
        assert found.tax == rounded((found.subtotal - found.discount) * 5 / 100, unit)
    assert sum(found.nets) == found.untaxed


@given(documents(), units, roundings, discounts)
def test_the_order_of_lines_does_not_matter(
    lines: list[Item], unit: Decimal, rounding: Rounding, discount: Decimal
) -> None:
    one, other = (
        reckon(some, unit=unit, rounding=rounding, discount_percent=discount) for some in (lines, lines[::-1])
    )
    assert (one.untaxed, one.taxes, one.total) == (other.untaxed, other.taxes, other.total)


@given(documents(), units, roundings)
def test_a_credit_is_the_debit_with_the_other_sign(
    lines: list[Item], unit: Decimal, rounding: Rounding
) -> None:
    turned = [Item(-one.quantity, one.unit_price, one.discount_percent, one.levies) for one in lines]
    one, other = (reckon(some, unit=unit, rounding=rounding) for some in (lines, turned))
    assert (one.untaxed, one.total) == (-other.untaxed, -other.total)


@given(documents(), units)
def test_the_two_roundings_differ_by_less_than_a_unit_for_each_line_and_tax(
    lines: list[Item], unit: Decimal
) -> None:
    one, other = (reckon(lines, unit=unit, rounding=rounding) for rounding in Rounding)
    for key, tax in one.taxes.items():
        assert abs(tax - other.taxes[key]) <= unit * (len(lines) + 1) / 2
