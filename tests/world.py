"""The named world of the tests: one house, two teams, and somebody for every rule."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import Role, Team, User, Workspace
from kairos.contacts.models import Contact
from kairos.core.history import change_set
from kairos.crm.actions.opportunities import create_opportunity
from kairos.crm.models import LostReason, Opportunity, Stage


@dataclass
class World:
    """Ada administers. Lena leads North, where Sam (own deals) and Tia (her team's) sell. Otto sells in South.

    Strangers: `stranger` belongs to no team and sees own deals only. North sells by the shared stages
    New (10 %), Talking (40 %), Won; South by its own: Lead in (20 %), Offer (60 %), Signed (won).
    """

    ada: User
    lena: User
    sam: User
    tia: User
    otto: User
    stranger: User
    north: Team
    south: Team
    new: Stage
    talking: Stage
    won: Stage
    lead_in: Stage
    offer: Stage
    signed: Stage
    too_dear: LostReason
    acme: Contact
    eve: Contact
    sams_deal: Opportunity
    tias_deal: Opportunity
    ottos_deal: Opportunity


def make_world() -> World:
    """Create the world through the apps' own actions."""
    Workspace.objects.update_or_create(pk=1, defaults={"name": "Kairos Test", "currency": "USD"})
    with change_set(by=None, summary=_("Founded")) as changes:
        north = changes.create(Team, name="North", currency="USD", position=0)
        south = changes.create(Team, name="South", currency="TWD", position=1, has_own_stages=True)
        people: dict[str, Any] = {
            name: changes.create(User, name=full, email=f"{name}@example.com", role=role, teams=teams)
            for name, full, role, teams in (
                ("ada", "Ada Admin", Role.ADMINISTRATOR, []),
                ("lena", "Lena Leader", Role.LEADER, [north]),
                ("sam", "Sam Seller", Role.SALES_OWN, [north]),
                ("tia", "Tia Team", Role.SALES_TEAM, [north]),
                ("otto", "Otto Other", Role.SALES_TEAM, [south]),
                ("stranger", "Stefan Stranger", Role.SALES_OWN, []),
            )
        }
        changes.set_related(north, "leaders", [people["lena"]])
        stages: dict[str, Any] = {
            "new": changes.create(Stage, name="New", position=0, probability=10),
            "talking": changes.create(Stage, name="Talking", position=1, probability=40, stale_after_days=14),
            "won": changes.create(Stage, name="Won", position=2, probability=100, is_won=True),
            "lead_in": changes.create(Stage, name="Lead in", team=south, position=0, probability=20),
            "offer": changes.create(Stage, name="Offer", team=south, position=1, probability=60),
            "signed": changes.create(
                Stage, name="Signed", team=south, position=2, probability=100, is_won=True
            ),
        }
        too_dear = changes.create(LostReason, name="Too dear")
        acme = changes.create(
            Contact,
            kind="organisation",
            name="Acme",
            emails=["info@acme.example"],
            industry="Tools",
            country="US",
        )
        eve = changes.create(
            Contact, name="Eve Buyer", parent=acme, emails=["eve@acme.example"], country="US"
        )
    deals: dict[str, Any] = {
        f"{owner}s_deal": create_opportunity(
            values={
                "title": title,
                "organisation": acme,
                "salesperson": people[owner],
                "expected_revenue": amount,
            },
            by=people[owner],
        )
        for owner, title, amount in (
            ("sam", "Anvils", 1000),
            ("tia", "Rockets", 2500),
            ("otto", "Magnets", 90000),
        )
    }
    return World(**people, **stages, **deals, north=north, south=south, too_dear=too_dear, acme=acme, eve=eve)
