"""Signing in and out through the front door."""

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from kairos.accounts.actions.users import archive_users, update_user
from kairos.accounts.models import User
from kairos.accounts.tests.conftest import PASSWORD

LOGIN = "/accounts/login/"


def is_signed_in(client: Client) -> bool:
    return client.get("/preferences").status_code == 200


def sign_in(client: Client, email: str = "sam@example.com", password: str = PASSWORD, **extra):
    return client.post(LOGIN, {"login": email, "password": password}, **extra)


def test_the_right_password_opens_the_house_in_any_case_of_the_address(house, client):
    assert client.get(LOGIN).status_code == 200
    response = sign_in(client, "SAM@Example.com")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("email", "password"), [("sam@example.com", "wrong"), ("nobody@example.com", PASSWORD)]
)
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(house, client, email, password):
    response = sign_in(client, email, password)
    assert response.status_code == 200
    assert "not correct" in response.content.decode()
    assert not is_signed_in(client)


def test_after_five_wrong_passwords_the_right_one_has_to_wait_too(house, client):
    for _attempt in range(5):
        sign_in(client, password="wrong")
    response = sign_in(Client())
    assert "Too many failed" in response.content.decode()
    assert not is_signed_in(client)
    sign_in(client, "lena@example.com")
    assert is_signed_in(client)


def test_who_has_no_password_yet_cannot_sign_in_with_an_empty_one(house, client):
    User.objects.filter(pk=house.sam.pk).update(password="")
    for password in ("", " ", "None"):
        sign_in(client, password=password)
        assert not is_signed_in(client)


def test_nobody_signs_up_alone(house, client):
    before = User.objects.count()
    page = client.get("/accounts/signup/")
    assert "by invitation" in page.content.decode()
    client.post(
        "/accounts/signup/", {"email": "me@example.com", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert User.objects.count() == before


def test_the_session_gets_a_new_key_at_sign_in(house, client):
    session = client.session
    session["cart"] = "planted"
    session.save()
    planted = session.session_key
    client.cookies["kairos_session"] = planted
    sign_in(client)
    assert client.cookies["kairos_session"].value != planted
    assert not Session.objects.filter(pk=planted).exists()


def test_signing_out_takes_a_post(house, signed_in):
    client = signed_in(house.sam)
    assert client.get("/accounts/logout/").status_code == 200
    assert is_signed_in(client)
    client.post("/accounts/logout/")
    assert not is_signed_in(client)


def test_archived_people_are_out_at_once_and_stay_out(house, signed_in, client):
    inside = signed_in(house.sam)
    archive_users([house.sam], by=house.ada)
    assert not is_signed_in(inside)
    sign_in(client)
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        (LOGIN, {"login": "sam@example.com", "password": PASSWORD}),
        ("/preferences", {"theme": "dark"}),
        ("/accounts/logout/", {}),
        ("/language", {"language": "zh-hant"}),
        ("/settings", {"name": "Taken over"}),
    ],
)
def test_every_post_needs_the_token_of_its_page(house, path, data):
    client = Client(enforce_csrf_checks=True)
    if path != LOGIN:
        client.force_login(house.ada)
    assert client.post(path, data).status_code == 403


def test_sign_in_leads_back_here_and_nowhere_else(house, client):
    assert (
        client.post(LOGIN + "?next=/preferences", {"login": "sam@example.com", "password": PASSWORD})[
            "Location"
        ]
        == "/preferences"
    )
    for away in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        data = {"login": "lena@example.com", "password": PASSWORD, "next": away}
        assert Client().post(LOGIN, data)["Location"] == "/"


def test_a_forgotten_password_is_chosen_anew_by_mail(house, client):
    client.post("/accounts/password/reset/", {"email": "Sam@example.com"})
    [message] = mail.outbox
    assert message.to == ["sam@example.com"]
    assert "Sam Seller" in message.body
    link = next(line for line in message.body.splitlines() if line.startswith("http"))
    page = client.get(link, follow=True)
    assert "Choose a new password" in page.content.decode()
    new = {"password1": "new horse 77", "password2": "new horse 77"}
    client.post(page.redirect_chain[-1][0], new)
    sign_in(client, password="new horse 77")
    assert is_signed_in(client)
    assert "no longer works" in Client().get(link, follow=True).content.decode()


def test_an_unknown_address_gets_the_same_answer_and_no_mail(house, client):
    known = client.post("/accounts/password/reset/", {"email": "sam@example.com"})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.com"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.to for message in mail.outbox] == [["sam@example.com"]]


def test_the_old_address_opens_nothing_after_a_change(house, client):
    client.post("/accounts/password/reset/", {"email": "sam@example.com"})
    update_user(house.sam, values={"email": "samuel@example.com"}, by=house.ada)
    sign_in(client, "sam@example.com")
    assert not is_signed_in(client)
    mail.outbox.clear()
    client.post("/accounts/password/reset/", {"email": "sam@example.com"})
    assert mail.outbox == []


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/password/change/",
    ],
)
def test_the_pages_about_sign_in_stand_in_our_house(house, client, path):
    sign_in(client)
    assert "Is it you?" in client.get("/accounts/reauthenticate/?next=" + path).content.decode()
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": path})
    page = client.get(path)
    assert page.status_code == 200
    assert "plain-card" in page.content.decode()


def test_a_second_factor_is_asked_for_once_it_is_there(house, client):
    from allauth.mfa.totp.internal.auth import (
        TOTP,
        format_hotp_value,
        generate_totp_secret,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    secret = generate_totp_secret()
    TOTP.activate(house.sam, secret)
    assert sign_in(client)["Location"] == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)
    page = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert 'id="id_code-error"' in page.content.decode()
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert is_signed_in(client)
    again = Client()
    sign_in(again)
    again.post("/accounts/2fa/authenticate/", {"code": code})
    assert not is_signed_in(again)
