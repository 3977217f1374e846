"""What the screens of people and teams are made from."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.access import AbsencesAccess, TeamsAccess, UsersAccess
from kairos.accounts.actions import absences, teams, users
from kairos.accounts.actions.user_rules import LastAdministrator, clean_values, refusing_taken_email
from kairos.accounts.models import Absence, Role, Team, User
from kairos.accounts.time_zones import time_zone_choices
from kairos.core.fields import (
    BooleanField,
    ChoiceField,
    EmailField,
    PeopleField,
    PersonField,
    RelationField,
    RelationsField,
)
from kairos.core.fields.format import date
from kairos.core.history import Changes
from kairos.core.records import (
    Action,
    Board,
    Filter,
    ImportRules,
    MatchKeys,
    Menu,
    RecordType,
    Section,
    register,
)
from kairos.core.tables import name_key


class TimeZoneField(ChoiceField):
    is_groupable = False

    def choices(self) -> Sequence[tuple[Any, Any]]:
        return time_zone_choices()


def _match_keys(user: Any) -> list[tuple[str, str]]:
    return [("name", name_key(user.name)), ("email", (user.email or "").lower())]


def _archive(record: User, *, by: Any) -> None:
    users.archive_users([record], by=by)


def _restore(record: User, *, by: Any) -> None:
    users.restore_users([record], by=by)


def _may_archive(user: Any, record: Any) -> bool:
    return record is None or (not record.is_archived and Users.access.can_archive(user, record))


def _may_restore(user: Any, record: Any) -> bool:
    return record is None or (record.is_archived and Users.access.can_archive(user, record))


NAME_WORDS = (
    "sales agent", "sales rep", "salesperson", "sales person", "seller", "agent", "employee", "user", "full name",
    "person", "colleague", "業務", "業務員", "業務人員", "業務代表", "姓名", "員工", "同事",
)  # fmt: skip


@register
class Users(RecordType):
    """The people who work here."""

    model = User
    plural = "users"
    icon = "users"
    menu = Menu(_("Users"), "users", order=10, area="people")
    access = UsersAccess()
    field_options = (
        EmailField("email", synonyms=("email address", "login", "電子郵件")),
        RelationsField("teams", can_create=True, synonyms=("regional office", "office", "region", "團隊")),
        PersonField("manager", synonyms=("boss", "supervisor", "reports to", "主管")),
        TimeZoneField("time_zone"),
    )
    hidden = frozenset({"theme", "signature", "created_by", "updated_at"})
    columns = ("name", "email", "role", "teams", "manager")
    search = ("name", "email")
    match_keys = MatchKeys(("name", "email"), _match_keys, paths=("name", "email"))
    filters = (
        Filter("leaders", _("Leaders"), ["role", "is", Role.LEADER.value], "flag"),
        Filter("administrators", _("Administrators"), ["role", "is", Role.ADMINISTRATOR.value], "shield"),
    )
    groups = ("role", "teams", "manager")
    default_sort = "name"
    views = ("list", "board")
    board = Board(columns="role", order=("name",), prefetch=("teams",))
    sections = (
        Section(_("Person"), ("name", "job_title", "email", "phone")),
        Section(_("Work"), ("role", "teams", "manager")),
        Section(_("Reading"), ("language", "time_zone")),
        Section(_("Origin"), ("external_id", "created_at")),
    )
    quick_create = ("name", "email", "role", "teams")
    import_fields = ("name", "email", "role", "teams", "manager", "job_title", "phone", "external_id")
    import_rules = ImportRules({"name": NAME_WORDS})
    list_prefetch = ("teams", "manager")
    actions = (
        Action(
            "archive",
            _("Archive"),
            _archive,
            icon="archive",
            run_many=users.archive_users,
            shown_to=_may_archive,
            right="can_archive",
            key="e",
        ),
        Action(
            "restore",
            _("Restore"),
            _restore,
            icon="archive-restore",
            run_many=users.restore_users,
            shown_to=_may_restore,
            right="can_archive",
        ),
        Action(
            "delete",
            _("Delete"),
            users.delete_user,
            icon="trash-2",
            shown_to=_may_archive,
            right="can_delete",
            tone="danger",
        ),
    )
    create = staticmethod(users.create_user)
    update = staticmethod(users.update_user)
    update_many = staticmethod(users.update_users)

    def subtitle(self, record: Any) -> str:
        return record.job_title or record.email or ""

    @cached_property
    def all_actions(self) -> list[Action]:
        """Archiving, restoring and deleting a person has rules of its own, so these stand for the usual ones."""
        own = {action.name for action in self.actions}
        return [
            *self.actions,
            *(action for action in super().all_actions if action.name not in own),
        ]

    def import_new(self, changes: Changes, rows: list[dict[str, Any]]) -> list[Any]:
        """As `create_user` and `settle_leaders`, for many: managers lead the teams of those they manage."""
        cleaned = [clean_values(row) for row in rows]
        with refusing_taken_email(*(row.get("email") for row in cleaned)):
            people = super().import_new(changes, cleaned)
        users.settle_leaders([person.pk for person in people], by=changes.by)
        return people

    def import_existing(self, changes: Changes, values_by_id: dict[int, dict[str, Any]]) -> int:
        """As `update_users` and `settle_leaders`."""
        changed = users.update_users(values_by_id=values_by_id, by=changes.by)
        if any({"manager", "teams"} & values.keys() for values in values_by_id.values()):
            users.settle_leaders(values_by_id, by=changes.by)
        return changed

    def check_after_undo(self) -> None:
        """Undoing a promotion, or somebody's creation, must not leave the house without an administrator."""
        if not User.objects.active().administrators().exists():
            raise LastAdministrator()


def _may_change_members(user: Any, record: Any) -> bool:
    return record is not None and Teams.access.can_change_members(user, record)


def _people(label: Any) -> PeopleField:
    """The question a team's actions ask: which people."""
    return PeopleField("people", label=label, model_field=Team._meta.get_field("leaders"), required=True)


@register
class Teams(RecordType):
    """The teams people sell in."""

    model = Team
    plural = "teams"
    icon = "network"
    menu = Menu(_("Teams"), "network", order=20, area="people")
    access = TeamsAccess()
    field_options = (
        BooleanField("has_own_stages", editable=False),
        RelationField(
            "parent",
            limit=lambda found, record: found.exclude(pk=record.pk) if record and record.pk else found,
            synonyms=("parent", "parent team", "region", "上層團隊"),
        ),
    )
    hidden = frozenset({"created_by", "updated_at", "position"})
    columns = ("name", "parent", "leaders", "currency", "has_own_stages")
    search = ("name",)
    match_keys = MatchKeys(("name",), lambda team: [("name", name_key(team.name))], paths=("name",))
    default_sort = "name"
    sections = (
        Section(_("Team"), ("name", "parent", "leaders", "currency", "has_own_stages")),
        Section(_("Origin"), ("external_id", "created_at")),
    )
    quick_create = ("name", "parent", "leaders", "currency")
    import_fields = ("name", "parent", "leaders", "currency", "external_id")
    list_prefetch = ("parent", "leaders")
    actions = (
        Action(
            "add_members",
            _("Add people"),
            teams.add_members,
            icon="user-plus",
            fields=(_people(_("People to add")),),
            shown_to=_may_change_members,
            is_bulk=False,
            is_button=True,
        ),
        Action(
            "remove_members",
            _("Take people out"),
            teams.remove_members,
            icon="user-minus",
            fields=(_people(_("People to take out")),),
            shown_to=_may_change_members,
            is_bulk=False,
        ),
    )
    create = staticmethod(teams.create_team)
    update = staticmethod(teams.update_team)

    def import_new(self, changes: Changes, rows: list[dict[str, Any]]) -> list[Any]:
        """Teams may name one another in one file; never in a circle."""
        found = super().import_new(changes, rows)
        teams.check_tree()
        return found

    def import_existing(self, changes: Changes, values_by_id: dict[int, dict[str, Any]]) -> int:
        changed = super().import_existing(changes, values_by_id)
        teams.check_tree()
        return changed

    def check_after_undo(self) -> None:
        """Undoing a move in the tree must not put a team above itself."""
        teams.check_tree()


@register
class Absences(RecordType):
    """When people are not there: nothing new is given to them on these days."""

    model = Absence
    plural = "absences"
    icon = "calendar-off"
    menu = Menu(_("Absences"), "calendar-off", order=30, area="people")
    title_field = "user"
    access = AbsencesAccess()
    field_options = (PersonField("user", required=False),)
    columns = ("user", "first_on", "last_on", "note")
    search = ("user.name", "note")
    filters = (
        Filter("coming", _("Now and to come"), {"not": ["last_on", "before", "today"]}, "calendar-clock"),
        Filter("mine", _("My own"), ["user", "is", "me"], "user"),
    )
    groups = ("user", "first_on")
    default_sort = "-first_on"
    sections = (
        Section(_("Absence"), ("user", "first_on", "last_on", "note")),
        Section(_("Origin"), ("external_id", "created_at")),
    )
    quick_create = ("user", "first_on", "last_on", "note")
    import_fields = ("user", "first_on", "last_on", "note", "external_id")
    list_prefetch = ("user",)
    create = staticmethod(absences.create_absence)
    update = staticmethod(absences.update_absence)
    update_many = staticmethod(absences.update_absences)

    def title(self, record: Any) -> str:
        return str(record.user)

    def subtitle(self, record: Any) -> str:
        first, last = date(record.first_on), date(record.last_on)
        return first if first == last else f"{first} – {last}"

    def import_new(self, changes: Changes, rows: list[dict[str, Any]]) -> list[Any]:
        return [absences.create_absence(values=row, by=changes.by) for row in rows]

    def import_existing(self, changes: Changes, values_by_id: dict[int, dict[str, Any]]) -> int:
        return absences.update_absences(values_by_id=values_by_id, by=changes.by)
