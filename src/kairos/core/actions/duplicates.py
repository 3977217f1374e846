"""What people do with likely duplicates, and what the house does by itself to find them."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.core.duplicates.finding import find_duplicates, searched_types
from kairos.core.duplicates.matching import pair_of
from kairos.core.history import ActionRefused, change_set
from kairos.core.models import DuplicatePair, DuplicateSearch
from kairos.core.records import RecordType

# A search that was asked for longer ago than this has been lost with its worker.
GIVEN_UP = dt.timedelta(hours=1)


class SameRecord(ActionRefused):
    message = _("A record cannot be told from itself.")


def mark_different(record_type: RecordType, one: Any, other: Any, *, by: Any) -> DuplicatePair:
    """Remember that two records are not the same, so that nobody is asked again. Raises `SameRecord`."""
    if one.pk == other.pk:
        raise SameRecord()
    first, second = pair_of(one.pk, other.pk)
    key = {"record_type": record_type.stored_name, "first_id": first, "second_id": second}
    params = {"record": record_type.title(one), "other": record_type.title(other)}
    with change_set(by=by, summary=_("%(record)s and %(other)s are not the same"), params=params) as changes:
        pair = DuplicatePair.objects.select_for_update().filter(**key).first()
        if pair is None:
            return changes.create(
                DuplicatePair, state=DuplicatePair.State.DIFFERENT, found_at=changes.at, **key
            )
        changes.update(pair, state=DuplicatePair.State.DIFFERENT)
    return pair


def request_search() -> bool:
    """Look through the whole database in the background; False where that is being done already."""
    from kairos.core.tasks import find_duplicates as task

    now = timezone.now()
    with transaction.atomic():
        names = [one.stored_name for one in searched_types()]
        busy = DuplicateSearch.objects.filter(record_type__in=names, finished_at=None)
        if any(now - one.asked_at < GIVEN_UP for one in busy):
            return False
        for name in names:
            fresh = {"asked_at": now, "started_at": None, "finished_at": None, "done": 0, "total": 0}
            DuplicateSearch.objects.update_or_create(record_type=name, defaults=fresh)
        task.enqueue()
    return True


def search_all() -> dict[str, int]:
    """Find the duplicates of every kind, one after the other; returns how many pairs of each wait for somebody."""
    waiting = {}
    for record_type in searched_types():
        now = timezone.now()
        search, _made = DuplicateSearch.objects.update_or_create(
            record_type=record_type.stored_name,
            defaults={"started_at": now, "finished_at": None, "done": 0},
            create_defaults={"asked_at": now, "started_at": now},
        )

        def tell(done: int, total: int, pk: int = search.pk) -> None:
            DuplicateSearch.objects.filter(pk=pk).update(done=done, total=total)

        waiting[record_type.stored_name] = find_duplicates(record_type, tell)
        DuplicateSearch.objects.filter(pk=search.pk).update(finished_at=timezone.now())
    return waiting
