"""The rules about people: who may change roles and teams, and that somebody can always administrate."""

import pytest

from kairos.accounts.actions.teams import add_members, remove_members
from kairos.accounts.actions.user_rules import (
    EmailTaken,
    LastAdministrator,
    ManagerLoop,
    RolesAreAdministrators,
    TeamNotLed,
)
from kairos.accounts.actions.users import (
    archive_users,
    create_user,
    delete_user,
    restore_users,
    set_role,
    settle_leaders,
    update_user,
    update_users,
)
from kairos.accounts.actions.workspace import update_workspace
from kairos.accounts.models import Role, Team, User, Workspace
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet, FieldChange


def stored(person: User) -> dict:
    return User.objects.filter(pk=person.pk).values().get()


def teams_of(person: User) -> list[str]:
    return sorted(person.teams.values_list("name", flat=True))


def test_an_address_is_kept_in_lower_case_and_an_empty_one_as_nothing(house):
    assert (
        create_user(values={"name": "Eva", "email": " Eva@Example.COM "}, by=house.ada).email
        == "eva@example.com"
    )
    assert create_user(values={"name": "Nora", "email": ""}, by=house.ada).email is None
    assert create_user(values={"name": "Otto", "email": ""}, by=house.ada).email is None


def test_an_address_belongs_to_one_person_whatever_its_case(house):
    before = ChangeSet.objects.count(), User.objects.count()
    with pytest.raises(EmailTaken, match="sam@example"):
        create_user(values={"name": "Sam again", "email": "SAM@example.com"}, by=house.ada)
    with pytest.raises(EmailTaken, match="sam@example"):
        update_user(house.lena, values={"email": "Sam@Example.com", "name": "Other"}, by=house.ada)
    with pytest.raises(EmailTaken):
        update_users(values_by_id={house.lena.pk: {"email": "sam@example.com"}}, by=house.ada)
    assert (ChangeSet.objects.count(), User.objects.count()) == before
    assert stored(house.lena)["name"] == "Lena Leader"


@pytest.mark.parametrize(
    "leave",
    [
        lambda ada, by: set_role(ada, role=Role.LEADER, by=by),
        lambda ada, by: update_users(values_by_id={ada.pk: {"role": Role.LEADER}}, by=by),
        lambda ada, by: archive_users([ada], by=by),
        lambda ada, by: delete_user(ada, by=by),
        lambda ada, by: update_user(ada, values={"email": ""}, by=by),
    ],
    ids=["demoted", "demoted in bulk", "archived", "deleted", "without an address"],
)
def test_the_last_administrator_stays(house, leave):
    before = stored(house.ada), ChangeSet.objects.count()
    with pytest.raises(LastAdministrator):
        leave(house.ada, house.ada)
    assert (stored(house.ada), ChangeSet.objects.count()) == before
    create_user(
        values={"name": "Invited, never came", "email": "i@example.com", "role": Role.ADMINISTRATOR}, by=None
    )
    with pytest.raises(LastAdministrator):
        leave(User.objects.get(pk=house.ada.pk), house.ada)
    assert stored(house.ada) == before[0]


def test_an_administrator_may_go_when_another_can_sign_in(house):
    house.lena = set_role(house.lena, role=Role.ADMINISTRATOR, by=house.ada)
    archive_users([house.ada], by=house.lena)
    assert stored(house.ada)["archived_at"] is not None
    restore_users([User.objects.get(pk=house.ada.pk)], by=house.lena)
    assert stored(house.ada)["archived_at"] is None


def test_two_administrators_cannot_both_be_taken_away(house):
    set_role(house.lena, role=Role.ADMINISTRATOR, by=house.ada)
    with pytest.raises(LastAdministrator):
        archive_users([house.ada, house.lena], by=house.ada)
    assert stored(house.ada)["archived_at"] is None


def test_only_administrators_give_roles(house):
    with pytest.raises(RolesAreAdministrators):
        set_role(house.lena, role=Role.ADMINISTRATOR, by=house.lena)
    with pytest.raises(RolesAreAdministrators):
        update_users(values_by_id={house.sam.pk: {"role": Role.SALES_ALL}}, by=house.lena)
    assert (stored(house.lena)["role"], stored(house.sam)["role"]) == (Role.LEADER, Role.SALES_OWN)
    set_role(house.sam, role=Role.SALES_ALL, by=house.ada)
    assert stored(house.sam)["role"] == Role.SALES_ALL


def test_leaders_arrange_the_teams_they_lead_and_no_others(house):
    update_user(house.sam, values={"teams": []}, by=house.lena)
    assert teams_of(house.sam) == []
    with pytest.raises(TeamNotLed):
        update_user(house.sam, values={"teams": [house.south]}, by=house.lena)
    with pytest.raises(TeamNotLed):
        add_members(house.south, people=[house.sam], by=house.lena)
    with pytest.raises(TeamNotLed):
        add_members(house.north, people=[house.lena], by=house.sam) or update_user(
            house.sam, values={"teams": [house.north]}, by=house.sam
        )
    assert teams_of(house.sam) == []
    add_members(house.north, people=[house.sam], by=house.lena)
    add_members(house.south, people=[house.sam, house.lena], by=house.ada)
    assert teams_of(house.sam) == teams_of(house.lena) == ["North", "South"]


def test_who_is_taken_out_of_a_team_leads_it_no_more(house):
    assert remove_members(house.north, people=[house.lena], by=house.ada) == 1
    assert not house.north.leaders.exists()


def test_nobody_is_managed_by_somebody_they_manage(house):
    update_user(house.sam, values={"manager": house.lena}, by=house.ada)
    update_user(house.lena, values={"manager": house.ada}, by=house.ada)
    for person, manager in ((house.sam, house.sam), (house.lena, house.sam), (house.ada, house.sam)):
        with pytest.raises(ManagerLoop, match=person.name):
            update_user(person, values={"manager": manager}, by=house.ada)
    assert stored(house.lena)["manager_id"] == house.ada.pk


def test_passwords_and_the_theme_leave_no_trace_in_the_history(house):
    before = FieldChange.objects.count()
    update_user(house.sam, values={"theme": "dark"}, by=house.sam)
    house.sam.set_password("something else 9")
    house.sam.save(update_fields=["password"])
    assert FieldChange.objects.count() == before
    assert not FieldChange.objects.filter(field="password").exists()


def test_managers_lead_the_teams_of_those_they_manage_and_twice_changes_nothing(
    house, django_assert_max_num_queries
):
    boss = create_user(values={"name": "Dustin"}, by=None)
    sellers = [
        create_user(values={"name": f"Seller {n}", "manager": boss, "teams": [house.south]}, by=None)
        for n in range(5)
    ]
    under_ada = create_user(
        values={"name": "Under Ada", "manager": house.ada, "teams": [house.north]}, by=None
    )
    ids = [person.pk for person in (*sellers, under_ada)]
    with django_assert_max_num_queries(40):
        assert settle_leaders(ids, by=house.ada) == 4
    assert stored(boss)["role"] == Role.LEADER
    assert teams_of(boss) == ["South"]
    assert list(Team.objects.led_by(boss)) == [house.south]
    assert stored(house.ada)["role"] == Role.ADMINISTRATOR
    assert sorted(house.north.leaders.values_list("name", flat=True)) == ["Ada Admin", "Lena Leader"]
    before = ChangeSet.objects.count()
    assert settle_leaders(ids, by=house.ada) == 0
    assert ChangeSet.objects.count() == before


def test_a_deleted_person_comes_back_without_the_password(house):
    secret = stored(house.sam)["password"]
    delete_user(house.sam, by=house.ada)
    assert not FieldChange.objects.filter(old__contains=secret).exists()
    undo(ChangeSet.objects.latest("pk"), by=house.ada)
    back = User.objects.get(pk=house.sam.pk)
    assert (back.email, teams_of(back), back.can_sign_in) == ("sam@example.com", ["North"], False)


def test_a_change_of_the_workspace_can_be_undone(house):
    update_workspace(values={"name": "Acme", "currency": "TWD"}, by=house.ada)
    report = undo(ChangeSet.objects.latest("pk"), by=house.ada)
    assert (report.restored, report.conflicts) == (2, [])
    assert Workspace.objects.get().name == "Kairos Test"
