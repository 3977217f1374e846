"""What can be done to the people who work here. Permission is asked before; the rules of `user_rules` hold inside."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kairos.accounts.actions.user_rules import (
    check_writes,
    clean_values,
    forget_addresses,
    keep_an_administrator,
    refusing_taken_email,
)
from kairos.accounts.actions.welcome import welcome_link_for
from kairos.accounts.models import Role, Team, User, WelcomeLink
from kairos.core.actions.records import archive_records, delete_record, restore_records
from kairos.core.history import change_set


def create_user(
    *, values: Mapping[str, Any], by: Any, model: type[User] = User, at: dt.datetime | None = None
) -> User:
    """A new colleague, who cannot sign in before a welcome link is used. Raises `EmailTaken`."""
    values = clean_values(values)
    with change_set(by=by, summary=_("Added %(record)s"), params={"record": ""}, at=at) as changes:
        with refusing_taken_email(values.get("email")):
            user = changes.create(model, **values)
        changes.name(user)
    return user


def update_user(user: User, *, values: Mapping[str, Any], by: Any) -> User:
    """Write field values to one person. Raises what `check_writes` does, and `EmailTaken`."""
    values = clean_values(values)
    with change_set(by=by, summary=_("Changed %(record)s"), params={"record": user}) as changes:
        check_writes({user.pk: values}, by=by)
        with refusing_taken_email(values.get("email")):
            changed = changes.update(user, **values)
        if "email" in changed:
            forget_addresses([user.pk])
    return user


def update_users(*, values_by_id: Mapping[int, Mapping[str, Any]], by: Any, model: type[User] = User) -> int:
    """Write field values to many people; returns how many changed. Raises as `update_user` does."""
    cleaned = {pk: clean_values(values) for pk, values in values_by_id.items()}
    emails = {pk: values["email"] for pk, values in cleaned.items() if "email" in values}
    params = {"count": len(cleaned)}
    with change_set(by=by, summary=_("Changed %(count)s people"), params=params) as changes:
        check_writes(cleaned, by=by)
        before = dict(User.objects.filter(pk__in=emails).values_list("pk", "email"))
        with refusing_taken_email(*emails.values()):
            changed = changes.update_many(model, cleaned)
        forget_addresses([pk for pk, email in emails.items() if before.get(pk) != email])
    return changed


def set_role(user: User, *, role: str, by: Any) -> User:
    """Give somebody another role. Raises `RolesAreAdministrators` or `LastAdministrator`."""
    return update_user(user, values={"role": role}, by=by)


def archive_users(users: Iterable[User], *, by: Any) -> int:
    """End these people's work here: they cannot sign in, their sessions and links stop at once, their records stay.

    Raises `LastAdministrator`.
    """
    found = list(users)
    with transaction.atomic():
        keep_an_administrator({user.pk for user in found})
        WelcomeLink.objects.filter(user__in=found, used_at=None).delete()
        return archive_records(found, by=by)


def restore_users(users: Iterable[User], *, by: Any) -> int:
    """Let people work here again, with the password they had."""
    return restore_records(users, by=by)


def delete_user(user: User, *, by: Any) -> None:
    """Delete somebody who has left no trace that needs them; who is brought back needs a new welcome link.

    The password goes first, so that the history never holds it. Raises `LastAdministrator` or `RecordInUse`.
    """
    with transaction.atomic():
        keep_an_administrator({user.pk})
        User.objects.filter(pk=user.pk).update(password="")
        delete_record(user, by=by)


def invite_user(*, values: Mapping[str, Any], by: Any, base_url: str = "") -> tuple[User, str]:
    """Add a colleague and make the one-time link to hand to them. Raises `EmailTaken`."""
    with transaction.atomic():
        user = create_user(values=values, by=by)
        return user, welcome_link_for(user, by=by, base_url=base_url)


def settle_leaders(user_ids: Iterable[int], *, by: Any) -> int:
    """After an import: everybody who manages one of these people leads, and is in, the teams of those they manage.

    Managers become leaders unless they are administrators. Set-based; done twice, it changes nothing the second time.
    Returns how many people and teams changed.
    """
    reports = User.objects.filter(pk__in=list(user_ids)).exclude(manager=None)
    manager_of = dict(reports.values_list("pk", "manager_id"))
    teams_of = _grouped(User.teams.through, "user_id", "team_id", {*manager_of, *manager_of.values()})
    leads: dict[int, set[int]] = {manager: set() for manager in manager_of.values()}
    for report, manager in manager_of.items():
        leads[manager] |= teams_of.get(report, set())
    roles = dict(User.objects.filter(pk__in=leads).values_list("pk", "role"))
    people = {
        pk: {
            "role": Role.ADMINISTRATOR if roles[pk] == Role.ADMINISTRATOR else Role.LEADER,
            "teams": sorted(teams | teams_of.get(pk, set())),
        }
        for pk, teams in leads.items()
    }
    leaders_of = _grouped(Team.leaders.through, "team_id", "user_id", set().union(*leads.values()))
    for manager, teams in leads.items():
        for team in teams:
            leaders_of.setdefault(team, set()).add(manager)
    teams_values = {team: {"leaders": sorted(leaders)} for team, leaders in leaders_of.items()}
    with change_set(by=by, summary=_("Made managers leaders of their teams")) as changes:
        return changes.update_many(User, people) + changes.update_many(Team, teams_values)


def _grouped(through: Any, owner: str, other: str, ids: set[int]) -> dict[int, set[int]]:
    """The related ids of each of these, in one query."""
    found: dict[int, set[int]] = {}
    for pk, related in through._default_manager.filter(**{f"{owner}__in": ids}).values_list(owner, other):
        found.setdefault(pk, set()).add(related)
    return found
