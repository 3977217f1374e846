"""Who sees a record that has a salesperson and a team, and why: one list of rules.

A rule says which values of which fields bring a record into sight. From that come both the condition of `visible_to`
and the reasons that the page "Who can see this?" gives, so that the two cannot differ.
"""

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kairos.accounts.models.reach import Reach
from kairos.accounts.sight import NONE, Sight, shared_name, sight_of

EVERY = frozenset(Reach)
SHARED = "shared"
# Longer lists of shared records are looked up by the database instead of being written into the question.
MOST_LISTED = 500

Values = Mapping[str, Set[int | None]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One way into sight: for the reaches it holds for, the fields and the values they must all have.

    `sentence` names it on screen, about the person.
    """

    name: str
    reaches: frozenset[str]
    values: Callable[[Sight, type[Any]], Values]
    sentence: Any

    def holds(self, sight: Sight, record: Any) -> bool:
        """Whether it brings this record into this sight."""
        if sight.reach not in self.reaches:
            return False
        wanted = self.values(sight, type(record))
        return all(getattr(record, name) in values for name, values in wanted.items())


RULES = (
    Rule("role", frozenset({Reach.ALL}), lambda sight, model: {}, _("Their role sees everything")),
    Rule("salesperson", EVERY, lambda sight, model: {"salesperson_id": {sight.person}}, _("Its salesperson")),
    Rule(
        SHARED,
        EVERY,
        lambda sight, model: {"pk": sight.shared.get(shared_name(model), NONE)},
        _("It is shared with them"),
    ),
    Rule(
        "manager",
        frozenset({Reach.TREE}),
        lambda sight, model: {"salesperson_id": sight.people},
        _("Manages the salesperson"),
    ),
    Rule(
        "leader",
        frozenset({Reach.TREE}),
        lambda sight, model: {"team_id": sight.led},
        _("Leads the team, or one above it"),
    ),
    Rule(
        "team",
        frozenset({Reach.TEAM, Reach.TREE}),
        lambda sight, model: {"team_id": sight.teams},
        _("Is in the team"),
    ),
    Rule(
        "unassigned",
        frozenset({Reach.UNASSIGNED}),
        lambda sight, model: {"salesperson_id": {None}, "team_id": sight.teams},
        _("Is in the team, and nobody has taken it"),
    ),
)


def rules_that_hold(sight: Sight, record: Any, *, without: Iterable[str] = ()) -> list[Rule]:
    """Why this record is in this sight; empty when it is not."""
    return [rule for rule in RULES if rule.name not in without and rule.holds(sight, record)]


def seen_by(user: Any, model: type[Any], *, without: frozenset[str] = frozenset()) -> Q | None:
    """The condition of what this person sees of a model; None where that is everything. It never joins.

    `without` leaves rules out. Of a model whose records cannot be shared, the rule about sharing says nothing.
    """
    if user.is_administrator and "role" not in without:
        return None
    sight = sight_of(user)
    if sight.reach == Reach.ALL and "role" not in without:
        return None
    either: dict[str, set[int | None]] = {}
    both: list[Q] = []
    for rule in RULES:
        if sight.reach in rule.reaches and rule.name not in without:
            _add(rule.values(sight, model), either, both)
    condition = Q(pk__in=[])
    for name, values in either.items():
        condition |= Q(**{f"{name}__in": _listed(values, name, model, sight)})
    for part in both:
        condition |= part
    return condition


def sees_by_right(user: Any, record: Any) -> bool:
    """Whether this person sees the record also without its being shared with them."""
    if user.is_administrator:
        return True
    return bool(rules_that_hold(sight_of(user), record, without=(SHARED,)))


def shared_only(user: Any, model: type[Any]) -> Q | None:
    """The condition of the records this person sees for no other reason than that they are shared; None for none."""
    if user.is_administrator:
        return None
    sight = sight_of(user)
    shared = sight.shared.get(shared_name(model))
    rest = seen_by(user, model, without=frozenset({SHARED}))
    if not shared or rest is None:
        return None
    return Q(pk__in=_listed(set(shared), "pk", model, sight)) & ~rest


def _add(wanted: Values, either: dict[str, set[int | None]], both: list[Q]) -> None:
    """Rules about one field are gathered by field: one comparison each, which an index answers."""
    if not all(wanted.values()):
        return
    if len(wanted) == 1:
        name, values = next(iter(wanted.items()))
        either.setdefault(name, set()).update(values)
    elif wanted:
        joined = Q()
        for name, values in wanted.items():
            joined &= Q(**{f"{name}__isnull": True} if values == {None} else {f"{name}__in": sorted(values)})  # type: ignore[type-var]
        both.append(joined)


def _listed(values: Set[int | None], name: str, model: type[Any], sight: Sight) -> Any:
    if name == "pk" and len(values) > MOST_LISTED:
        shared: Any = model._meta.get_field("shared_with")
        links = shared.remote_field.through._base_manager.filter(
            **{f"{shared.m2m_reverse_field_name()}_id": sight.person}
        )
        return links.values(f"{shared.m2m_field_name()}_id")
    return sorted(values)
