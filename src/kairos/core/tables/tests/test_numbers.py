"""Numbers are exact or refused."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairos.core.tables import CellError, NumberStyle, find_styles, parse_boolean, parse_decimal
from kairos.core.tables.numbers import NotANumber, NumberTooLarge

POINT, COMMA = NumberStyle


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1054", "1054"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("+5", "5"),
        ("1,234.56", "1234.56"),
        ("1 234.56", "1234.56"),
        ("1\u202f234", "1234"),
        ("1'234.50", "1234.50"),
        ("1’234’567", "1234567"),
        ("12,34,567", "1234567"),
        ("１，２３４．５", "1234.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("NT$120,000", "120000"),
        ("$ 1,234.50", "1234.50"),
        ("-$5", "-5"),
        ("US$-5", "-5"),
        ("($1,234.50)", "-1234.50"),
        ("$(5)", "-5"),
        ("1,234-", "-1234"),
        ("TWD 5,000", "5000"),
        ("5,000 NTD", "5000"),
        ("5000元", "5000"),
        ("新台幣1,000元整", "1000"),
        ("€5", "5"),
        ("25%", "25"),
        ("12.5 %", "12.5"),
        ("3.5萬", "35000"),
        ("1億2,000萬", "120000000"),
        ("3億5千萬元", "350000000"),
        ("2萬5,000", "25000"),
        ("2.5M", "2500000"),
        ("12k", "12000"),
        ("5m usd", "5000000"),
        ("1.05E+3", "1050"),
        ("-1e-3", "-0.001"),
        ("-0", "0"),
        (1100, "1100"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.3"),
        (1e14, "100000000000000"),
        (Decimal("1.10"), "1.10"),
        ("999999999999999", "999999999999999"),
    ],
)
def test_numbers_with_a_decimal_point_are_exact(text, number):
    assert parse_decimal(text) == Decimal(number)
    assert str(parse_decimal(text)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,56", "1234.56"),
        ("1 234,56 €", "1234.56"),
        ("0,5", "0.5"),
        ("1.234", "1234"),
        ("-1.234.567", "-1234567"),
        ("5", "5"),
        (1.5, "1.5"),
    ],
)
def test_numbers_with_a_decimal_comma_are_exact(text, number):
    assert str(parse_decimal(text, COMMA)) == number


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("NaN", NotANumber),
        ("Infinity", NotANumber),
        ("-inf", NotANumber),
        (float("nan"), NotANumber),
        (float("inf"), NotANumber),
        ("1e99", NumberTooLarge),
        ("1e-99", NumberTooLarge),
        ("1234567890123456", NumberTooLarge),
        (10**15, NumberTooLarge),
        (1e300, NumberTooLarge),
        ("1e999999999", NotANumber),
        ("9" * 65, NotANumber),
        ("1,23", NotANumber),
        ("1,2,3", NotANumber),
        ("0,123", NotANumber),
        ("1,234,56", NotANumber),
        ("1 234,567", NotANumber),
        ("", NotANumber),
        ("-", NotANumber),
        ("--5", NotANumber),
        ("$", NotANumber),
        ("5 apples", NotANumber),
        ("٣", NotANumber),
        ("0x10", NotANumber),
        ("萬", NotANumber),
        ("5萬5萬", NotANumber),
        (True, NotANumber),
        (None, NotANumber),
        ("1.2.3", NotANumber),
    ],
)
def test_what_is_no_number_or_too_long_is_refused(text, error):
    with pytest.raises(error):
        parse_decimal(text)


def test_a_point_does_not_pass_for_a_comma():
    with pytest.raises(NotANumber, match=r"“1234.56” is not a number."):
        parse_decimal("1234.56", COMMA)


@pytest.mark.parametrize(
    ("values", "styles", "ambiguous"),
    [
        (["1,234", "5,678"], (POINT, COMMA), True),
        (["1.234"], (POINT, COMMA), True),
        (["1,234", "5.5"], (POINT,), False),
        (["1,234,567"], (POINT,), False),
        (["1,5", "1.234"], (COMMA,), False),
        (["1054", "5"], (POINT, COMMA), False),
        (["1.5", "1,5"], (), False),
    ],
)
def test_the_styles_that_fit_a_column_are_found(values, styles, ambiguous):
    assert find_styles(values) == (styles, ambiguous)


DECIMALS = st.decimals(-(10**14), 10**14, allow_nan=False, allow_infinity=False, places=2)


@given(DECIMALS)
def test_every_amount_comes_back_from_every_writing(amount):
    text = f"{amount:,.2f}"
    swapped = text.translate(str.maketrans(",.", ".,"))
    assert parse_decimal(text) == amount
    assert parse_decimal(swapped, COMMA) == amount
    assert parse_decimal(text.replace(",", " ")) == amount
    assert parse_decimal(f"NT${text}") == parse_decimal(f"{text} EUR") == amount
    assert parse_decimal(f"{abs(amount):f}") == abs(amount)


@given(st.text(max_size=70), st.sampled_from(NumberStyle))
def test_any_text_is_a_number_or_refused(text, style):
    with contextlib.suppress(CellError):
        assert abs(parse_decimal(text, style)) < 10**15


@pytest.mark.parametrize("text", ["yes", "Y", "TRUE", "1", "是", "x", "✓", "ＹＥＳ", True, 1])
def test_yes_is_yes(text):
    assert parse_boolean(text) is True


@pytest.mark.parametrize("text", ["no", "N", "False", "0", "否", "✗", False, 0])
def test_no_is_no(text):
    assert parse_boolean(text) is False


@pytest.mark.parametrize("text", ["", "maybe", "2", None, "yes and no"])
def test_neither_is_refused(text):
    with pytest.raises(CellError, match=r"neither yes nor no"):
        parse_boolean(text)
