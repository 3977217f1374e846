"""What decides how far a person sees: their role's reach, their teams and those below, their people, what is shared.

It is read in one query, whatever the number of people, and kept with the loaded person. `rights` makes rules of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection

NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Sight:
    """One person's part: ids only. `teams` they belong to or lead, `led` they lead and all below, `people` they manage.

    `shared` has, by table, the records shared with this person.
    """

    person: int
    reach: str
    teams: frozenset[int] = NONE
    led: frozenset[int] = NONE
    people: frozenset[int] = NONE
    shared: Mapping[str, frozenset[int]] = field(default_factory=dict)


def sight_of(user: Any) -> Sight:
    """This person's sight, asked once per loaded person."""
    if not hasattr(user, "_sight"):
        user._sight = _sights({user.pk: user.role}, *_read([user.pk]))[user.pk]
    found: Sight = user._sight
    return found


def sights_of(people: Iterable[Any]) -> dict[int, Sight]:
    """The sights of many people, in one query."""
    roles = {person.pk: person.role for person in people}
    return _sights(roles, *_read(list(roles)))


def reach_of(role: str, chosen: Mapping[str, str]) -> str:
    """How far a role sees: what was chosen for it, else what is usual. Administrators always see all."""
    from kairos.accounts.models.reach import USUAL, Reach
    from kairos.accounts.models.user import Role

    if role == Role.ADMINISTRATOR:
        return Reach.ALL
    return chosen.get(role) or USUAL.get(role, Reach.OWN)


def children(pairs: Iterable[tuple[Any, Any]]) -> dict[int, list[int]]:
    """The teams right below each, from (parent, team) pairs."""
    found: dict[int, list[int]] = defaultdict(list)
    for parent, team in pairs:
        found[parent].append(team)
    return found


def with_below(teams: Iterable[int], below: Mapping[int, Iterable[int]]) -> frozenset[int]:
    """These teams and all below them. A loop, which nothing lets anybody make, would end too."""
    found: set[int] = set()
    waiting = list(teams)
    while waiting:
        team = waiting.pop()
        if team not in found:
            found.add(team)
            waiting += below.get(team, ())
    return frozenset(found)


def shared_name(model: type[Any]) -> str:
    """What a sight calls the records of this table; a proxy's are its model's."""
    return str((model._meta.concrete_model or model)._meta.label_lower)


@cache
def shareable() -> tuple[type[Any], ...]:
    """Every model whose records can be shared: those with a many-to-many `shared_with` to people."""
    return tuple(
        model
        for model in apps.get_models()
        if not model._meta.proxy and any(one.name == "shared_with" for one in model._meta.many_to_many)
    )


def _sights(
    roles: Mapping[int, str], links: Mapping[str, Mapping[int, set[int]]], chosen: Mapping[str, str]
) -> dict[int, Sight]:
    """The rows of `_read`, put together by person."""
    tables = [name for name in links if name.startswith("shared:")]
    found = {}
    for pk, role in roles.items():
        leads = links["leads"].get(pk, set())
        found[pk] = Sight(
            pk,
            reach_of(role, chosen),
            frozenset(links["member"].get(pk, set()) | leads),
            with_below(leads, links["below"]),
            frozenset(links["manages"].get(pk, ())),
            {name.partition(":")[2]: frozenset(links[name][pk]) for name in tables if pk in links[name]},
        )
    return found


def _read(ids: list[int]) -> tuple[dict[str, dict[int, set[int]]], dict[str, str]]:
    """What hangs on these people, by kind of link, and the reaches that were chosen."""
    links: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    chosen: dict[str, str] = {}
    statement, lists = _statement(len(ids))
    with connection.cursor() as cursor:
        cursor.execute(statement, ids * lists)
        for word, one, other in cursor.fetchall():
            kind, _colon, rest = word.partition("|")
            if rest:
                chosen[kind] = rest
            else:
                links[kind][one].add(other)
    return links, chosen


@cache
def _statement(people: int) -> tuple[str, int]:
    """The one query, for so many people, and how often their ids stand in it. Written out: it runs with every page."""
    user = get_user_model()
    team = user._meta.get_field("teams").related_model
    role_reach = apps.get_model("accounts", "RoleReach")._meta.db_table
    members, leaders = user.teams.through._meta.db_table, team.leaders.through._meta.db_table  # type: ignore[attr-defined]
    parts = [
        ("member", members, "user_id", "team_id"),
        ("leads", leaders, "user_id", "team_id"),
        ("manages", user._meta.db_table, "manager_id", "id"),
    ]
    for model in shareable():
        shared = model._meta.get_field("shared_with")
        through, column = shared.remote_field.through._meta.db_table, f"{shared.m2m_field_name()}_id"
        parts.append(
            (f"shared:{shared_name(model)}", through, f"{shared.m2m_reverse_field_name()}_id", column)
        )
    marks = ", ".join(["%s"] * people)
    # Only names of our own.
    selects = [
        f"SELECT '{word}' AS word, {one}, {other} FROM {table} WHERE {one} IN ({marks})"  # noqa: S608
        for word, table, one, other in parts
    ]
    selects += [
        f"SELECT 'below', parent_id, id FROM {team._meta.db_table} WHERE parent_id IS NOT NULL",  # noqa: S608
        f"SELECT role || '|' || reach, 0, 0 FROM {role_reach}",  # noqa: S608
    ]
    return " UNION ALL ".join(selects), len(parts)
