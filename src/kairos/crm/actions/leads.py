"""Leads: how they come in, whatever the channel, and how one becomes an opportunity."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import Team, Workspace
from kairos.core.duplicates.keys import email_key
from kairos.core.history import ActionRefused, Changes, change_set
from kairos.core.history.canonical import type_name
from kairos.core.models import MatchKey
from kairos.crm import events
from kairos.crm.actions.defaults import team_for, title_of
from kairos.crm.actions.handing import note_hand
from kairos.crm.actions.opportunities import (
    AlreadyClosed,
    create_opportunity,
    lose_opportunity,
    update_opportunity,
)
from kairos.crm.actions.plans import plan_for
from kairos.crm.actions.probability import of_stage
from kairos.crm.actions.stages import first_open_stage
from kairos.crm.actions.touches import Brought, add_touch
from kairos.crm.models import Channel, Kind, LostReason, Opportunity, TeamProcess

LEARNT = (
    *(
        "contact_name",
        "company_name",
        "job_title",
        "phone",
        "website",
        "street",
        "city",
        "region",
        "postcode",
    ),
    *("country", "language", "tax_id", "referred_by", "product"),
)


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
    lead or deal in the same team under the same e-mail address gets another touch instead of another record, which
    learns what it lacks.
    """
    values = {"salesperson": None, **values}
    values["team"] = values.get("team") or team_for(values.get("stage"), values["salesperson"])
    brought, title = brought or Brought(), title_of(values)
    with change_set(by=by, summary=_("Added %(record)s"), params={"record": title}, at=brought.at) as changes:
        if (same := _of_external_id(values)) is not None:
            return Added(same, is_new=False)
        if into_open and (known := _open_of(values)) is not None:
            _learn(changes, known, values)
            add_touch(changes, known, channel=channel, brought=brought)
            return Added(known, is_new=False)
        kind = Kind.LEAD if uses_leads(values["team"]) else Kind.OPPORTUNITY
        full = {**values, "title": title, "kind": kind, "channel": channel}
        try:
            with changes.attempt():
                record = create_opportunity(values=full, by=by, at=brought.at)
        except IntegrityError:
            # Somebody else has brought the same one in this moment.
            if (same := _of_external_id(values)) is None:
                raise
            return Added(same, is_new=False)
        add_touch(changes, record, channel=channel, brought=brought)
        changes.event(events.LEAD_ADDED.name, record, channel=Channel(channel).label)
    return Added(record, is_new=True)


def _of_external_id(values: Mapping[str, Any]) -> Opportunity | None:
    external_id = values.get("external_id")
    if not external_id:
        return None
    found: Opportunity | None = Opportunity.with_leads.filter(external_id=external_id).first()
    return found


def _open_of(values: Mapping[str, Any]) -> Opportunity | None:
    """The latest open record of the same e-mail address in the same team; two who come at once wait for each other."""
    email = email_key(values.get("email") or "")
    if not email:
        return None
    list(Workspace.objects.select_for_update().values_list("pk"))
    same = MatchKey.objects.filter(record_type=type_name(Opportunity), kind="email", value=email)
    found = Opportunity.with_leads.open().active().filter(pk__in=same.values("record_id"))
    known: Opportunity | None = found.filter(team=values["team"]).order_by("-pk").first()
    return known


def _learn(changes: Changes, known: Opportunity, values: Mapping[str, Any]) -> None:
    """Fill in what is lacking; what was said this time stands below what was said before."""
    changes.lock(known)
    lacking = {name: values[name] for name in LEARNT if values.get(name) and not getattr(known, name)}
    said = str(values.get("description") or "").strip()
    if said and said not in known.description:
        lacking["description"] = f"{known.description}\n\n{said}".strip()
    if lacking:
        update_opportunity(known, values=lacking, by=changes.by)


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
        plan = plan_for(changes, deal)
        check_convertible(deal)
        before = deal.salesperson_id
        plan.convert(organisation=organisation, person=person, **whose)
        plan.write()
        if deal.salesperson_id != before:
            note_hand(changes, deal, deal.salesperson)
        return _merged(deal, into, by=by) if into is not None else deal


def check_convertible(lead: Opportunity) -> None:
    """Raises `NotALead`, `AlreadyClosed`."""
    if lead.kind != Kind.LEAD:
        raise NotALead(record=lead)
    if not lead.is_open:
        raise AlreadyClosed(opportunity=lead)


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
            values |= of_stage(stage, opportunity.team)
        changes.update(opportunity, **values, stage_entered_at=changes.at)
        changes.event(events.LEAD_RETURNED.name, opportunity)
    return opportunity


def discard_lead(
    lead: Opportunity, *, by: Any, lost_reason: LostReason | None = None, lost_note: str = ""
) -> Opportunity:
    """Close a lead that leads nowhere, with the reason. Raises `AlreadyClosed`."""
    with change_set(by=by, summary=_("Discarded %(record)s"), params={"record": lead}):
        return lose_opportunity(lead, by=by, lost_reason=lost_reason, lost_note=lost_note)
