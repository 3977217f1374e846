from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.accounts.checklist import checklist
from kairos.accounts.models import Absence, Workspace
from kairos.accounts.own_panels import OWN_PANELS, OwnPanel
from kairos.accounts.second_factor import second_factor
from kairos.accounts.workspace import default_currency
from kairos.core.history.canonical import type_name
from kairos.core.models import FieldChange
from kairos.core.rates import set_house_currency
from kairos.core.records import type_of
from kairos.core.slots import (
    FILE_KEEPERS,
    PLACES,
    RECORD_PANELS,
    TODAY_PANELS,
    FileKeeper,
    Place,
    RecordPanel,
    TodayPanel,
)

set_house_currency(default_currency)


@PLACES.register()
class WorkspacePlace(Place):
    """What is so for the whole company."""

    name = "settings"
    label = _("Workspace")
    icon = "house"
    order = 10
    area = "company"
    audience = "administrators"


@PLACES.register()
class Rights(Place):
    """How far each role sees."""

    name = "rights"
    label = _("Roles and rights")
    icon = "shield"
    order = 40
    area = "people"
    audience = "administrators"


@OWN_PANELS.register(order=10)
class OwnAbsences(OwnPanel):
    title = _("Away")
    icon = "calendar-off"
    sentence = _("On days you are away nothing new is given to you.")
    label = _("My absences")

    def url(self) -> str:
        return f"{type_of(Absence).url}?where=user:is:me"


@TODAY_PANELS.register(order=0)
class FirstSteps(TodayPanel):
    """What a new house still has to do; gone when done or put away."""

    template_name = "accounts/_first_steps.html"
    width = "full"

    def shown_to(self, user: Any) -> bool:
        return bool(checklist(user))

    def context(self, user: Any, now: Any) -> dict[str, Any]:
        steps = checklist(user)
        return {"steps": steps, "done": sum(step.done for step in steps)}


@RECORD_PANELS.register(order=5, for_type="user")
class SignIn(RecordPanel):
    """Whether this person can sign in, and the link by which an administrator lets them."""

    template_name = "accounts/_sign_in_panel.html"
    title = _("Sign-in")
    icon = "key-round"

    def shown_to(self, user: Any, record: Any) -> bool:
        return bool(user.is_administrator)

    def context(self, user: Any, record: Any) -> dict[str, Any]:
        waiting = record.welcome_links.filter(used_at=None, expires_at__gt=timezone.now()).first()
        return {"waiting": waiting, "second_factor": second_factor(record)}


@RECORD_PANELS.register(order=5, for_type="team")
class Members(RecordPanel):
    """Who is in the team, its leaders first."""

    template_name = "accounts/_members_panel.html"
    title = _("People")
    icon = "users"

    def context(self, user: Any, record: Any) -> dict[str, Any]:
        leaders = set(record.leaders.values_list("pk", flat=True))
        members = list(record.members.active().order_by("name"))
        members.sort(key=lambda person: person.pk not in leaders)
        return {"members": members, "leaders": leaders, "count": len(members)}


@FILE_KEEPERS.register()
class Logos(FileKeeper):
    """The logo of the house, and those before it, which an undo would bring back."""

    def digests(self) -> Iterable[str]:
        yield from Workspace.objects.exclude(logo="").values_list("logo", flat=True)
        earlier = FieldChange.objects.filter(record_type=type_name(Workspace), field="logo")
        yield from (old for old in earlier.values_list("old", flat=True) if old)
