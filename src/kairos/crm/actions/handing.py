"""Who was given a deal by hand: a line in the ledger of assignments, so that it counts like those given by rule."""

from collections.abc import Iterable, Mapping
from typing import Any

from kairos.core.history import Changes
from kairos.core.history.bulk import chunks
from kairos.crm.models import Assignment, Opportunity


def note_hand(changes: Changes, deal: Opportunity, salesperson: Any) -> None:
    """Note that a deal is about to go to a salesperson, or has just been made for one."""
    by = changes.by
    if salesperson is not None and by is not None and salesperson.pk != by.pk:
        _note(changes, by, [(deal, salesperson)])


def note_hands(changes: Changes, values_by_id: Mapping[int, Mapping[str, Any]]) -> None:
    """Note all deals that are about to change hands, with one query. What people take for themselves is not noted."""
    by = changes.by
    if by is None:
        return
    given = {pk: values.get("salesperson") for pk, values in values_by_id.items()}
    wanted: dict[int, Any] = {pk: one for pk, one in given.items() if one is not None and one.pk != by.pk}
    ids = list(wanted)
    for part in chunks(ids, 5000):
        deals = Opportunity.with_leads.filter(pk__in=part).only("salesperson", "team")
        _note(
            changes,
            by,
            [(deal, wanted[deal.pk]) for deal in deals if deal.salesperson_id != wanted[deal.pk].pk],
        )


def _note(changes: Changes, by: Any, gifts: Iterable[tuple[Opportunity, Any]]) -> None:
    lines = [
        Assignment(
            opportunity=deal,
            team_id=deal.team_id,
            user=salesperson,
            at=changes.at,
            reason={"why": "hand", "by": by.pk},
        )
        for deal, salesperson in gifts
    ]
    if lines:
        changes.create_many(Assignment, lines)
