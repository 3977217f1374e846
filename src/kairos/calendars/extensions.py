"""What calendar accounts add to the apps below them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.own_panels import OWN_PANELS, OwnPanel
from kairos.activities.slots import BUSY
from kairos.calendars import check, following
from kairos.calendars.busy import TimesElsewhere
from kairos.calendars.models import CalendarAccount
from kairos.calendars.page import panel_context
from kairos.calendars.records import CalendarAccounts
from kairos.core.records import type_of
from kairos.core.slots import RECORD_PANELS, RecordPanel

DOCTOR = check.CalendarsAreInStep
FOLLOWING = (following.ServersHear, following.ServersHearOfAnswers)
BUSY.register()(TimesElsewhere)


@RECORD_PANELS.register(order=5, for_type="calendaraccount")
class InStep(RecordPanel):
    """What the server has beside what is here."""

    template_name = "calendars/_standing.html"
    title = _("In step with the server")
    icon = "refresh-cw"

    def context(self, user: Any, record: Any) -> dict[str, Any]:
        can_edit = CalendarAccounts.access.can_edit(user, record) and not record.is_archived
        return {**panel_context(record, user), "can_edit": can_edit}


@OWN_PANELS.register(order=15)
class OwnCalendarAccounts(OwnPanel):
    title = _("Calendars elsewhere")
    icon = "calendar-days"
    sentence = _("Your meetings stand in the calendar of your phone, and what you change there changes here.")
    label = _("My calendar accounts")

    def url(self) -> str:
        return f"{type_of(CalendarAccount).url}?where=owner:is:me"
