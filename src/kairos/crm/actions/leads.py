"""Leads: how they come in, whatever the channel, and how one becomes an opportunity."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import Team
from kairos.core.history import ActionRefused, change_set
from kairos.crm import events
from kairos.crm.actions.opportunities import AlreadyClosed, create_opportunity
from kairos.crm.actions.stages import first_open_stage
from kairos.crm.actions.touches import Brought, add_touch
from kairos.crm.models import Channel, Kind, Opportunity, TeamProcess
from kairos.crm.quality import kept_email


class NotALead(ActionRefused):
    message = _("“%(record)s” is an opportunity already.")


class NotAnOpportunity(ActionRefused):
    message = _("“%(record)s” is a lead already.")


@dataclass(frozen=True, slots=True)
class Added:
    """What came of somebody coming: the record, and whether it is a new one."""

    record: Opportunity
    is_new: bool


def uses_leads(team: Team | None) -> bool:
    """Whether a team looks at leads before they enter its pipeline; what has no team yet is looked at first."""
    if team is None:
        return True
    return TeamProcess.objects.filter(team=team, uses_leads=True).exists()


def add_lead(
    *,
    values: Mapping[str, Any],
    channel: str,
    by: Any = None,
    brought: Brought | None = None,
    into_open: bool = False,
) -> Added:
    """Somebody shows interest: the one door for mail, forms, chat, campaigns, rules and the API.

    `values` are a lead's fields; without a title it is named after company or contact. A team that uses no leads gets
    an opportunity. The same `external_id` twice adds nothing the second time. With `into_open`, whoever has an open
    lead or deal in the same team under the same e-mail address gets another touch instead of another record.
    """
    values = dict(values)
    brought = brought or Brought()
    external_id = values.get("external_id") or ""
    with change_set(by=by, summary=_("Added %(record)s"), params={"record": _title(values)}) as changes:
        known = _known(external_id, values, into_open=into_open)
        if known is not None:
            if known.external_id != external_id or not external_id:
                add_touch(changes, known, channel=channel, brought=brought)
            return Added(known, is_new=False)
        kind = Kind.LEAD if uses_leads(values.get("team")) else Kind.OPPORTUNITY
        full = {"salesperson": None, **values, "title": _title(values), "kind": kind, "channel": channel}
        record = create_opportunity(values=full, by=by, at=brought.at)
        add_touch(changes, record, channel=channel, brought=brought)
        changes.event(events.LEAD_ADDED.name, record, channel=Channel(channel).label)
    return Added(record, is_new=True)


def _title(values: Mapping[str, Any]) -> str:
    for name in ("title", "company_name", "contact_name", "email", "phone"):
        if text := str(values.get(name) or "").strip():
            return text[:200]
    return _now("Somebody without a name")


def _known(external_id: str, values: Mapping[str, Any], *, into_open: bool) -> Opportunity | None:
    everything = Opportunity.with_leads
    if external_id and (same := everything.filter(external_id=external_id).first()):
        return same
    email = kept_email(values.get("email") or "")
    if not (into_open and email):
        return None
    found = everything.open().active().filter(email=email, team=values.get("team"))
    return found.order_by("-pk").first()


def convert_lead(
    lead: Opportunity,
    *,
    by: Any,
    organisation: Any = None,
    person: Any = None,
    into: Opportunity | None = None,
    **whose: Any,
) -> Opportunity:
    """Make an opportunity of a lead: the same record, so that all that was said and done stays with it.

    `organisation` and `person` are contacts (None links nobody); `into` is an opportunity it is merged with; `whose`
    may name another `salesperson` and `team`. Raises `NotALead`, `AlreadyClosed`.
    """
    deal = Opportunity.with_leads.get(pk=lead.pk)
    with change_set(by=by, summary=_("Converted %(record)s"), params={"record": deal}) as changes:
        changes.lock(deal)
        if deal.kind != Kind.LEAD:
            raise NotALead(record=deal)
        if not deal.is_open:
            raise AlreadyClosed(opportunity=deal)
        team = whose.get("team", deal.team)
        salesperson = whose.get("salesperson", deal.salesperson)
        stage = first_open_stage(team)
        values: dict[str, Any] = {
            "kind": Kind.OPPORTUNITY,
            "converted_at": changes.at,
            "stage": stage,
            "stage_entered_at": changes.at,
            "team": team,
            "salesperson": salesperson,
            "organisation": organisation
            or (person.parent if person is not None else None)
            or deal.organisation,
            "person": person or deal.person,
        }
        if salesperson is not None and deal.assigned_at is None:
            values["assigned_at"] = changes.at
        if not deal.is_probability_manual:
            values["probability"] = stage.probability
        changes.update(deal, **values)
        changes.event(events.LEAD_CONVERTED.name, deal)
        return _merged(deal, into, by=by) if into is not None else deal


def _merged(deal: Opportunity, into: Opportunity, *, by: Any) -> Opportunity:
    from kairos.crm.actions.merging import merge_opportunities

    return merge_opportunities([deal, into], into=into, choices={}, by=by)


def return_to_leads(opportunity: Opportunity, *, by: Any) -> Opportunity:
    """Back among the leads, in their first stage; customers that were made stay. Raises `NotAnOpportunity`."""
    with change_set(
        by=by, summary=_("Returned %(record)s to the leads"), params={"record": opportunity}
    ) as changes:
        changes.lock(opportunity)
        if opportunity.kind == Kind.LEAD:
            raise NotAnOpportunity(record=opportunity)
        if not opportunity.is_open:
            raise AlreadyClosed(opportunity=opportunity)
        stage = first_open_stage(opportunity.team, Kind.LEAD)
        values: dict[str, Any] = {"kind": Kind.LEAD, "converted_at": None, "stage": stage}
        if not opportunity.is_probability_manual:
            values["probability"] = stage.probability
        changes.update(opportunity, **values, stage_entered_at=changes.at)
        changes.event(events.LEAD_RETURNED.name, opportunity)
    return opportunity
