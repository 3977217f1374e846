"""Who was given a deal by hand: a line in the ledger of assignments, so that it counts like those given by rule."""

from collections.abc import Iterable, Mapping
from typing import Any

from kairos.core.history import Changes
from kairos.core.history.bulk import chunks
from kairos.crm.models import Assignment, Opportunity


def note_hand(changes: Changes, deal: Opportunity, salesperson: Any) -> None:
    """Note that a deal goes to a salesperson, or has just been made for one."""
    note_gifts(changes, [(deal.pk, deal.team_id, salesperson)])


def note_hands(changes: Changes, values_by_id: Mapping[int, Mapping[str, Any]]) -> None:
    """Note all deals that are about to change hands, with one query. What people take for themselves is not noted."""
    by = changes.by
    if by is None:
        return
    given = {pk: values.get("salesperson") for pk, values in values_by_id.items()}
    wanted: dict[int, Any] = {pk: one for pk, one in given.items() if one is not None and one.pk != by.pk}
    for part in chunks(list(wanted), 5000):
        deals = Opportunity.with_leads.filter(pk__in=part).values_list("pk", "team_id", "salesperson_id")
        note_gifts(changes, [(pk, team, wanted[pk]) for pk, team, had in deals if had != wanted[pk].pk])


def note_gifts(changes: Changes, gifts: Iterable[tuple[int, int | None, Any]]) -> None:
    """Note what goes to whom: the deal's number, its team's, and the person, if any."""
    by = changes.by
    if by is None:
        return
    lines = [
        Assignment(
            opportunity_id=deal, team_id=team, user=one, at=changes.at, reason={"why": "hand", "by": by.pk}
        )
        for deal, team, one in gifts
        if one is not None and one.pk != by.pk
    ]
    if lines:
        changes.create_many(Assignment, lines)
