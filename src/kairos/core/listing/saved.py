"""Saved views as a listing meets them: which there are, and their tabs."""

from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from kairos.core.listing.listing import Listing
from kairos.core.models import SavedView
from kairos.core.records import RecordType


def views_of(record_type: RecordType, user: Any) -> list[SavedView]:
    """The saved views of this kind that the person may open: their own first, then what others share."""
    found = SavedView.objects.visible_to(user).filter(record_type=record_type.name)
    views = list(found.order_by("position", "name", "pk").annotate(owner_name=F("owner__name")).distinct())
    return sorted(views, key=lambda view: view.owner_id != user.pk)


def tabs(listing: Listing, views: list[SavedView]) -> list[dict[str, Any]]:
    """“All” and every saved view; the one the address starts from is marked, and whether it says something else."""
    url = listing.record_type.url
    everything = f"{url}?saved=0" if listing.has_default else url
    made = [
        {
            "label": _("All"),
            "url": everything,
            "active": listing.saved is None,
            "changed": False,
            "icon": None,
        }
    ]
    for view in views:
        is_active = listing.saved is not None and listing.saved.pk == view.pk
        made.append(
            {
                "label": view.name,
                "url": f"{url}?saved={view.pk}",
                "active": is_active,
                "changed": is_active and listing.is_changed,
                "icon": _icon(view, listing.user),
            }
        )
    return made


def _icon(view: SavedView, user: Any) -> str | None:
    if view.is_favourite and view.owner_id == user.pk:
        return "star"
    return "users" if view.sharing != SavedView.Sharing.PRIVATE else None
