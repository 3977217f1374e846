"""What a new deal takes from its salesperson, team and stage when nobody says otherwise."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _now

from kairos.accounts.models import Team, User
from kairos.accounts.workspace import default_currency
from kairos.crm.actions.stages import first_open_stage
from kairos.crm.models import Kind

NAMING = ("title", "company_name", "contact_name", "email", "phone")


def completed(values: Mapping[str, Any], *, by: Any) -> dict[str, Any]:
    """The given values with the missing ones filled in.

    Salesperson: the creator, unless the field is given (even as nobody). Team: the stage's, else the salesperson's
    first. Stage: the team's first open one. Currency: the team's, else the workspace's. Probability: the stage's.
    """
    full = dict(values)
    if "salesperson" not in full:
        full["salesperson"] = by if isinstance(by, User) else None
    if full.get("team") is None:
        full["team"] = team_for(full.get("stage"), full["salesperson"])
    if full.get("stage") is None:
        full["stage"] = first_open_stage(full["team"], full.get("kind") or Kind.OPPORTUNITY)
    if not full.get("currency"):
        full["currency"] = (full["team"].currency if full["team"] else "") or default_currency()
    if full.get("probability") is None:
        full["probability"] = full["stage"].probability
    elif full["probability"] != full["stage"].probability:
        full["is_probability_manual"] = True
    if full.get("organisation") is None and full.get("person") is not None:
        full["organisation"] = full["person"].parent
    return full


def team_for(stage: Any, salesperson: Any) -> Team | None:
    """The team a deal is in when nobody says which: that of its stage, else the salesperson's first."""
    if stage is not None and stage.team_id:
        return stage.team
    if salesperson is None:
        return None
    teams = salesperson.teams.filter(archived_at=None).order_by("position", "pk")
    if stage is not None:
        teams = teams.filter(has_own_stages=False)
    return teams.first()


def title_of(values: Mapping[str, Any]) -> str:
    """What a lead is called: as it is given, else who it is."""
    found = (str(values.get(name) or "").strip() for name in NAMING)
    return next((text[:200] for text in found if text), _now("Somebody without a name"))
