"""The nouns of planning; importing it makes them known."""

from kairos.activities.records import activities, types

__all__ = ["activities", "types"]
