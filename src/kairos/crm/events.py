from django.utils.translation import gettext_lazy as _

from kairos.core.events import Event

STAGE_CHANGED = Event("crm.stage_changed", _("Moved from %(old)s to %(new)s"), "move-right")
OPPORTUNITY_WON = Event("crm.opportunity_won", _("Won"), "trophy")
OPPORTUNITY_LOST = Event("crm.opportunity_lost", _("Lost: %(reason)s"), "thumbs-down")
OPPORTUNITY_REOPENED = Event("crm.opportunity_reopened", _("Reopened"), "rotate-ccw")
TEAM_CHANGED = Event("crm.team_changed", _("Handed from %(old)s to %(new)s"), "users")
LEAD_ADDED = Event("crm.lead_added", _("Came in: %(channel)s"), "inbox")
LEAD_CONVERTED = Event("crm.lead_converted", _("Converted to an opportunity"), "circle-check")
LEAD_RETURNED = Event("crm.lead_returned", _("Returned to the leads"), "undo-2")
TOUCHED = Event("crm.touched", _("Came again: %(channel)s, %(what)s"), "footprints")
LEAD_ASSIGNED = Event(
    "crm.lead_assigned",
    _("Given to %(salesperson)s by the rules of %(team)s"),
    "user-check",
    audience=lambda entry: [int(entry.params["user"])],
)
DEAL_GIVEN = Event(
    "crm.deal_given",
    _("Given to %(salesperson)s by %(giver)s"),
    "user-check",
    audience=lambda entry: [int(entry.params["user"])],
    on_timeline=False,
)
DEALS_GIVEN = Event(
    "crm.deals_given",
    _("One of %(count)s given to %(salesperson)s by %(giver)s"),
    "user-check",
    audience=lambda entry: [int(entry.params["user"])],
    on_timeline=False,
)
