"""What opportunities and leads share: the table, who sees them, how they are found and changed."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.accounts.rights import shared_only
from kairos.core.duplicates.keys import domain_keys, email_key, phone_key, tax_key
from kairos.core.fields import Field, LanguageField, RelationField
from kairos.core.records import DuplicateRules, MatchKeys, Reason, RecordType, Thread, type_of
from kairos.core.tables import name_key
from kairos.crm.access import OpportunitiesAccess
from kairos.crm.actions import many, opportunities
from kairos.crm.actions.merging import MERGE_RULES
from kairos.crm.celebration import praise
from kairos.crm.models import Kind, Lead, Opportunity, OpportunityTally, Status
from kairos.crm.reached import REACHED
from kairos.crm.stage_bar import stages_of
from kairos.crm.stale import STALE, STEPLESS, step_of

MOMENT = dt.timedelta(seconds=10)


def fields_of(kind: Kind) -> list[Field]:
    """The fields whose choices depend on the record: customers by kind, stages by the team's process for this kind."""

    def stages(queryset: Any, record: Any) -> Any:
        if record is None:
            return queryset.filter(kind=kind).order_by("team_id", "position")
        own = record.team_id if record.team_id and record.team.has_own_stages else None
        return queryset.filter(team=own, kind=kind).order_by("position")

    return [
        RelationField(
            "organisation",
            limit=lambda found, record: found.organisations(),
            can_create={"kind": "organisation"},
        ),
        RelationField("person", limit=lambda found, record: found.people(), can_create={"kind": "person"}),
        RelationField("stage", limit=stages),
        RelationField("lost_reason", limit=lambda found, record: found.filter(loses__in=("both", kind))),
        STALE,
        STEPLESS,
        *([REACHED] if kind == Kind.OPPORTUNITY else []),
        LanguageField("language"),
        RelationField("source", can_create=True),
        RelationField("medium", can_create=True),
        RelationField("campaign", can_create=True),
        RelationField("competitor", can_create=True),
        RelationField("product", can_create=True),
    ]


def _keys(deal: Opportunity) -> list[tuple[str, str]]:
    email = email_key(deal.email)
    return [
        ("email", email),
        ("phone", phone_key(deal.phone) if deal.phone else ""),
        *(domain_keys(emails=[email], website=deal.website) if email or deal.website else ()),
        ("tax_id", tax_key(deal.tax_id) if deal.tax_id else ""),
        ("company", name_key(deal.company_name) if deal.company_name else ""),
    ]


def _addresses(deal: Opportunity) -> list[tuple[str, str]]:
    """What the deal says itself, then its person's and its organisation's."""
    found = [(deal.contact_name, deal.email)] if deal.email else []
    for contact in (deal.person, deal.organisation):
        found += [(contact.name, email) for email in contact.emails] if contact else []
    return found


class Deals(RecordType):
    """The part of both declarations that is the same."""

    title_field = "title"
    access = OpportunitiesAccess()
    search = (
        "title",
        "organisation.name",
        "person.name",
        "contact_name",
        "company_name",
        "email",
        "phone",
        "external_id",
    )
    match_keys = MatchKeys((), _keys, ("email", "phone", "website", "tax_id", "company_name"))
    duplicates = DuplicateRules(
        reasons=(
            Reason("email", _("Same e-mail address"), 85),
            Reason("tax_id", _("Same tax ID"), 70),
            Reason("phone", _("Same phone number"), 70),
            Reason("person", _("Same person"), 60, is_shown=False),
            Reason("title", _("Same title"), 45, is_shown=False),
            Reason("domain", _("Same internet domain"), 40),
            Reason("company", _("Same company name"), 40, is_shown=False),
            Reason("organisation", _("Same organisation"), 25, is_shown=False),
        ),
        links=("organisation", "person"),
        likened=("title",),
        asked=("title", "organisation", "person", "company_name", "email", "phone"),
        in_queue=lambda deals: deals.filter(archived_at=None, status=Status.OPEN),
        worth=75,
    )
    merge_rules = MERGE_RULES
    default_sort = "-priority"
    tally = OpportunityTally
    header = "crm/_opportunity_header.html"
    thread = Thread(responsible=("salesperson",), addresses=_addresses)

    update = staticmethod(opportunities.update_opportunity)
    update_many = staticmethod(many.update_opportunities)

    def applause(self, record: Any) -> str:
        """Why a deal that was won just now deserves a moment."""
        deals = Opportunity.objects.won().select_related("salesperson", "team", "source", "organisation")
        deal = deals.filter(pk=record.pk, closed_at__gte=timezone.now() - MOMENT).first()
        return praise(deal, now=timezone.now()) if deal is not None else ""

    def step(self, record: Any, now: Any) -> dict[str, str]:
        """The next step as a card shows it."""
        return step_of(record, today=timezone.localdate(now))

    def known_to(self, user: Any) -> Any:
        return Opportunity.with_leads.visible_to(user)

    def untallied(self, user: Any) -> Any:
        """The tally does not know with whom a deal is shared."""
        condition = shared_only(user, Opportunity)
        return None if condition is None else Opportunity.with_leads.filter(condition)

    def own_type(self, record: Any) -> RecordType:
        return type_of(Lead if record.kind == Kind.LEAD else Opportunity)

    def elsewhere(self, pk: int, user: Any) -> str | None:
        """A converted lead, or an opportunity that became a lead again, has the same number in the other list."""
        found = self.known_to(user).filter(pk=pk).first()
        return self.own_type(found).url_of(pk) if found else super().elsewhere(pk, user)

    def subtitle(self, record: Any) -> str:
        return str(record.organisation or record.person or record.company_name or record.contact_name)

    def header_context(self, record: Any, user: Any) -> dict[str, Any]:
        return {"stages": stages_of(record, can_move=self.access.can_edit(user, record))}
