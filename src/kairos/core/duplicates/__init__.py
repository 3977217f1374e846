"""Records that are likely one: found by exact keys while somebody works, by likeness of names in the background."""

from kairos.core.duplicates.matching import (
    Because,
    Match,
    Similar,
    find_matches,
    find_matches_of_many,
    similar_to,
)

__all__ = ["Because", "Match", "Similar", "find_matches", "find_matches_of_many", "similar_to"]
