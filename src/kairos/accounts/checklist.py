"""The first steps of a new house, each contributed by the app that knows when it is done."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import User
from kairos.accounts.second_factor import second_factor
from kairos.accounts.workspace import workspace
from kairos.core.slots import Slot

DISMISSED = "dismissed"


class FirstStep:
    """A step: what to do, where, and whether it has been done. `is_done` may cost one query."""

    name: str
    label: Any
    sentence: Any = ""
    icon: str = "circle"

    def shown_to(self, user: Any) -> bool:
        return bool(user.is_administrator)

    def url(self) -> str:
        return "/"

    def is_done(self, user: Any) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class ShownStep:
    name: str
    label: Any
    sentence: Any
    icon: str
    url: str
    done: bool


FIRST_STEPS: Slot[FirstStep] = Slot("accounts.first_steps", accepts=FirstStep)


def checklist(user: Any) -> list[ShownStep]:
    """The steps for an administrator, in order; none once they were put away or all are done.

    Asked once per loaded person.
    """
    if not hasattr(user, "_first_steps"):
        user._first_steps = _shown_steps(user) if user.is_administrator else []
    found: list[ShownStep] = user._first_steps
    return found


def _shown_steps(user: Any) -> list[ShownStep]:
    finished = workspace().finished_steps
    if DISMISSED in finished:
        return []
    steps = [
        ShownStep(
            step.name,
            step.label,
            step.sentence,
            step.icon,
            step.url(),
            step.name in finished or step.is_done(user),
        )
        for step in FIRST_STEPS.contributions()
        if step.shown_to(user)
    ]
    return [] if all(step.done for step in steps) else steps


@FIRST_STEPS.register(order=10)
class NameTheCompany(FirstStep):
    name = "company"
    label = _("Name your company")
    sentence = _("Its currency and time zone are what everybody starts with.")
    icon = "building-2"

    def url(self) -> str:
        return reverse("settings")

    def is_done(self, user: Any) -> bool:
        return bool(workspace().name)


@FIRST_STEPS.register(order=20)
class InviteColleagues(FirstStep):
    name = "colleagues"
    label = _("Invite your colleagues")
    sentence = _("Add them, and hand each a link to choose a password.")
    icon = "user-plus"

    def url(self) -> str:
        return "/users"

    def is_done(self, user: Any) -> bool:
        return User.objects.active().exclude(pk=user.pk).exists()


@FIRST_STEPS.register(order=50)
class SwitchOnTwoFactor(FirstStep):
    name = "second_factor"
    label = _("Protect your own sign-in")
    sentence = _("Add an authenticator app or a passkey to your password.")
    icon = "shield"

    def url(self) -> str:
        return reverse("mfa_index")

    def is_done(self, user: Any) -> bool:
        return second_factor(user).is_on
