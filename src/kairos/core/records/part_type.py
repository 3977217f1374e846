"""Rows that are part of a record, such as lines: listed and reported like records, changed with their record alone."""

from typing import Any, ClassVar

from kairos.core.access import Access
from kairos.core.records.record_type import RecordType


class PartAccess(Access):
    """Who sees the record sees its parts, in lists and reports; nothing is done with them there."""

    def can_create(self, user: Any) -> bool:
        return False

    def can_edit(self, user: Any, record: Any) -> bool:
        return False


class PartType(RecordType):
    """What a list and a report need to know of such rows. `owner` is their foreign key to the record.

    Their address leads to the record: it is the document behind a figure. Their model's `visible_to` narrows them to
    records a person may see. They are declared with `register_part` (decision 045).
    """

    owner: ClassVar[str]
    access: ClassVar[Access] = PartAccess()
    search: ClassVar[tuple[str, ...]] = ()

    def elsewhere(self, pk: int, user: Any) -> str | None:
        from kairos.core.records.registry import type_of

        seen = self.visible_to(user).filter(pk=pk).values_list(self.owner, flat=True) if pk < 2**63 else ()
        kind = type_of(self.model._meta.get_field(self.owner).related_model)
        return next((kind.url_of(owner) for owner in seen), None)
