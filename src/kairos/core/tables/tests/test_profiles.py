"""Columns are understood from what stands in them."""

import io
from datetime import date, datetime

import pytest

from kairos.core.tables import DateOrder, Kind, NumberStyle, open_table, sniff_columns, xlsx_stream


def profile(opened, header, values):
    lines = "".join('"' + value.replace('"', '""') + '"\n' for value in [header, *values])
    return sniff_columns(opened(lines, delimiter=";"))[0]


@pytest.mark.parametrize(
    ("header", "values", "kind"),
    [
        ("n", ["1", "-2", "1,300"], Kind.DECIMAL),
        ("n", ["1", "-2"], Kind.INTEGER),
        ("n", ["1.5", "2"], Kind.DECIMAL),
        ("year_established", ["1996", "2001"], Kind.INTEGER),
        ("n", ["007", "008"], Kind.TEXT),
        ("id", ["1000", "1001"], Kind.INTEGER),
        ("close_value", ["1054", "0"], Kind.MONEY),
        ("金額", ["1,054"], Kind.MONEY),
        ("x", ["NT$5", "NT$6"], Kind.MONEY),
        ("x", ["3.5萬"], Kind.DECIMAL),
        ("rate", ["25%", "5 %"], Kind.PERCENT),
        ("when", ["2017-03-01", "2017-04-01"], Kind.DATE),
        ("when", ["民國113年5月1日"], Kind.DATE),
        ("when", ["20170301"], Kind.DATE),
        ("when", ["2017-03-01T12:30:00Z"], Kind.DATETIME),
        ("when", ["3/1/2017 2:30 PM"], Kind.DATETIME),
        ("when", ["2017-03-01 00:00"], Kind.DATE),
        ("Close date", ["43525", "43526"], Kind.DATE),
        ("units", ["43525", "43526"], Kind.INTEGER),
        ("mail", ["a@b.co", "c.d@e.com.tw"], Kind.EMAIL),
        ("x", ["https://a.b/c", "www.d.e"], Kind.URL),
        ("Website", ["acme.com", "b.com.tw"], Kind.URL),
        ("x", ["0912-345-678", "(02) 2712-3456"], Kind.PHONE),
        ("x", ["+886912345678"], Kind.PHONE),
        ("手機", ["0912345678"], Kind.PHONE),
        ("Phone", ["912345678"], Kind.PHONE),
        ("x", ["yes", "no"], Kind.BOOLEAN),
        ("x", ["是", "否"], Kind.BOOLEAN),
        ("x", ["0", "1"], Kind.INTEGER),
        ("is_active", ["0", "1"], Kind.BOOLEAN),
        ("stage", ["Won", "Lost"] * 20, Kind.CHOICE),
        ("name", ["Anna", "Bert"], Kind.TEXT),
        ("x", ["", "-", "N/A"], Kind.EMPTY),
        ("version", ["1.2.3", "2.0.1"], Kind.TEXT),
    ],
)
def test_the_kind_of_a_column_is_guessed(opened, header, values, kind):
    assert profile(opened, header, values).kind == kind


def test_a_few_bad_values_do_not_hide_the_kind(opened):
    values = [f"2017-03-{day:02}" for day in range(1, 29)] + ["tbd", ""]
    found = profile(opened, "close", values)
    assert (found.kind, found.filled, found.total) == (Kind.DATE, 29, 29)


def test_samples_are_the_commonest_values_with_counts(opened):
    values = ["Won"] * 3 + ["Lost"] * 2 + ["-", ""] + [f"v{number}" for number in range(20)]
    table = opened("id,stage\n" + "".join(f"{row},{value}\n" for row, value in enumerate(values)))
    found = sniff_columns(table)[1]
    assert found.samples[:3] == (("Won", 3), ("Lost", 2), ("v0", 1))
    assert (len(found.samples), found.distinct, found.filled, found.total) == (12, 22, 25, 27)
    assert round(found.fill_rate, 3) == 0.926


def test_open_dates_and_numbers_are_flagged(opened):
    found = profile(opened, "close", ["03/04/2017", "05/06/2017"])
    assert (found.kind, found.date_orders, found.is_ambiguous) == (
        Kind.DATE,
        (DateOrder.DMY, DateOrder.MDY),
        True,
    )
    found = profile(opened, "close", ["03/04/2017", "25/06/2017"])
    assert (found.date_orders, found.is_ambiguous) == ((DateOrder.DMY,), False)
    found = profile(opened, "amount", ["1,234", "5,678"])
    assert (found.kind, found.number_styles, found.is_ambiguous) == (Kind.MONEY, tuple(NumberStyle), True)
    found = profile(opened, "amount", ["1.234,50 €", "7 €"])
    assert (found.number_styles, found.is_ambiguous, found.currency) == ((NumberStyle.COMMA,), False, "EUR")


def test_contradicting_dates_give_the_likelier_order_first_and_ask(opened):
    values = [f"{day}/01/2017" for day in range(13, 30)] + ["01/13/2017"]
    found = profile(opened, "close", values)
    assert (found.date_orders[0], found.is_ambiguous) == (DateOrder.DMY, True)


def test_the_date_that_settles_the_order_may_come_late(opened):
    values = ["03/04/2017"] * 3000 + ["25/04/2017"]
    assert profile(opened, "close", values).is_ambiguous is False


def test_typed_cells_tell_their_kind():
    rows = [["A", 5, 1.5, date(2026, 11, 23), datetime(2026, 11, 23, 9), True, 43525, 100]] * 3
    header = ["name", "n", "rate", "day", "moment", "yes", "close date", "amount"]
    table = open_table(io.BytesIO(b"".join(xlsx_stream(header, rows))))
    assert [found.kind for found in sniff_columns(table)] == [
        Kind.CHOICE,
        Kind.INTEGER,
        Kind.DECIMAL,
        Kind.DATE,
        Kind.DATETIME,
        Kind.BOOLEAN,
        Kind.DATE,
        Kind.MONEY,
    ]


def test_bad_rows_and_a_file_that_breaks_off_do_not_stop_the_profile(opened):
    table = opened("a,b\n1,2\n1\n" + "3,4\n" * 200 + '"' + "x" * 200_000)
    assert [found.total for found in sniff_columns(table)] == [201, 201]
