"""Lists and boards of any kind of record: what an address asks for, and the records, groups and totals it shows."""

from kairos.core.listing.listing import Listing
from kairos.core.listing.reading import read_listing
from kairos.core.listing.records import records_of

__all__ = ["Listing", "read_listing", "records_of"]
