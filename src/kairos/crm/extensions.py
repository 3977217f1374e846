"""What the pipeline adds to the apps below it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.checklist import FIRST_STEPS, FirstStep
from kairos.accounts.models import Team, User
from kairos.contacts.models import Contact
from kairos.core.records import Action, contribute_actions, type_of
from kairos.core.slots import NEW_HOUSE, PLACES, RECORD_PANELS, Furnisher, Place, RecordPanel
from kairos.crm import (
    assignment_panels,
    chat_commands,
    handed,
    heard,
    mail_route,
    next_step,
    product_panel,
    scoring_panels,
    today,
)
from kairos.crm.actions.processes import process_of
from kairos.crm.actions.stages import found_stages, give_own_stages, share_stages
from kairos.crm.models import Opportunity, Stage
from kairos.crm.team_cards import TeamCards
from kairos.crm.team_today import TeamStandings
from kairos.crm.what_they_see import what_they_see

SHOWN = 8
ASSIGNMENT = (assignment_panels.NewForYou, assignment_panels.Queues)
CHAT = (chat_commands.LeadCommand,)
FOLLOWING = (next_step.NextStepFollows, handed.HandedOver)
BY_MAIL = (mail_route.LeadsByMail, mail_route.KnownPeople)
PRODUCT = (product_panel.ProductCard, product_panel.ProductImages)
HEARD = heard.HeardByMessage
SCORING = (scoring_panels.Chances, scoring_panels.ScoringPlace)
TODAY = (
    today.MyNumbers,
    TeamCards,
    TeamStandings,
    today.Slipped,
    today.ClosingThisWeek,
    today.Stale,
    today.Unanswered,
    today.Silent,
)

contribute_actions(
    Team,
    Action(
        "own-stages",
        _("Give it its own stages"),
        give_own_stages,
        icon="split",
        shown_to=lambda user, record: record is not None and user.is_leader and not record.has_own_stages,
        is_bulk=False,
    ),
    Action(
        "share-stages",
        _("Return to the shared stages"),
        share_stages,
        icon="merge",
        shown_to=lambda user, record: record is not None and user.is_leader and record.has_own_stages,
        is_bulk=False,
    ),
)


@NEW_HOUSE.register(order=10)
class FirstStages(Furnisher):
    """A pipeline to begin with, so that the first deal has a place to stand."""

    def furnish(self, changes: Any) -> None:
        found_stages(changes)


@FIRST_STEPS.register(order=30)
class ImportDeals(FirstStep):
    name = "import"
    label = _("Bring in your deals")
    sentence = _("A spreadsheet from anywhere: columns are recognised, and the whole import can be undone.")
    icon = "upload"

    def url(self) -> str:
        return f"{type_of(Opportunity).url}/import"

    def is_done(self, user: Any) -> bool:
        return Opportunity.objects.exists()


@FIRST_STEPS.register(order=40)
class ArrangeStages(FirstStep):
    name = "stages"
    label = _("Arrange your stages")
    sentence = _("The steps you sell by, with how likely each makes a deal. A team may have its own.")
    icon = "columns-3"

    def url(self) -> str:
        return type_of(Stage).url

    def is_done(self, user: Any) -> bool:
        return Stage.objects.exclude(created_by=None).exists() or Stage.objects.filter(version__gt=1).exists()


@RECORD_PANELS.register(order=10, for_type="contact")
class ContactDeals(RecordPanel):
    """The deals with this customer that the reader may see, open ones first."""

    template_name = "crm/_contact_deals.html"
    title = _("Opportunities")
    icon = "target"

    def context(self, user: Any, record: Contact) -> dict[str, Any]:
        side = "organisation" if record.is_organisation else "person"
        deals = Opportunity.objects.visible_to(user).active().filter(**{side: record})
        shown = deals.select_related("stage", "salesperson").order_by("-status", "-pk")[: SHOWN + 1]
        return {
            "deals": list(shown)[:SHOWN],
            "count": deals.count(),
            "opportunities": type_of(Opportunity),
            "where": f"{side}:is:{record.pk}",
        }


@RECORD_PANELS.register(order=10, for_type="team")
class TeamStages(RecordPanel):
    """The stages this team sells by, in order."""

    template_name = "crm/_team_stages.html"
    title = _("Stages")
    icon = "columns-3"

    def context(self, user: Any, record: Team) -> dict[str, Any]:
        return {"stages": list(Stage.objects.for_team(record).active()), "stage_type": type_of(Stage)}


@PLACES.register()
class ForecastPlace(Place):
    name = "forecast"
    label = _("Forecast")
    icon = "chart-no-axes-column"
    order = 10
    area = "reports"
    sentence = _("What closes in which month, and how far is that from the target?")
    key = "f"


class Touches(RecordPanel):
    """What brought this customer, each time; the deals that came by hand have nothing to tell."""

    template_name = "crm/_touches.html"

    def shown_to(self, user: Any, record: Any) -> bool:
        return record.last_customer_event_at is not None

    def context(self, user: Any, record: Any) -> dict[str, Any]:
        touches = record.touches.select_related("source", "medium", "campaign").order_by("-at", "-pk")
        return {"touches": list(touches[:SHOWN]), "count": touches.count()}


for _of in ("lead", "opportunity"):
    RECORD_PANELS.register(order=30, for_type=_of)(Touches)


@RECORD_PANELS.register(order=8, for_type="team")
class SellingProcess(RecordPanel):
    """How this team sells, and the way to change it for those who lead it."""

    template_name = "crm/_team_process.html"

    def context(self, user: Any, record: Team) -> dict[str, Any]:
        return {"process": process_of(record), "can_edit": type_of(Team).access.can_edit(user, record)}


@RECORD_PANELS.register(order=6, for_type="user")
class WhatTheySee(RecordPanel):
    """How far a person sees, what it rests on, and how much that is; for administrators."""

    template_name = "crm/_what_they_see.html"

    def shown_to(self, user: Any, record: Any) -> bool:
        return bool(user.is_administrator)

    def context(self, user: Any, record: User) -> dict[str, Any]:
        return what_they_see(record)


@PLACES.register()
class LossesPlace(Place):
    name = "losses"
    label = _("Losses")
    icon = "thumbs-down"
    order = 30
    area = "reports"
    sentence = _("Why do we lose, where, and how much?")


@PLACES.register()
class FunnelPlace(Place):
    name = "funnel"
    label = _("Sales funnel")
    icon = "funnel"
    order = 20
    area = "reports"
    sentence = _("How many come how far, and how long do they stay?")
