"""Whose turn it is: a weighted round robin that needs no dice and can always say why.

Everybody who could take a lead is owed a part of it, by capacity. It goes to one of those who have received less than
they are owed; of these to the one who would be first to fall a whole lead behind. This is the quota method of Balinski
and Young: as long as the same people could take every lead, nobody is ever a whole lead ahead or behind (ADR 023).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

EXACT = 9
ALIKE = 5


@dataclass(slots=True)
class Account:
    """What somebody is owed and has received of late, in leads; `weight` is their part of the whole.

    `total` is all they have ever been owed: a meter that only runs forward.
    """

    key: int
    weight: int
    owed: float = 0.0
    received: int = 0
    total: float = 0.0

    @property
    def is_behind(self) -> bool:
        """Whether less was received than is owed."""
        return round(self.owed - self.received, ALIKE) > 0


def take_turn(able: Sequence[Account], first: Collection[int] = ()) -> Account:
    """Credit everybody who could take this lead, and give it to the one whose turn it is; returns that account.

    `first` narrows who may get it, by key, where some are preferred; the others are owed their part nevertheless, so
    that being preferred changes which leads one gets, and in the long run not how many. `able` is not empty.
    """
    whole = sum(account.weight for account in able)
    for account in able:
        part = account.weight / whole
        account.owed, account.total = round(account.owed + part, EXACT), round(account.total + part, EXACT)
    chosen = min(
        (account for account in able if not first or account.key in first),
        key=lambda account: _order(account, whole),
    )
    chosen.received += 1
    return chosen


def _order(account: Account, whole: int) -> tuple[bool, float, int, int]:
    """Those behind first; then who falls a whole lead behind soonest; then who has the fewest; then the number."""
    until_behind = (account.received + 1 - account.owed) * whole / account.weight
    return not account.is_behind, round(until_behind, ALIKE), account.received, account.key
