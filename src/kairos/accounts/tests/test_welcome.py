"""The one-time links: once, in time, for the right person, and never by looking alone."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from kairos.accounts.actions.users import archive_users, invite_user
from kairos.accounts.actions.welcome import (
    LinkUnusable,
    accept_welcome,
    find_link,
    first_welcome_link,
    hash_of,
    welcome_link_for,
)
from kairos.accounts.models import Role, User, WelcomeLink, Workspace
from kairos.core.models import EventEntry, FieldChange

CHOSEN = {"name": "Nina New", "password": "blue spoon 42"}


@pytest.fixture
def invited(house):
    person, link = invite_user(values={"name": "Nina", "email": "nina@example.com"}, by=house.ada)
    return person, link.removeprefix("http://localhost:8000")


def test_only_the_hash_of_a_long_random_token_is_kept(invited):
    _person, path = invited
    token = path.rsplit("/", 1)[1]
    assert len(token) == 43
    assert WelcomeLink.objects.get().token_hash == hash_of(token)
    assert not FieldChange.objects.filter(new__contains=token).exists()
    assert not EventEntry.objects.filter(params__icontains=token).exists()


def test_looking_uses_nothing_up_and_leaks_nothing(invited, client):
    _person, path = invited
    for _look in range(2):
        page = client.get(path)
        assert page.status_code == 200
        assert "nina@example.com" in page.content.decode()
        assert "no-store" in page["Cache-Control"]
        assert page["Referrer-Policy"] == "same-origin"
    assert WelcomeLink.objects.get().used_at is None
    assert client.head(path).status_code == 405


def test_choosing_a_password_signs_in_once(invited, client):
    person, path = invited
    response = client.post(path, CHOSEN)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/preferences").status_code == 200
    stored = User.objects.get(pk=person.pk)
    assert (stored.name, stored.email, stored.check_password(CHOSEN["password"])) == (
        "Nina New",
        "nina@example.com",
        True,
    )
    again = Client()
    assert again.get(path).status_code == 404
    refused = again.post(path, {"name": "Thief", "password": "other spoon 42"})
    assert refused.status_code == 404
    assert "no longer works" in refused.content.decode()
    stored.refresh_from_db()
    assert (stored.name, stored.check_password(CHOSEN["password"])) == ("Nina New", True)


def test_of_two_requests_at_once_one_succeeds(invited):
    _person, path = invited
    token = path.rsplit("/", 1)[1]
    first, second = find_link(token), find_link(token)
    accept_welcome(first, password="blue spoon 42", name="First")
    with pytest.raises(LinkUnusable):
        accept_welcome(second, password="red spoon 4242", name="Second")
    person = User.objects.get(pk=first.user_id)
    assert (person.name, person.check_password("blue spoon 42")) == ("First", True)


def test_a_link_lives_two_days(invited, client):
    _person, path = invited
    now = dt.datetime.now(dt.UTC)
    with time_machine.travel(now + dt.timedelta(hours=47, minutes=59)):
        assert client.get(path).status_code == 200
    with time_machine.travel(now + dt.timedelta(hours=48, minutes=1)):
        assert client.get(path).status_code == 404
        assert client.post(path, CHOSEN).status_code == 404
    assert User.objects.get(email="nina@example.com").password == ""


def test_links_end_with_a_newer_one_and_with_archiving(house, invited, client):
    person, path = invited
    newer = welcome_link_for(person, by=house.ada)
    assert client.get(path).status_code == 404
    archive_users([person], by=house.ada)
    assert client.get(newer).status_code == 404


@pytest.mark.parametrize("password", ["", "short 1", "password123", "nina@example.com"])
def test_a_weak_password_is_refused_at_its_field_and_uses_nothing_up(invited, client, password):
    _person, path = invited
    page = client.post(path, {"name": "Nina", "password": password})
    assert 'id="id_password-error"' in page.content.decode()
    assert WelcomeLink.objects.get().used_at is None


@pytest.mark.parametrize("token", ["x", "0" * 43, "%00", "é" * 20])
def test_a_guessed_token_opens_nothing(house, client, token):
    assert client.get(f"/welcome/{token}").status_code == 404


def test_the_first_administrator_makes_the_house(db, client):
    link = first_welcome_link("https://crm.example/") or ""
    assert link.startswith("https://crm.example/welcome/")
    path = link.removeprefix("https://crm.example")
    newer = (first_welcome_link("https://crm.example") or "").removeprefix("https://crm.example")
    assert User.objects.count() == 1
    assert client.get(path).status_code == 404
    page = client.get(newer).content.decode()
    assert 'name="email"' in page
    assert 'name="company"' in page
    client.post(newer, {**CHOSEN, "email": "Nina@Example.com", "company": "Acme"})
    person = User.objects.get()
    assert (person.name, person.email, person.role) == ("Nina New", "nina@example.com", Role.ADMINISTRATOR)
    assert Workspace.objects.get().name == "Acme"
    assert first_welcome_link() is None


def test_there_is_no_first_link_while_an_administrator_can_sign_in(house):
    assert first_welcome_link() is None
    User.objects.filter(pk=house.ada.pk).update(password="")
    assert first_welcome_link() is not None
    assert User.objects.administrators().count() == 1


def test_administrators_make_links_for_others_and_nobody_else_does(house, signed_in):
    path = f"/users/{house.sam.pk}/welcome-link"
    for person in (house.lena, house.sam):
        assert signed_in(person).post(path).status_code == 403
    assert Client().post(path).status_code == 302
    assert not WelcomeLink.objects.exists()
    page = signed_in(house.ada).post(path, headers={"HX-Request": "true"})
    assert "/welcome/" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert EventEntry.objects.filter(name="accounts.person_invited", record_id=house.sam.pk).count() == 1


def test_a_link_does_not_go_round_the_second_factor(house, client):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(house.sam, generate_totp_secret())
    path = welcome_link_for(house.sam, by=house.ada).removeprefix("http://localhost:8000")
    response = client.post(path, {"name": "Sam", "password": "blue spoon 42"})
    assert response["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/accounts/2fa/authenticate/").status_code == 200
    assert client.get("/preferences").status_code == 302
