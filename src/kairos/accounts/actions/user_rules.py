"""What must hold whenever a person's record is written, whichever screen, import or command writes it."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kairos.accounts.access import teams_led_by
from kairos.accounts.models import Role, User
from kairos.core.history import ActionRefused

ValuesById = Mapping[int, Mapping[str, Any]]


class EmailTaken(ActionRefused):
    message = _("The e-mail address “%(email)s” belongs to somebody else already.")


class LastAdministrator(ActionRefused):
    message = _("Somebody has to be an administrator who can sign in. Make another person one first.")


class RolesAreAdministrators(ActionRefused):
    message = _("Only an administrator can give somebody another role.")


class TeamNotLed(ActionRefused):
    message = _(
        "You can add people to the teams you lead, and take them out of these. Administrators can do the rest."
    )


class ManagerLoop(ActionRefused):
    message = _("%(person)s cannot be managed by somebody they manage.")


def clean_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are stored: e-mail addresses in lower case, nothing instead of an empty one."""
    cleaned = dict(values)
    if "email" in cleaned:
        cleaned["email"] = (cleaned["email"] or "").strip().lower() or None
    return cleaned


def check_writes(values_by_id: ValuesById, *, by: Any) -> None:
    """Refuse what the rules forbid; `by` None is the program itself. Runs inside the writing transaction.

    Raises `RolesAreAdministrators`, `LastAdministrator`, `TeamNotLed` or `ManagerLoop`.
    """
    names = {name for values in values_by_id.values() for name in values}
    if names & {"role", "email"}:
        _check_roles(values_by_id, by)
    if "teams" in names and by is not None and not by.is_administrator:
        _check_teams(values_by_id, by)
    if "manager" in names:
        _check_managers(values_by_id)


def keep_an_administrator(leaving: Collection[int], silenced: Collection[int] = ()) -> None:
    """Refuse when nobody would be left to administrate after these people stop doing so.

    `silenced` are people who will not be able to sign in. The rows of all administrators stay locked until the end of
    the transaction, so that two of them cannot demote each other at once. Raises `LastAdministrator`.
    """
    people = list(User.objects.active().administrators().order_by("pk").select_for_update(of=("self",)))
    able = {person.pk for person in people if person.can_sign_in}
    everybody = {person.pk for person in people}
    gone = set(leaving)
    nobody = everybody & gone and not everybody - gone
    nobody_able = able & (gone | set(silenced)) and not able - gone - set(silenced)
    if nobody or nobody_able:
        raise LastAdministrator()


def _check_roles(values_by_id: ValuesById, by: Any) -> None:
    present = dict(User.objects.filter(pk__in=values_by_id).values_list("pk", "role"))
    wanted = {pk: values["role"] for pk, values in values_by_id.items() if "role" in values and pk in present}
    changed = {pk for pk, role in wanted.items() if role != present[pk]}
    if changed and by is not None and not by.is_administrator:
        raise RolesAreAdministrators()
    leaving = {pk for pk in changed if present[pk] == Role.ADMINISTRATOR}
    silenced = {pk for pk, values in values_by_id.items() if "email" in values and not values["email"]}
    if leaving or silenced:
        keep_an_administrator(leaving, silenced)


def _check_teams(values_by_id: ValuesById, by: Any) -> None:
    led = teams_led_by(by) if by.is_leader else frozenset()
    memberships = User.teams.through._default_manager.filter(user_id__in=values_by_id)
    present: dict[int, set[int]] = {}
    for user_id, team_id in memberships.values_list("user_id", "team_id"):
        present.setdefault(user_id, set()).add(team_id)
    for pk, values in values_by_id.items():
        if "teams" in values:
            wanted = {int(getattr(team, "pk", team)) for team in values["teams"] or ()}
            if (wanted ^ present.get(pk, set())) - led:
                raise TeamNotLed()


def _check_managers(values_by_id: ValuesById) -> None:
    managers = dict(User.objects.exclude(manager=None).values_list("pk", "manager_id"))
    wanted = {pk: values["manager"] for pk, values in values_by_id.items() if values.get("manager")}
    managers |= {pk: int(getattr(manager, "pk", manager)) for pk, manager in wanted.items()}
    for pk in wanted:
        above, seen = managers.get(pk), {pk}
        while above is not None and above not in seen:
            seen.add(above)
            above = managers.get(above)
        if above == pk:
            raise ManagerLoop(person=User.objects.get(pk=pk))


@contextmanager
def refusing_taken_email(*emails: str | None) -> Iterator[None]:
    """The database knows that an address is taken, also when two people take it at once. Raises `EmailTaken`."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "email" not in str(error):
            raise
        raise EmailTaken(email=_first_taken(emails)) from error


def _first_taken(emails: Collection[str | None]) -> str:
    given = [email for email in emails if email]
    taken = User.objects.filter(email__in=given).values_list("email", flat=True).first()
    return taken or (given[0] if given else "")


def forget_addresses(user_ids: Collection[int]) -> None:
    """Sign-in by an address somebody used to have ends with the change of address."""
    EmailAddress.objects.filter(user_id__in=list(user_ids)).delete()
