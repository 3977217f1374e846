"""A listing as a table: its header, its page of rows or its groups, its totals."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from kairos.core.fields import Field
from kairos.core.fields import format as shown
from kairos.core.listing import axis
from kairos.core.listing.faces import prepare_rows
from kairos.core.listing.listing import Listing
from kairos.core.listing.order import find_order, sort_name
from kairos.core.listing.paging import BadPlace, Page, count_of, page_of
from kairos.core.listing.reading import is_sortable
from kairos.core.listing.records import Asked, light
from kairos.core.listing.totals import Tallies, Tally, money_fields, needed_names, sum_texts, tally

GROUPS = 200
GROUP_PAGE = 40
OPENED = 3


@dataclass(slots=True)
class Group:
    """One group of rows. `records` is None while nobody opened it."""

    value: axis.Value
    count: int
    totals: list[dict[str, str]]
    url: str
    records: list[Any] | None = None
    more_url: str = ""


@dataclass(slots=True)
class TableView:
    """Everything a list shows. Without groups there is one page of rows."""

    listing: Listing
    columns: list[dict[str, Any]]
    fields: list[Field]
    count: int
    is_whole: bool
    totals: list[dict[str, str]]
    page: Page | None = None
    groups: list[Group] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def count_text(self) -> str:
        return shown.number(self.count) if self.is_whole else f"{shown.number(self.count)}+"

    @property
    def is_empty(self) -> bool:
        return not self.groups and (self.page is None or not self.page.records)


def table_view(listing: Listing) -> TableView:
    """The list, in a number of queries that does not depend on the number of records."""
    asked = Asked(listing, fields=_needed(listing))
    return _grouped(listing, asked) if listing.group_field else _flat(listing, asked)


def _needed(listing: Listing) -> set[str]:
    names = {sort_name(listing)} | needed_names(money_fields(listing.shown_fields))
    names |= {f.name for f in listing.shown_fields}
    return names | ({listing.group_field.name} if listing.group_field else set())


def _flat(listing: Listing, asked: Asked) -> TableView:
    queryset, order = find_order(listing, asked)
    notices = []
    try:
        page = page_of(light(listing, queryset), order, after=listing.after, before=listing.before)
        is_there = bool(page.records) or not (listing.after or listing.before)
    except BadPlace:
        is_there = False
    if not is_there:
        notices.append(_("This page is no longer there. You see the first one."))
        page = page_of(light(listing, queryset), order)
    prepare_rows(listing, page.records, listing.shown_fields)
    sums = money_fields(listing.shown_fields)
    if page.before or page.after:
        count, is_whole = count_of(asked.records)
    else:
        count, is_whole = len(page.records), True
    totals = totals_of(asked, sums) if is_whole and page.records else []
    return TableView(
        listing, headers(listing), listing.shown_fields, count, is_whole, totals, page=page, notices=notices
    )


def _grouped(listing: Listing, asked: Asked) -> TableView:
    by, sums = listing.group_field, money_fields(listing.shown_fields)
    assert by is not None  # noqa: S101 - the caller has looked
    tallies = tally(asked, by, sums)
    largest = sorted(tallies.groups, key=lambda value: -tallies.groups[value].count)[:GROUPS]
    groups = [
        _group(listing, value, tallies.groups[value.value], tallies, sums)
        for value in axis.labelled(listing, by, largest)
    ]
    notices = []
    if len(tallies.groups) > GROUPS:
        notices.append(
            _("There are more groups than can be shown: these are the %(count)s largest.") % {"count": GROUPS}
        )
    _open_first(listing, asked, by, groups)
    totals = sum_texts(tallies.whole, sums, tallies)
    count = tallies.whole.count
    return TableView(
        listing, headers(listing), listing.shown_fields, count, True, totals, groups=groups, notices=notices
    )


def _group(listing: Listing, value: axis.Value, one: Tally, tallies: Tallies, sums: Any) -> Group:
    url = f"{listing.record_type.url}/group?{listing.query(key=value.key)}"
    return Group(value, one.count, sum_texts(one, sums, tallies), url)


def _open_first(listing: Listing, asked: Asked, by: Field, groups: list[Group]) -> None:
    opened = groups[:OPENED]
    for group in opened:
        page = group_page(listing, asked, by, group.value.value)
        group.records = page.records
        group.more_url = more_url(listing, group.value.key, page)
    shown = [record for group in opened for record in group.records or ()]
    prepare_rows(listing, shown, listing.shown_fields)


def group_page(listing: Listing, asked: Asked, by: Field, value: Any, *, after: str = "") -> Page:
    """One group's rows on from a place. Raises `BadPlace`."""
    queryset, order = find_order(listing, asked)
    return page_of(
        light(listing, queryset).filter(asked.renamed(axis.only(by, value))),
        order,
        after=after,
        size=GROUP_PAGE,
    )


def more_url(listing: Listing, key: str, page: Page) -> str:
    return f"{listing.record_type.url}/group?{listing.query(key=key, after=page.after)}" if page.after else ""


def group_rows(listing: Listing, key: str) -> Group:
    """The next rows of one group. Raises `ValueError` for a group that cannot be."""
    by = listing.group_field
    if by is None:
        raise ValueError(key)
    asked = Asked(listing, fields=_needed(listing))
    value = axis.value_of(by, key)
    page = group_page(listing, asked, by, value, after=listing.after)
    prepare_rows(listing, page.records, listing.shown_fields)
    return Group(axis.Value(key, value, ""), 0, [], "", page.records, more_url(listing, key, page))


def totals_of(asked: Asked, sums: Any) -> list[dict[str, str]]:
    if not sums:
        return []
    tallies = tally(asked, None, sums)
    return sum_texts(tallies.whole, sums, tallies)


def whole_totals(listing: Listing) -> tuple[int, list[dict[str, str]]]:
    """How many there really are, and what they sum up to."""
    sums = money_fields(listing.shown_fields)
    tallies = tally(Asked(listing, fields=needed_names(sums)), None, sums)
    return tallies.whole.count, sum_texts(tallies.whole, sums, tallies)


def relations(listing: Listing) -> list[str]:
    """What rows name of other records."""
    kind = listing.record_type
    return [*dict.fromkeys([*kind.relation_names(f.name for f in listing.shown_fields), *kind.list_prefetch])]


def headers(listing: Listing) -> list[dict[str, Any]]:
    """The table's header cells; a click sorts, a second one the other way round."""
    return [_header(listing, one) for one in listing.shown_fields]


def _header(listing: Listing, one: Field) -> dict[str, Any]:
    is_sorted = sort_name(listing) == one.name
    direction = ("desc" if listing.order.startswith("-") else "asc") if is_sorted else None
    wanted = f"-{one.name}" if direction == "asc" else one.name
    if not is_sorted and one.align == "end":
        wanted = f"-{one.name}"
    if wanted == listing.record_type.default_sort:
        wanted = ""
    return {
        "label": one.label,
        "sorted": direction,
        "sort_url": listing.url(sort=wanted) if is_sortable(one) else None,
        "figure": one.align == "end",
        "name": one.name,
    }


def without_place(listing: Listing) -> Listing:
    return replace(listing, after="", before="")
