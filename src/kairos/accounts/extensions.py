from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.accounts.checklist import checklist
from kairos.accounts.second_factor import second_factor
from kairos.accounts.workspace import default_currency
from kairos.core.rates import set_house_currency
from kairos.core.slots import PLACES, RECORD_PANELS, TODAY_PANELS, Place, RecordPanel, TodayPanel

set_house_currency(default_currency)


@PLACES.register()
class Rights(Place):
    """How far each role sees."""

    name = "rights"
    label = _("Roles and rights")
    icon = "shield"
    order = 15
    area = "settings"

    def shown_to(self, user: Any) -> bool:
        return bool(user.is_administrator)


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
