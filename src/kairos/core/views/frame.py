"""What stands around every page of a signed-in person: the rail, the phone's bar, their theme."""

from typing import Any

from django.db.models import F, IntegerField, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from kairos.core.models import SavedView
from kairos.core.records import RecordType, all_types, type_called
from kairos.core.slots import FAVOURITES, NEWS
from kairos.core.views.rail import listed_in_rail, rail

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
    listed = listed_in_rail(user)
    menu = rail(user, listed, active, request.GET.get("filter", ""))
    work = sorted((one for one in listed if one.menu and one.menu.area == "work"), key=_order)
    return {
        "menu": menu,
        "bottom_menu": _bottom_menu(menu, work),
        "favourites": favourites(user),
        "asked_at": getattr(request, "came_at", None) or timezone.now().timestamp(),
        "news": [reverse(one.name) for one in NEWS.contributions()],
        "theme": getattr(user, "theme", "auto"),
        "create_url": _create_url(active, work),
    }


def favourites(user: Any) -> list[dict[str, Any]]:
    """A person's favourite saved views, then what else they have starred, as rail entries. One query."""
    sources = list(FAVOURITES.contributions())
    views = SavedView.objects.filter(owner=user.pk, is_favourite=True)
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


def _bottom_menu(menu: list[dict[str, Any]], work: list[RecordType]) -> list[dict[str, Any]]:
    """The phone's bar: the start page, the first kind of records, and a place that asks to be there."""
    url = work[0].url if work else ""
    return [
        menu[0],
        *(one for one in menu if one["url"] == url),
        *(one for one in menu if one.get("on_phone")),
    ]


def _create_url(active: str, work: list[RecordType]) -> str:
    """The phone's "add" makes what the page shows, else what the first area holds."""
    plural = next((t.plural for t in work if t.plural == active), work[0].plural if work else "")
    try:
        return reverse("record-new", args=[plural]) if plural else ""
    except NoReverseMatch:
        return ""
