"""Several records become one, side by side and with a choice for every field; and are several again when asked."""

from kairos.core.merging.comparing import Comparison, Line, Option, compare
from kairos.core.merging.merging import NothingToMerge, merge_records
from kairos.core.merging.origins import Origin, origins, where_now
from kairos.core.merging.unmerging import unmerge

__all__ = [
    "Comparison",
    "Line",
    "NothingToMerge",
    "Option",
    "Origin",
    "compare",
    "merge_records",
    "origins",
    "unmerge",
    "where_now",
]
