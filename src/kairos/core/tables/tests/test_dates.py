"""Days are read as people write them, and what is open is said to be open."""

import contextlib
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairos.core.tables import CellError, DateOrder, find_orders, parse_date, parse_datetime
from kairos.core.tables.dates import DateOutOfRange, NoSuchDay, NotADate

YMD, DMY, MDY = DateOrder
TAIPEI = timezone(timedelta(hours=8))


@pytest.mark.parametrize("order", DateOrder)
@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01",
        "2024/5/1",
        "2024.05.01",
        "20240501",
        "2024年5月1日",
        "西元2024年5月1日",
        "民國113年5月1日",
        "民國 113/05/01",
        "113/05/01",
        "113年5月1日",
        "１１３年５月１日",
        "２０２４／０５／０１",
        "1 May 2024",
        "1-May-24",
        "May 1, 2024",
        "1st May 2024",
        "Wed, 1 May 2024",
        "Wednesday, May 1, 2024",
        "2024-05-01T00:00:00",
        "2024-05-01 17:30",
        "2024-05-01T23:59:59+08:00",
        "45413",
        "2024年5月1日 下午3:05",
        date(2024, 5, 1),
        datetime(2024, 5, 1, 9),
        45413,
        45413.0,
    ],
)
def test_a_day_that_says_itself_which_number_is_which_needs_no_order(text, order):
    assert parse_date(text, order) == date(2024, 5, 1)


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("03/04/2017", DMY, date(2017, 4, 3)),
        ("03/04/2017", MDY, date(2017, 3, 4)),
        ("3.4.17", DMY, date(2017, 4, 3)),
        ("17/03/04", YMD, date(2017, 3, 4)),
        ("1/2/69", DMY, date(1969, 2, 1)),
        ("1/2/68", DMY, date(2068, 2, 1)),
        ("3/1/2017 2:30 PM", MDY, date(2017, 3, 1)),
    ],
)
def test_the_order_decides_what_three_numbers_mean(text, order, day):
    assert parse_date(text, order) == day


@pytest.mark.parametrize(
    ("text", "order", "error"),
    [
        ("25/12/2017", MDY, NoSuchDay),
        ("12/25/2017", DMY, NoSuchDay),
        ("03/04/2017", YMD, NoSuchDay),
        ("2017-02-29", YMD, NoSuchDay),
        ("2017-13-01", YMD, NoSuchDay),
        ("0099-01-01", YMD, DateOutOfRange),
        (-5, YMD, DateOutOfRange),
        (float("nan"), YMD, DateOutOfRange),
        (1e300, YMD, DateOutOfRange),
        ("1996", YMD, NotADate),
        ("1.2.3", YMD, NotADate),
        ("", YMD, NotADate),
        ("soon", YMD, NotADate),
        ("2017-03-01 maybe", YMD, NotADate),
        ("9" * 10_000, YMD, NotADate),
        (True, YMD, NotADate),
    ],
)
def test_what_is_no_day_is_refused(text, order, error):
    with pytest.raises(error) as caught:
        parse_date(text, order)
    assert isinstance(caught.value, CellError)
    assert isinstance(caught.value, ValueError)


def test_the_sentence_names_the_text():
    with pytest.raises(CellError, match=r"“soon” is not a date."):
        parse_date("soon")


@pytest.mark.parametrize(
    ("values", "orders", "ambiguous"),
    [
        (["03/04/2017", "05/06/2017"], (DMY, MDY), True),
        (["03/04/2017", "25/06/2017"], (DMY,), False),
        (["03/04/2017", "06/25/2017"], (MDY,), False),
        (["03/03/2017", "05/05/2017"], (DMY, MDY), False),
        (["2017-03-04", "民國113年5月1日"], (YMD, DMY, MDY), False),
        (["2017-03-04", "13/04/2017"], (DMY,), False),
        (["01/02/03"], (YMD, DMY, MDY), True),
        (["13/01/2017", "01/13/2017"], (), False),
    ],
)
def test_the_orders_that_fit_a_column_are_found(values, orders, ambiguous):
    assert find_orders(values) == (orders, ambiguous)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23T09:30:00", datetime(2026, 11, 23, 9, 30)),
        ("2026-11-23 09:30:15.25", datetime(2026, 11, 23, 9, 30, 15, 250_000)),
        ("2026-11-23T09:30:00Z", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        ("2026-11-23T09:30+08:00", datetime(2026, 11, 23, 9, 30, tzinfo=TAIPEI)),
        ("23/11/2026 2:30 PM", datetime(2026, 11, 23, 14, 30)),
        ("23/11/2026 12:05 am", datetime(2026, 11, 23, 0, 5)),
        ("2026年11月23日 下午3:05", datetime(2026, 11, 23, 15, 5)),
        ("2026/11/23 上午 9:05:01", datetime(2026, 11, 23, 9, 5, 1)),
        ("Mon, 23 Nov 2026, 09:30", datetime(2026, 11, 23, 9, 30)),
        ("2026-11-23", datetime(2026, 11, 23)),
        (46349.5, datetime(2026, 11, 23, 12)),
    ],
)
def test_moments_are_read(text, moment):
    assert parse_datetime(text, DMY) == moment
    assert parse_datetime(text, DMY, TAIPEI).tzinfo is not None


@pytest.mark.parametrize(
    "text",
    ["2026-11-23 25:00", "2026-11-23 13:00 PM", "2026-11-23 09:61", "09:30", "x", "2026-11-23T09:30+99:99"],
)
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(CellError):
        parse_datetime(text)


@given(st.dates(date(1800, 1, 1), date(9999, 12, 31)))
def test_every_day_comes_back_from_every_writing(day):
    for order, form in (
        (YMD, "%Y-%m-%d"),
        (DMY, "%d/%m/%Y"),
        (MDY, "%m/%d/%Y"),
        (YMD, "%d %B %Y"),
        (DMY, "%Y年%m月%d日"),
    ):
        assert parse_date(day.strftime(form), order) == day
    if 1912 <= day.year < 2900:
        assert parse_date(f"民國{day.year - 1911}年{day.month}月{day.day}日") == day


@given(st.datetimes(datetime(1900, 3, 1)))
def test_every_moment_comes_back_from_iso(moment):
    assert parse_datetime(moment.isoformat()) == moment


@given(st.text(max_size=40), st.sampled_from(DateOrder))
def test_any_text_is_a_day_or_refused(text, order):
    for parse in (parse_date, parse_datetime):
        with contextlib.suppress(CellError):
            parse(text, order)
