"""What can be done to sales teams. Permission is asked before."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kairos.accounts.actions.user_rules import check_writes
from kairos.accounts.models import Team, User
from kairos.core.history import ActionRefused, change_set


class TeamNameTaken(ActionRefused):
    message = _("There is a team called “%(name)s” already.")


class TeamLoop(ActionRefused):
    message = _("“%(team)s” cannot belong to a team that belongs to it.")


def check_tree() -> None:
    """Refuse a team above itself. Called after the write, in its transaction, with the rows of all teams held.

    So two people who each make half a loop wait for one another, and the second is refused. Raises `TeamLoop`.
    """
    held = Team.objects.order_by("pk").select_for_update(of=("self",))
    parents = dict(held.values_list("pk", "parent_id"))
    for team in parents:
        above, seen = parents[team], set()
        while above is not None and above not in seen:
            if above == team:
                raise TeamLoop(team=Team.objects.get(pk=team))
            seen.add(above)
            above = parents.get(above)


def create_team(
    *, values: Mapping[str, Any], by: Any, model: type[Team] = Team, at: dt.datetime | None = None
) -> Team:
    """A new team, last in the order; who leads it also belongs to it. Raises `TeamNameTaken`."""
    given = dict(values)
    with change_set(by=by, summary=_("Created %(record)s"), params={"record": ""}, at=at) as changes:
        given.setdefault("position", Team.objects.count())
        with _refusing_taken_name(given.get("name", "")):
            team = changes.create(model, **given)
        changes.name(team)
        _join(changes, team, given.get("leaders") or ())
    return team


def update_team(team: Team, *, values: Mapping[str, Any], by: Any) -> Team:
    """Write field values to one team; new leaders become members. Raises `TeamNameTaken`, `TeamLoop`."""
    with change_set(by=by, summary=_("Changed %(record)s"), params={"record": team}) as changes:
        with _refusing_taken_name(str(values.get("name", team.name))):
            changed = changes.update(team, **values)
        if "parent" in changed:
            check_tree()
        _join(changes, team, values.get("leaders") or ())
    return team


def add_members(team: Team, *, people: Collection[Any], by: Any) -> int:
    """Take people into the team; returns how many were not in it. Raises `TeamNotLed`."""
    return _set_members(team, added=_ids(people), removed=set(), by=by)


def remove_members(team: Team, *, people: Collection[Any], by: Any) -> int:
    """Take people out of the team, also as its leaders; returns how many left. Raises `TeamNotLed`."""
    removed = _ids(people)
    with change_set(by=by, summary=_("Changed the members of %(team)s"), params={"team": team}) as changes:
        left = _set_members(team, added=set(), removed=removed, by=by)
        leaders = set(team.leaders.values_list("pk", flat=True))
        if leaders & removed:
            changes.update(team, leaders=sorted(leaders - removed))
    return left


def reorder_teams(teams: Sequence[Team], *, by: Any) -> int:
    """Store a new order of teams; returns how many moved."""
    with change_set(by=by, summary=_("Put the teams in another order")) as changes:
        return changes.update_many(Team, {team.pk: {"position": place} for place, team in enumerate(teams)})


def _join(changes: Any, team: Team, leaders: Collection[Any]) -> None:
    joining = _ids(leaders) - set(team.members.values_list("pk", flat=True))
    for person in User.objects.filter(pk__in=joining):
        changes.update(person, teams=[*person.teams.values_list("pk", flat=True), team.pk])


def _set_members(team: Team, *, added: set[int], removed: set[int], by: Any) -> int:
    memberships: dict[int, set[int]] = {pk: set() for pk in added | removed}
    rows = User.teams.through._default_manager.filter(user_id__in=memberships)
    for user_id, team_id in rows.values_list("user_id", "team_id"):
        memberships[user_id].add(team_id)
    values = {
        pk: {"teams": sorted(teams - {team.pk} if pk in removed else teams | {team.pk})}
        for pk, teams in memberships.items()
    }
    with change_set(by=by, summary=_("Changed the members of %(team)s"), params={"team": team}) as changes:
        check_writes(values, by=by)
        return changes.update_many(User, values)


def _ids(people: Collection[Any]) -> set[int]:
    return {int(getattr(person, "pk", person)) for person in people}


@contextmanager
def _refusing_taken_name(name: str) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "team_name" not in str(error):
            raise
        raise TeamNameTaken(name=name) from error
