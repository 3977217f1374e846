"""What duplicates add to the record page."""

from kairos.core.merging import events

__all__ = ["events"]
