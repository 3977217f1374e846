"""What a person chooses for their calendar; their own, so without history."""

from typing import Any

from kairos.activities.models.choice import CalendarChoice


def choose_calendar(*, by: Any, values: dict[str, Any]) -> CalendarChoice:
    """Keep when a person works, and how they hear of meetings."""
    values = {**values, "days": sorted(set(values["days"]))}
    choice, _made = CalendarChoice.objects.update_or_create(user=by, defaults=values)
    return choice
