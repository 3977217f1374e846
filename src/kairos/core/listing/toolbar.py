"""What stands above a list or board: views, filters, grouping, columns, the day that is shown."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kairos.core.conditions import chips
from kairos.core.fields import TracedField
from kairos.core.fields import format as shown
from kairos.core.listing.listing import Listing
from kairos.core.listing.reading import groupable_names
from kairos.core.listing.saved import tabs
from kairos.core.models import SavedView
from kairos.core.records import Action
from kairos.core.slots import LIST_VIEWS, ListView

VIEWS = {"list": ("list", "v l"), "board": ("square-kanban", "v b")}


def toolbar(listing: Listing, views: list[SavedView]) -> dict[str, Any]:
    """Everything the toolbar's template needs beside the listing itself."""
    kind = listing.record_type
    return {
        "switcher": _switcher(listing),
        "tabs": tabs(listing, views),
        "named_filters": _named_filters(listing),
        "chips": _chips(listing),
        "builder_url": reverse("condition-builder", args=[kind.plural]) + f"?{listing.query()}",
        "groups": _groups(listing),
        "columns": _columns(listing),
        "kept": {name: _without(listing, name) for name in ("q", "as_of")},
        "today": timezone.localdate().isoformat(),
        "as_of_text": shown.date(listing.as_of, "long") if listing.as_of else "",
        "can_create": listing.is_editable and kind.access.can_create(listing.user),
        "can_import": listing.is_editable and kind.access.can_import(listing.user),
        "can_export": kind.access.can_export(listing.user),
        "bulk_actions": bulk_actions(listing),
        "sharings": sharings(listing.user),
    }


def _switcher(listing: Listing) -> list[dict[str, Any]]:
    words = {"list": _("List"), "board": _("Board")}
    kind = listing.record_type
    more = [one for one in LIST_VIEWS.contributions(kind.name) if one.shown_for(kind)]
    own = [
        {
            "label": words[name],
            "icon": VIEWS[name][0],
            "key": VIEWS[name][1],
            "url": listing.url(view=name if name != kind.views[0] else "", group=""),
            "active": listing.view == name,
        }
        for name in (kind.views if len(kind.views) + len(more) > 1 else ())
    ]
    return [*own, *(_further(listing, one) for one in more)]


def _further(listing: Listing, view: ListView) -> dict[str, Any]:
    """A way of looking that an upper app has contributed, with what is asked for here."""
    query = listing.query(view="", group="")
    url = reverse(view.name, args=[listing.record_type.plural])
    return {
        "label": view.label,
        "icon": view.icon,
        "key": view.key,
        "url": f"{url}?{query}" if query else url,
        "active": False,
    }


def _named_filters(listing: Listing) -> list[dict[str, Any]]:
    chosen = [one.name for one in listing.filters]
    made = []
    for one in listing.record_type.filters:
        is_active = one.name in chosen
        names = [name for name in chosen if name != one.name] if is_active else [*chosen, one.name]
        made.append(
            {
                "label": one.label,
                "icon": one.icon,
                "active": is_active,
                "url": listing.url(filter=",".join(names)),
            }
        )
    return made


def _chips(listing: Listing) -> list[dict[str, Any]]:
    """The free condition's parts, each with the address that leaves it out."""
    if not listing.params.get("where"):
        return []
    found = chips(listing.where, listing.record_type, user=listing.user)
    return [{"label": one.label, "url": listing.url(where=one.query_without_this)} for one in found]


def _groups(listing: Listing) -> list[dict[str, Any]]:
    kind = listing.record_type
    if listing.is_board:
        names = kind.board_axes
        current = listing.group_field.name if listing.group_field else ""
        return [_group(listing, n, n == current, "" if n == kind.board.columns else n) for n in names]  # type: ignore[union-attr]
    none = {"label": _("No grouping"), "url": listing.url(group=""), "active": not listing.group}
    return [none, *(_group(listing, name, name == listing.group, name) for name in groupable_names(kind))]


def _group(listing: Listing, name: str, is_active: bool, written: str) -> dict[str, Any]:
    label = listing.record_type.fields[name].label
    return {"label": label, "url": listing.url(group=written), "active": is_active}


def _columns(listing: Listing) -> list[dict[str, Any]]:
    """Every field a row can show, with the address that shows or hides it; the first column stays."""
    if listing.is_board:
        return []
    chosen = [field.name for field in listing.shown_fields]
    made = []
    for name, field in listing.record_type.fields.items():
        is_active = name in chosen
        if name == chosen[0] or isinstance(field, TracedField):
            continue
        names = [one for one in chosen if one != name] if is_active else [*chosen, name]
        is_plain = names == listing.record_type.all_columns
        url = listing.url(columns="" if is_plain else ",".join(names))
        made.append({"label": field.label, "active": is_active, "url": url})
    return sorted(made, key=lambda one: not one["active"])


def sharings(user: Any) -> list[tuple[str, str]]:
    """With whom this person can share a view: nobody, each team of theirs, everybody."""
    teams = user.teams.model.objects.filter(pk__in=user.team_ids()) if user.team_ids() else ()
    named = [(f"team-{team.pk}", _("The team %(team)s") % {"team": team}) for team in teams]
    return [("private", _("Only me")), *named, ("everybody", _("Everybody"))]


def _without(listing: Listing, name: str) -> list[tuple[str, str]]:
    """The other parameters, for the hidden inputs of a small form."""
    kept = {key: value for key, value in listing.params.items() if key != name}
    return [*kept.items()]


def bulk_actions(listing: Listing) -> list[Action]:
    """What can be done with many of these at once."""
    if not listing.is_editable:
        return []
    hidden = {"archive"} if listing.is_archived else {"restore"}
    return [
        action
        for action in listing.record_type.all_actions
        if action.is_bulk and action.name not in hidden and action.shown_to(listing.user, None)
    ]
