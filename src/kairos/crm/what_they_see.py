"""What a person sees of deals and leads, in words and numbers."""

from typing import Any

from django.db.models import Sum

from kairos.accounts.models import Reach, Role, Team, User
from kairos.accounts.rights import shared_only
from kairos.accounts.sight import shared_name, sight_of
from kairos.core.records import type_of
from kairos.crm.models import Kind, Lead, Opportunity, OpportunityTally


def what_they_see(person: User) -> dict[str, Any]:
    """The reach of their role, the teams and people it extends to, and how many records that makes."""
    sight = sight_of(person)
    names = dict(
        Team.objects.filter(pk__in=sight.teams | sight.led).order_by("name").values_list("pk", "name")
    )
    shared = sight.shared.get(shared_name(Opportunity), frozenset())
    return {
        "reach": Reach(sight.reach).label,
        "is_fixed": person.role == Role.ADMINISTRATOR,
        "teams": [name for pk, name in names.items() if pk in sight.teams],
        "led": [name for pk, name in names.items() if pk in sight.led],
        "people": len(sight.people),
        "shared": Opportunity.with_leads.active().filter(pk__in=shared).count() if shared else 0,
        "counts": [
            {"label": kind.label_plural, "count": count, "url": kind.url}
            for kind, count in (
                (type_of(Opportunity), _count(person, Kind.OPPORTUNITY)),
                (type_of(Lead), _count(person, Kind.LEAD)),
            )
        ],
    }


def _count(person: User, kind: str) -> int:
    tallied = OpportunityTally.objects.visible_to(person).filter(kind=kind, archived_at=None)
    beside = shared_only(person, Opportunity)
    rest = 0 if beside is None else Opportunity.with_leads.active().filter(beside, kind=kind).count()
    return (tallied.aggregate(n=Sum("count"))["n"] or 0) + rest
