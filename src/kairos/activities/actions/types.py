"""The types a house begins with, and the order they are shown in."""

from typing import Any

from django.utils.translation import gettext, pgettext

from kairos.activities.models import ActivityType, Chaining, Doing
from kairos.core.history import Changes


def found_types(changes: Changes) -> list[ActivityType]:
    """The types a new house begins with, in its language; those there already are kept."""
    present = list(ActivityType.objects.active().order_by("position", "pk"))
    if present:
        return present
    rows = (
        (gettext("Call"), Doing.CALL, 2),
        (gettext("Meeting"), Doing.MEETING, 7),
        (gettext("To-do"), Doing.TODO, 5),
        (pgettext("activity", "E-mail"), Doing.EMAIL, 0),
        (gettext("Upload a document"), Doing.UPLOAD, 5),
    )
    made = [
        changes.create(ActivityType, name=name, doing=doing, delay_days=days, position=place)
        for place, (name, doing, days) in enumerate(rows)
    ]
    changes.update(made[1], chaining=Chaining.SUGGEST, next_type=made[3])
    return made


def type_for(doing: str, changes: Changes) -> ActivityType:
    """The first type in which this is done; made where the house has none."""
    found = ActivityType.objects.active().filter(doing=doing).order_by("position", "pk").first()
    if found is not None:
        return found
    return changes.create(ActivityType, name=str(Doing(doing).label), doing=doing)


def shown_types(user: Any) -> list[ActivityType]:
    """The types somebody plans with, in their order."""
    return list(ActivityType.objects.visible_to(user).active().order_by("position", "pk"))
