"""Every write, who made it and what it changed: the one store behind undo, past days and tracked changes."""

from kairos.core.history.change_set import Changes, change_set, door, recorded
from kairos.core.history.refusals import ActionRefused, RecordGone, RecordInUse

__all__ = ["ActionRefused", "Changes", "RecordGone", "RecordInUse", "change_set", "door", "recorded"]
