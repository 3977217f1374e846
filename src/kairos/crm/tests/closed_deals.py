"""Deals that have closed, for tests of what is learned from them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.history import change_set
from kairos.crm.actions.opportunities import create_opportunity, lose_opportunity, win_opportunity
from kairos.crm.actions.processes import update_team_process
from kairos.crm.models import Opportunity, Source


def make_sources(*names: str) -> list[Source]:
    with change_set(by=None, summary=_("Sources")) as changes:
        return [changes.create(Source, name=name) for name in names]


def close(world: Any, *, won: int, lost: int, seller: Any = None, **values: Any) -> list[Opportunity]:
    """So many deals of a salesperson, won and lost, all with these values."""
    seller = seller or world.sam
    made = []
    with change_set(by=seller, summary=_("Lived")):
        for number in range(won + lost):
            deal = create_opportunity(
                values={"title": f"Old {number}", "salesperson": seller, **values}, by=seller
            )
            made.append(deal)
            if number < won:
                win_opportunity(deal, by=seller)
            else:
                lose_opportunity(deal, by=seller)
    return made


def follow(world: Any, mode: str, team: Any = None) -> None:
    update_team_process(team or world.north, values={"probability_mode": mode}, by=world.ada)


def learned(world: Any) -> tuple[Source, Source]:
    """Sixteen closed deals of North: of eight from a referral six were won, of eight from a fair two."""
    referral, fair = make_sources("Referral", "Fair")
    close(world, won=6, lost=2, source=referral)
    close(world, won=2, lost=6, source=fair)
    return referral, fair
