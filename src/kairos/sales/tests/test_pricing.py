"""Which rule counts, and what it gives."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairos.sales.pricing import Sold, offer, price_by

CENT = Decimal("0.01")
DAY = dt.date(2026, 11, 26)


@dataclass(frozen=True)
class Rule:
    """As a row of the table, but for what is beside the point."""

    pk: int
    kind: str = "percent"
    product_id: int | None = None
    category_id: int | None = None
    minimum_quantity: Decimal = Decimal(0)
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    price: Decimal | None = None
    percent: Decimal = Decimal(0)
    base: str = "list_price"
    round_to: Decimal | None = None
    surcharge: Decimal | None = None


SAW = Sold(7, variant_of_id=6, category_id=3, list_price=Decimal(100), cost=Decimal(60))


def fixed(pk: int, price: int, **more: object) -> Rule:
    return Rule(pk, "fixed", price=Decimal(price), **more)  # type: ignore[arg-type]


def by(*rules: Rule, quantity: int = 1, day: dt.date = DAY) -> tuple[Decimal, int | None]:
    found = offer(rules, SAW, quantity=Decimal(quantity), day=day, unit=CENT)
    return found.price, found.rule and found.rule.pk


def test_without_a_rule_the_list_price_counts() -> None:
    assert by() == (Decimal(100), None)
    assert by(fixed(1, 5, product_id=99), fixed(2, 5, category_id=99)) == (Decimal(100), None)


def test_the_closest_rule_counts() -> None:
    rules = [
        fixed(1, 90),
        fixed(2, 80, category_id=3),
        fixed(3, 70, product_id=6),
        fixed(4, 75, product_id=7),
    ]
    assert [by(*rules[:count])[1] for count in (1, 2, 3, 4)] == [1, 2, 3, 4]


def test_the_greater_quantity_that_is_reached_counts() -> None:
    rules = [
        fixed(1, 90),
        fixed(2, 80, minimum_quantity=Decimal(10)),
        fixed(3, 70, minimum_quantity=Decimal(50)),
    ]
    assert [by(*rules, quantity=count)[1] for count in (1, 9, 10, 49, 50)] == [1, 1, 2, 2, 3]


def test_a_rule_holds_in_its_time_and_the_later_one_comes_first() -> None:
    rules = [
        fixed(1, 90),
        fixed(2, 80, starts_on=DAY),
        fixed(3, 70, starts_on=DAY - dt.timedelta(1), ends_on=DAY),
        fixed(4, 60, starts_on=DAY + dt.timedelta(1)),
    ]
    assert [by(*rules, day=DAY + dt.timedelta(days))[1] for days in (-1, 0, 1)] == [3, 2, 4]


def test_of_equal_rules_the_older_one_counts() -> None:
    assert by(fixed(2, 80), fixed(1, 90)) == (Decimal(90), 1)


def test_a_rule_that_lacks_what_it_starts_from_is_passed_over() -> None:
    unknown = Sold(7)
    rules = (Rule(1, "fixed"), Rule(2, percent=Decimal(10)), Rule(3, "formula", base="cost"), fixed(4, 3))
    found = offer(rules, unknown, quantity=Decimal(1), day=DAY, unit=CENT)
    assert (found.price, found.rule.pk, [one.is_usable for one in found.tried]) == (
        Decimal(3),
        4,
        [False, False, False, True],
    )
    assert offer((), unknown, quantity=Decimal(1), day=DAY, unit=CENT).price == 0


@pytest.mark.parametrize(
    ("rule", "price"),
    [
        (Rule(1, percent=Decimal("12.5")), "87.50"),
        (Rule(1, percent=Decimal(-10)), "110.00"),
        (Rule(1, percent=Decimal(100)), "0.00"),
        (Rule(1, "formula", base="cost", percent=Decimal(-35)), "81.00"),
        (Rule(1, "formula", percent=Decimal(7), round_to=Decimal(10), surcharge=Decimal("-0.05")), "89.95"),
        (Rule(1, "formula", surcharge=Decimal(-500)), "0.00"),
        (Rule(1, "fixed", price=Decimal("19.999")), "20.00"),
    ],
)
def test_a_rule_makes_a_price(rule: Rule, price: str) -> None:
    assert price_by(rule, SAW, CENT) == Decimal(price)


amounts = st.integers(0, 10**7).map(lambda n: Decimal(n) / 1000)
few = st.sampled_from([None, 3, 6, 7, 9])
days = st.none() | st.integers(-3, 3).map(lambda n: DAY + dt.timedelta(n))
rules = st.lists(
    st.builds(
        Rule,
        pk=st.integers(1, 10**6),
        kind=st.sampled_from(["fixed", "percent", "formula"]),
        product_id=few,
        category_id=few,
        minimum_quantity=st.integers(0, 9).map(Decimal),
        starts_on=days,
        ends_on=days,
        price=st.none() | amounts,
        percent=st.integers(-20_000, 10_000).map(lambda n: Decimal(n) / 100),
        base=st.sampled_from(["list_price", "cost"]),
        round_to=st.none() | st.sampled_from([Decimal(1), Decimal("0.05"), Decimal(10)]),
        surcharge=st.none() | st.integers(-5000, 5000).map(lambda n: Decimal(n) / 1000),
    ),
    max_size=6,
    unique_by=lambda one: one.pk,
)
units = st.sampled_from([Decimal(1), CENT, Decimal("0.001")])


@given(rules, st.randoms(), st.integers(0, 12).map(Decimal), units)
def test_the_same_rules_in_any_order_give_the_same_exact_price(
    found: list[Rule], dice: object, quantity: Decimal, unit: Decimal
) -> None:
    mixed = list(found)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = (offer(some, SAW, quantity=quantity, day=DAY, unit=unit) for some in (found, mixed))
    assert one == other
    assert one.price >= 0
    assert one.price % unit == 0


@given(rules, st.integers(0, 12).map(Decimal))
def test_the_rule_that_counts_is_the_first_usable_one_of_those_that_are_told(
    found: list[Rule], quantity: Decimal
) -> None:
    given_price = offer(found, SAW, quantity=quantity, day=DAY, unit=CENT)
    usable = [one for one in given_price.tried if one.is_usable]
    assert given_price.rule == (usable[0].rule if usable else None)
