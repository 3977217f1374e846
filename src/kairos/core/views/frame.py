"""What stands around every page of a signed-in person: the rail, the phone's bar, their theme."""

from typing import Any

from django.db.models import F, IntegerField, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kairos.core.models import SavedView
from kairos.core.records import RecordType, all_types, type_called
from kairos.core.slots import FAVOURITES, NEWS, PLACES, Place

MOST_FAVOURITES = 12


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    active: str = "",
    status: int = 200,
) -> HttpResponse:
    """A whole page in the frame. `active` is the plural of the record type, "today" or "settings"."""
    return render(
        request, template, {**frame_context(request, active=active), **(context or {})}, status=status
    )


def frame_context(request: HttpRequest, *, active: str = "") -> dict[str, Any]:
    """The rail's entries, favourites, and where the phone's "add" leads."""
    user = request.user
    shown = [t for t in all_types() if t.menu is not None and t.access.can_list(user) and t.in_menu(user)]
    work = sorted((t for t in shown if t.menu and t.menu.area == "work"), key=_order)
    menu = [
        {
            "label": _("Today"),
            "icon": "sun",
            "url": reverse("today"),
            "active": active == "today",
            "key": "g t",
        },
        *_entries(request.user, shown, active, area="work"),
        _settings_entry(request.user, _entries(request.user, shown, active, area="settings"), active),
    ]
    return {
        "menu": menu,
        "bottom_menu": _bottom_menu(menu, work),
        "favourites": favourites(request.user),
        "asked_at": timezone.now().timestamp(),
        "news": [reverse(one.name) for one in NEWS.contributions()],
        "theme": getattr(request.user, "theme", "auto"),
        "create_url": _create_url(active, work),
    }


def favourites(user: Any) -> list[dict[str, Any]]:
    """A person's favourite saved views, then what else they have starred, as rail entries. One query."""
    sources = list(FAVOURITES.contributions())
    views = SavedView.objects.visible_to(user).filter(is_favourite=True, owner=user)
    parts = [_starred(one.rows(user), place, position=0) for place, one in enumerate(sources, 1)]
    rows = sorted(
        _starred(views, 0, position=F("position")).union(*parts), key=lambda row: (row[0], row[1], row[2])
    )
    found = []
    for place, _position, name, pk, named in rows:
        try:
            kind = type_called_by_name(named)
        except KeyError:
            continue
        if not place:
            found.append({"label": name, "icon": "star", "url": f"{kind.url}?saved={pk}"})
        elif kind.access.can_list(user):
            one = sources[place - 1]
            found.append({"label": name, "icon": one.icon, "url": one.url(pk)})
    return found[:MOST_FAVOURITES]


def _starred(rows: Any, place: int, *, position: Any) -> Any:
    number = IntegerField()
    at = position if position else Value(0, output_field=number)
    return rows.order_by().values_list(Value(place, output_field=number), at, "name", "pk", "record_type")


def type_called_by_name(name: str) -> RecordType:
    """The record type a saved view belongs to. Raises `KeyError` when its app is not installed."""
    return next((t for t in all_types() if t.name == name), None) or type_called(name)


def _order(record_type: RecordType) -> int:
    return record_type.menu.order if record_type.menu else 0


def places(user: Any) -> list[Place]:
    """The pages of their own that this person may open."""
    return [place for place in PLACES.contributions() if place.shown_to(user)]


def _entries(user: Any, types: list[RecordType], active: str, *, area: str) -> list[dict[str, Any]]:
    """Kinds of records and pages of their own, in one order."""
    found = [(_order(one), _entry(one, active)) for one in types if one.menu and one.menu.area == area]
    found += [(one.order, _place(one, active, user)) for one in places(user) if one.area == area]
    return [entry for _order_, entry in sorted(found, key=lambda pair: pair[0])]


def _place(place: Place, active: str, user: Any) -> dict[str, Any]:
    return {
        "label": str(place.label),
        "icon": place.icon,
        "url": reverse(place.name),
        "active": place.name == active,
        "key": f"g {place.key}" if place.key else "",
        "on_phone": place.on_phone,
        **(rail_count(place, user) if place.count_name else {}),
    }


def rail_count(place: Place, user: Any) -> dict[str, Any]:
    """What the rail says waits at a place, and how it hears that this is different now."""
    region = f"user-{user.pk}-{place.name}"
    return {"count": place.count(user), "count_url": reverse(place.count_name), "region": region}


def _bottom_menu(menu: list[dict[str, Any]], work: list[RecordType]) -> list[dict[str, Any]]:
    """The phone's bar: the start page, the first kind of records, and a place that asks to be there."""
    url = work[0].url if work else ""
    return [
        menu[0],
        *(one for one in menu if one["url"] == url),
        *(one for one in menu if one.get("on_phone")),
    ]


def _entry(record_type: RecordType, active: str) -> dict[str, Any]:
    menu = record_type.menu
    assert menu is not None  # noqa: S101 - only types with a menu come here
    return {
        "label": str(menu.label),
        "icon": menu.icon,
        "url": record_type.url,
        "active": record_type.plural == active,
        "key": f"g {menu.key}" if menu.key else "",
    }


def _settings_entry(user: Any, children: list[dict[str, Any]], active: str) -> dict[str, Any]:
    pages = [(_("Workspace"), "house", "settings", "settings")] if user.is_administrator else []
    pages.append((_("History"), "history", "history", "history"))
    pages.append((_("Duplicates"), "git-merge", "duplicates", "duplicates"))
    for label, icon, name, key in pages:
        try:
            children.insert(0, {"label": label, "icon": icon, "url": reverse(name), "active": active == key})
        except NoReverseMatch:
            continue
    is_active = any(child["active"] for child in children)
    url = children[0]["url"] if children else reverse("today")
    return {"label": _("Settings"), "icon": "settings", "url": url, "active": is_active, "children": children}


def _create_url(active: str, work: list[RecordType]) -> str:
    """The phone's "add" makes what the page shows, else what the first area holds."""
    plural = next((t.plural for t in work if t.plural == active), work[0].plural if work else "")
    try:
        return reverse("record-new", args=[plural]) if plural else ""
    except NoReverseMatch:
        return ""
