"""What each column of a table seems to hold, from its first rows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from kairos.core.tables.currencies import strip_currency
from kairos.core.tables.dates import DateOrder, find_orders
from kairos.core.tables.errors import CellError, Problem
from kairos.core.tables.kinds import NUMERIC, TEMPORAL, Kind, guess_kind, is_date, is_number
from kairos.core.tables.numbers import NumberStyle, find_styles, parse_decimal
from kairos.core.tables.table import Table
from kairos.core.tables.values import means_nothing, plain_text

SAMPLES = 12
_TESTED = 300
_CELLS_AT_MOST = 1_000_000  # a thousand columns are sampled over fewer rows
_KEPT_TEXT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """One column: its header, commonest values, and how to read them.

    `samples` are up to 12 distinct values with their counts, commonest first. `date_orders` and
    `number_styles` hold the readings that fit, best first; `is_ambiguous` says that two of them fit and mean
    different things, so the user must choose.
    """

    index: int
    header: str
    kind: Kind
    samples: tuple[tuple[str, int], ...]
    distinct: int
    filled: int
    total: int
    date_orders: tuple[DateOrder, ...] = ()
    number_styles: tuple[NumberStyle, ...] = ()
    is_ambiguous: bool = False
    currency: str | None = None

    @property
    def fill_rate(self) -> float:
        """Share of rows with a value, 0 to 1."""
        return self.filled / self.total if self.total else 0.0

    @property
    def ambiguous(self) -> bool:
        return self.is_ambiguous


def sniff_columns(table: Table, sample: int = 10_000) -> list[ColumnProfile]:
    """A profile of every column from the first `sample` rows; rows that cannot be read are passed over.

    More rows cost little and settle more dates: the one that is not ambiguous may come late.
    """
    width = len(table.header)
    counters: list[Counter[Any]] = [Counter() for _column in range(width)]
    total = 0
    try:
        for row in islice(table.rows(), min(sample, _CELLS_AT_MOST // max(1, width))):
            if row.problem:
                continue
            total += 1
            for counter, cell in zip(counters, row.cells, strict=True):
                counter[cell] += 1
    except Problem:
        pass  # reading the whole table will meet it again and say so
    return [
        _profile(index, header, counter, total)
        for index, (header, counter) in enumerate(zip(table.header, counters, strict=True))
    ]


def _profile(index: int, header: str, counter: Counter[Any], total: int) -> ColumnProfile:
    values = {value: count for value, count in counter.items() if not means_nothing(value)}
    filled = sum(values.values())
    kind = _kind(header, values, filled)
    commonest = sorted(values.items(), key=lambda item: -item[1])[:SAMPLES]
    texts = [value for value in values if isinstance(value, str)]
    orders: tuple[DateOrder, ...] = ()
    styles: tuple[NumberStyle, ...] = ()
    ambiguous, currency = False, None
    if kind in TEMPORAL:
        orders, ambiguous = _settle(texts, is_date, find_orders, tuple(DateOrder))
    elif kind in NUMERIC:
        styles, ambiguous = _settle(texts, is_number, find_styles, tuple(NumberStyle))
        currency = _common_currency(texts)
    return ColumnProfile(
        index=index,
        header=header,
        kind=kind,
        samples=tuple((_shown(value), count) for value, count in commonest),
        distinct=len(values),
        filled=filled,
        total=total,
        date_orders=orders,
        number_styles=styles,
        is_ambiguous=ambiguous,
        currency=currency,
    )


def _settle(texts: list[str], test: Any, find: Any, options: tuple[Any, ...]) -> tuple[tuple[Any, ...], bool]:
    """The options that fit all sound texts; when none fits all, each by how many it fits, and the user is
    asked.
    """
    sound = [text for text in texts if test(plain_text(text))]
    fitting, ambiguous = find(sound)
    if fitting or not sound:
        return fitting or options[:1], ambiguous
    fits = {option: sum(option in find([text])[0] for text in sound[:_TESTED]) for option in options}
    return tuple(option for option in sorted(options, key=lambda option: -fits[option]) if fits[option]), True


def _kind(header: str, values: Mapping[Any, int], filled: int) -> Kind:
    if not values:
        return Kind.EMPTY
    typed = Counter[Kind | None]()
    for value, count in values.items():
        typed[_kind_of_cell(value)] += count
    texts = list(islice((value for value in values if isinstance(value, str)), _TESTED))
    own, count = typed.most_common(1)[0]
    if own is not None and count >= 0.5 * filled:
        return _refine(own, typed, header, values)
    kind = guess_kind((text[:_KEPT_TEXT] for text in texts), header) if texts else Kind.TEXT
    return Kind.CHOICE if kind == Kind.TEXT and _is_choice(values, filled) else kind


def _kind_of_cell(value: object) -> Kind | None:
    """The kind of a typed cell of a workbook; None for text."""
    if isinstance(value, str):
        return None
    for type_, kind in _TYPES:
        if isinstance(value, type_):
            return kind
    return None


_TYPES: tuple[tuple[Any, Kind], ...] = (
    (bool, Kind.BOOLEAN),
    (int, Kind.INTEGER),
    (float, Kind.DECIMAL),
    (datetime, Kind.DATETIME),
    (date, Kind.DATE),
    ((time, timedelta), Kind.TEXT),
)


def _refine(own: Kind, typed: Counter[Kind | None], header: str, values: Mapping[Any, int]) -> Kind:
    """Typed cells, with what the header adds: an amount is money, a number may be a day or a telephone."""
    if own in TEMPORAL:
        return Kind.DATETIME if typed[Kind.DATETIME] else Kind.DATE
    if own not in NUMERIC:
        return own
    guessed = guess_kind(
        [str(value) for value in islice(values, _TESTED) if not isinstance(value, bool)], header
    )
    if guessed in (Kind.MONEY, Kind.PHONE) or (guessed in TEMPORAL and Kind.DECIMAL not in typed):
        return guessed
    return Kind.DECIMAL if typed[Kind.DECIMAL] else Kind.INTEGER


def _is_choice(values: Mapping[Any, int], filled: int) -> bool:
    """Few short values that come again and again."""
    few = len(values) <= 50 and (
        len(values) * 5 <= filled or (len(values) <= 12 and len(values) * 3 <= filled)
    )
    return few and all(len(str(value)) <= 60 for value in values)


def _common_currency(texts: list[str]) -> str | None:
    """The one currency named beside the amounts; None when there is none or several."""
    codes = {strip_currency(plain_text(text).casefold())[1] for text in texts[:_TESTED]} - {None}
    return codes.pop() if len(codes) == 1 else None


def _shown(value: object) -> str:
    if isinstance(value, float):
        try:
            return f"{parse_decimal(value):f}"
        except CellError:
            return str(value)
    return str(value)[:_KEPT_TEXT]
