"""What a new house starts with, whichever door is opened first."""

from django.utils.translation import gettext_lazy as _

from kairos.core.history import change_set
from kairos.core.models import ChangeSet
from kairos.core.slots import NEW_HOUSE


def furnish_new_house() -> bool:
    """Let the apps put in what they need to begin, such as stages; False where somebody has been before."""
    if ChangeSet.objects.exists():
        return False
    with change_set(by=None, summary=_("Opened the house")) as changes:
        for furnisher in NEW_HOUSE.contributions():
            furnisher.furnish(changes)
    return True
