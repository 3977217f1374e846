"""Who can see a record, and why: the rules of `rights`, asked about everybody, with what each of them rests on."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kairos.accounts.models import Team, User
from kairos.accounts.rights import RULES, SHARED, rules_that_hold
from kairos.accounts.sight import sights_of
from kairos.core.editing.once import new_key
from kairos.core.fields import format as shown
from kairos.core.history.canonical import from_text
from kairos.core.models import FieldChange
from kairos.core.records import RecordType

ICONS = {
    "role": "shield",
    "salesperson": "user",
    SHARED: "share-2",
    "manager": "user-check",
    "leader": "network",
    "team": "users",
    "unassigned": "user-x",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One person with what their reason rests on. `unshare` are the attributes of the button that ends the sharing."""

    person: User
    detail: str = ""
    unshare: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    name: str
    icon: str
    sentence: Any
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class WhoSees:
    """The page. `is_whole` says that it tells about everybody; `people` is how many."""

    record_type: RecordType
    title: str
    url: str
    people: int
    reasons: list[Reason]
    is_whole: bool
    can_share: bool


def who_sees(record_type: RecordType, record: Any, *, user: Any) -> WhoSees:
    """Everybody who works here and sees it, under each of their reasons, in a fixed number of queries.

    Leaders and administrators are told of everybody, others of themselves.
    """
    people = list(User.objects.active().order_by("name", "pk")) if user.is_leader else [user]
    sights = sights_of(people)
    can_share = record_type.access.can_share(user, record)
    facts = Facts(record_type, record)
    by_rule: dict[str, list[Line]] = {rule.name: [] for rule in RULES}
    seeing = 0
    for person in people:
        holding = rules_that_hold(sights[person.pk], record)
        seeing += bool(holding)
        for rule in holding:
            unshare = _unshare(record_type, record, person) if rule.name == SHARED and can_share else {}
            by_rule[rule.name].append(Line(person, facts.detail(rule.name, person), unshare))
    reasons = [
        Reason(rule.name, ICONS[rule.name], rule.sentence, by_rule[rule.name])
        for rule in RULES
        if by_rule[rule.name]
    ]
    title, url = record_type.title(record), record_type.url_of(record)
    return WhoSees(record_type, title, url, seeing, reasons, bool(user.is_leader), can_share)


def _unshare(record_type: RecordType, record: Any, person: User) -> dict[str, str]:
    url = f"{record_type.url_of(record)}/do/unshare"
    values = json.dumps({"people": person.pk, "key": new_key()})
    return {"hx-post": url, "hx-swap": "none", "hx-vals": values, "hx-sync": "this:drop"}


class Facts:
    """What the reasons about one record rest on: its team and those above, who leads them, who shared it when."""

    def __init__(self, record_type: RecordType, record: Any) -> None:
        self.record = record
        self.leads = _leaders_above(record.team_id)
        self.sharing = _sharing(record_type, record)

    def detail(self, rule: str, person: User) -> str:
        """A few words beside the person's name."""
        if rule == "role":
            return person.get_role_display()
        if rule == SHARED:
            return self.sharing.get(person.pk, "")
        if rule == "manager":
            return str(self.record.salesperson or "")
        if rule == "leader":
            return _("leads %(teams)s") % {"teams": ", ".join(self.leads.get(person.pk, ()))}
        return str(self.record.team or "") if rule in ("team", "unassigned") else ""


def _leaders_above(team: int | None) -> dict[int, list[str]]:
    """By leader, the names of the teams they lead out of this one and those above it."""
    teams = {pk: (name, parent) for pk, name, parent in Team.objects.values_list("pk", "name", "parent_id")}
    above: list[int] = []
    while team is not None and team not in above:
        above.append(team)
        team = teams[team][1]
    found: dict[int, list[str]] = {}
    links = Team.leaders.through._default_manager.filter(team_id__in=above)
    pairs = sorted(links.values_list("team_id", "user_id"), key=lambda pair: above.index(pair[0]))
    for pk, person in pairs:
        found.setdefault(person, []).append(teams[pk][0])
    return found


def _sharing(record_type: RecordType, record: Any) -> dict[int, str]:
    """By person, who shared it with them last, and when: from the history."""
    changes = FieldChange.objects.filter(
        record_type=record_type.stored_name, record_id=record.pk, field="shared_with"
    ).select_related("change_set__by")
    found: dict[int, str] = {}
    model_field = record._meta.get_field("shared_with")
    for change in changes.order_by("at", "pk"):
        before, after = (set(from_text(model_field, text) or ()) for text in (change.old, change.new))
        for person in after - before:
            found[person] = _shared_by(change)
    return found


def _shared_by(change: FieldChange) -> str:
    by = change.change_set.by
    day = shown.date(timezone.localtime(change.at).date())
    return _("by %(person)s on %(day)s") % {"person": by or pgettext("who", "the program"), "day": day}
