"""What the screen of a merge asks for: which records, which stays, and what was chosen line by line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kairos.core.editing.found import complete
from kairos.core.editing.numbers import number_in
from kairos.core.history import ActionRefused
from kairos.core.merging.merging import TooManyToMerge, merge_records
from kairos.core.merging.values import TOGETHER
from kairos.core.records import RecordType

PREFIX = "f-"


class NotMergeable(ActionRefused):
    message = _("Records of this kind cannot be merged.")


@dataclass(slots=True)
class Wanted:
    """A merge as a form asks for it; the records are all in sight of who asked."""

    records: list[Any]
    into: int | None = None
    choices: dict[str, int | str] = field(default_factory=dict)

    @property
    def ids(self) -> str:
        return ",".join(str(one.pk) for one in self.records)


def wanted_merge(record_type: RecordType, data: QueryDict, *, user: Any) -> Wanted:
    """Read a merge from an address or a form. `Http404` where one of the records is out of sight.

    Raises `PermissionDenied` where one may not be merged by this person, `TooManyToMerge`.
    """
    if record_type.merge_rules is None:
        raise Http404
    ids = sorted({number for text in data.getlist("ids") for number in _numbers(text)})
    if len(ids) > record_type.merge_rules.most:
        raise TooManyToMerge(most=record_type.merge_rules.most)
    records = list(complete(record_type, record_type.known_to(user)).filter(pk__in=ids))
    if not records or len(records) != len(ids):
        raise Http404
    check_rights(record_type, records, user)
    into = number_in(str(data.get("into", "")))
    choices: dict[str, int | str] = {}
    for name in data:
        if name.startswith(PREFIX):
            value = str(data[name])
            number = number_in(value)
            choices[name.removeprefix(PREFIX)] = TOGETHER if number is None else number
    return Wanted(records, into if into in ids else None, choices)


def check_rights(record_type: RecordType, records: Sequence[Any], user: Any) -> None:
    """Raise `PermissionDenied` unless this person may merge each of these."""
    access = record_type.access
    if not all(access.can_edit(user, one) and access.can_merge(user, one) for one in records):
        raise PermissionDenied(_("Some of these are not yours to merge. Their owner or a leader can."))


def run_merge(record_type: RecordType, wanted: Wanted, *, by: Any) -> Any:
    """Merge as asked, by the kind's own rules; returns the survivor."""
    rules = record_type.merge_rules
    if rules is None:
        raise NotMergeable()
    into = next((one for one in wanted.records if one.pk == wanted.into), wanted.records[0])
    merge = rules.merge or merge_records
    return merge(wanted.records, into=into, choices=wanted.choices, by=by)


def merge_url(record_type: RecordType, records: Iterable[Any]) -> str:
    """The screen that merges these records, or their numbers."""
    ids = ",".join(str(getattr(one, "pk", one)) for one in records)
    return f"{reverse('merge', args=[record_type.plural])}?ids={ids}"


def _numbers(text: str) -> list[int]:
    return [number for part in text.split(",") if (number := number_in(part)) is not None]
