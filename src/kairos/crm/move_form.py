"""What is asked before many deals move to a stage."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from kairos.core.records import ActionForm
from kairos.crm.actions.moving import Place, places_for


class MoveForm(ActionForm):
    """Where to move deals of one team or of several: a stage by its name, or by its position, and how many have it."""

    template = "crm/_move.html"

    def context(self, records: Sequence[Any], user: Any, data: Any) -> dict[str, Any]:
        found = places_for(records)
        choices = [
            (_place_value(place), _place_label(place, name, count, records)) for place, name, count in found
        ]
        lacking = any(count < len(records) for _place, _name, count in found)
        return {"places": choices, "place": data.get("place", ""), "some_lack_it": lacking}

    def read(
        self, records: Sequence[Any], user: Any, data: Any
    ) -> tuple[dict[str, Any], dict[str, list[str]]]:
        for place, name, _count in places_for(records):
            if data.get("place") == _place_value(place):
                return {"place": place, "called": name}, {}
        return {}, {"place": [_("Choose a stage.")]}


def _place_value(place: Place) -> str:
    return f"at {place.position}" if place.position else f"named {place.name}"


def _place_label(place: Place, name: str, count: int, records: Sequence[Any]) -> str:
    params = {"n": place.position, "stage": name, "count": count, "total": len(records)}
    if place.position:
        return _("Stage %(n)s: %(stage)s (%(count)s of %(total)s)") % params
    return _("%(stage)s (%(count)s of %(total)s)") % params
