"""The numbers of quotations: one after the other within a year, without a gap."""

import datetime as dt
from typing import Any

from django.db import IntegrityError
from django.db.models import Count, Max
from django.utils.translation import gettext_lazy as _

from kairos.core.history import ActionRefused, Changes
from kairos.sales.models import NumberSequence, Quotation


class NumberGiven(ActionRefused):
    message = _("Later quotations have numbers, so this one must stay. Cancel it instead.")


def next_number(changes: Changes, day: dt.date) -> dict[str, Any]:
    """The year, the next number in it and how both are written; whoever comes at the same time waits."""
    sequence = NumberSequence.objects.filter(year=day.year).first() or _begun(changes, day.year)
    changes.lock(sequence)
    changes.update(sequence, last=sequence.last + 1)
    return {"year": day.year, "sequence": sequence.last, "number": f"Q{day.year}-{sequence.last:04}"}


def _begun(changes: Changes, year: int) -> NumberSequence:
    try:
        with changes.attempt():
            return changes.create(NumberSequence, year=year)
    except IntegrityError:
        return NumberSequence.objects.get(year=year)


def check_numbers() -> None:
    """Raises `NumberGiven` when a number is missing among those that were given."""
    years = Quotation.objects.values("year").annotate(
        count=Count("sequence", distinct=True), last=Max("sequence")
    )
    given = {row["year"]: (row["count"], row["last"]) for row in years}
    for sequence in NumberSequence.objects.all():
        if given.get(sequence.year, (0, 0)) != (sequence.last, sequence.last):
            raise NumberGiven()
