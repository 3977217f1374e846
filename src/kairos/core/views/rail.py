"""The rail: what a person may go to. Reports and settings are folded until one is among them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kairos.core.records import RecordType, all_types
from kairos.core.slots import CHAPTERS, PLACES, Place

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a person may go. `entry` draws it only when it is shown, for some must ask what waits there."""

    area: str
    order: int
    name: str
    entry: Callable[[bool], Entry]


def rail(user: Any, types: list[RecordType], active: str, chosen: str = "") -> list[Entry]:
    """The start page, the work, then what is folded, of `listed_in_rail`.

    `active` names the stop one is at, `chosen` the filter of the list there.
    """
    stops = _stops(user, types, chosen)
    today = {"label": _("Today"), "icon": "sun", "url": reverse("today"), "key": "g t"}
    return [
        {**today, "active": active == "today"},
        *(stop.entry(stop.name == active) for stop in stops if stop.area == "work"),
        *_folded(_("Reports"), "chart-column", [stop for stop in stops if stop.area == "reports"], active),
        *_folded(_("Settings"), "settings", [stop for stop in stops if stop.area in CHAPTERS], active),
    ]


def places(user: Any) -> list[Place]:
    """The pages of their own that this person may open, in the order of the rail."""
    return sorted((one for one in PLACES.contributions() if one.shown_to(user)), key=lambda one: one.order)


def rail_count(place: Place, user: Any) -> dict[str, Any]:
    """What the rail says waits at a place, and how it hears that this is different now."""
    region = f"user-{user.pk}-{place.name}"
    return {"count": place.count(user), "count_url": reverse(place.count_name), "region": region}


def listed_in_rail(user: Any) -> list[RecordType]:
    """The kinds of records with an entry for this person."""
    return [one for one in all_types() if one.menu and one.access.can_list(user) and one.in_menu(user)]


def _stops(user: Any, types: list[RecordType], chosen: str) -> list[Stop]:
    """In the order of the areas, and within them."""
    found = [
        Stop(one.menu.area, one.menu.order, one.plural, partial(_kind, one, chosen))
        for one in types
        if one.menu
    ]
    found += [Stop(one.area, one.order, one.name, partial(_place, one, user)) for one in places(user)]
    chapters = list(CHAPTERS)
    return sorted(
        found, key=lambda stop: (chapters.index(stop.area) if stop.area in CHAPTERS else -1, stop.order)
    )


def _folded(label: str, icon: str, stops: list[Stop], active: str) -> list[Entry]:
    """One entry that leads to the first of them, and shows all, under their chapters, while one is at any."""
    if not stops:
        return []
    entry: Entry = {"label": label, "icon": icon, "url": stops[0].entry(False)["url"], "active": False}
    if any(stop.name == active for stop in stops):
        children = [{**stop.entry(stop.name == active), "chapter": stop.area} for stop in stops]
        entry |= {"active": True, "children": children, "chapters": CHAPTERS}
    return [entry]


def _place(place: Place, user: Any, is_here: bool) -> Entry:
    return {
        "label": str(place.label),
        "icon": place.icon,
        "url": reverse(place.name),
        "active": is_here,
        "key": f"g {place.key}" if place.key else "",
        "on_phone": place.on_phone,
        **(rail_count(place, user) if place.count_name else {}),
    }


def _kind(record_type: RecordType, chosen: str, is_here: bool) -> Entry:
    menu = record_type.menu
    assert menu is not None  # noqa: S101 - only types with a menu come here
    below = [one for one in record_type.filters if one.is_place] if is_here else []
    return {
        "label": str(menu.label),
        "icon": menu.icon,
        "url": record_type.url,
        "active": is_here,
        "key": f"g {menu.key}" if menu.key else "",
        "children": [
            {
                "label": str(one.label),
                "icon": one.icon,
                "url": record_type.filter_url(one),
                "active": one.name == chosen,
            }
            for one in below
        ],
    }
