"""One's own preferences, and the workspace's."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from kairos.accounts.checklist import checklist
from kairos.accounts.models import Role, User, Workspace
from kairos.accounts.tests.conftest import PASSWORD
from kairos.core.models import ChangeSet, Source

CHINESE = {"HTTP_ACCEPT_LANGUAGE": "zh-TW,zh;q=0.9"}


def language_of(client: Client, path: str = "/preferences", **extra) -> str:
    return client.get(path, **extra)["Content-Language"]


def test_the_language_follows_the_person_then_the_browser(house, signed_in, client):
    inside = signed_in(house.sam)
    assert language_of(inside) == "en"
    assert language_of(inside, **CHINESE) == "zh-hant"
    inside.post("/preferences", {"language": "en"})
    assert language_of(inside, **CHINESE) == "en"
    assert language_of(client, "/accounts/login/", **CHINESE) == "zh-hant"


def test_the_language_can_be_switched_before_signing_in(house, client):
    response = client.post("/language", {"language": "zh-hant", "next": "/accounts/login/"})
    assert response["Location"] == "/accounts/login/"
    assert language_of(client, "/accounts/login/") == "zh-hant"
    assert client.post("/language", {"language": "xx", "next": "https://evil.example/"})["Location"] == "/"
    assert language_of(client, "/accounts/login/") == "zh-hant"


def test_the_time_zone_is_the_persons_then_the_workspaces(house, rf):
    from kairos.accounts.middleware import PreferencesMiddleware

    seen = []

    def view(request):
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    middleware = PreferencesMiddleware(view)
    for zone in ("", "Europe/Berlin", "Nowhere/Gone"):
        request = rf.get("/")
        request._cached_user = User(role=Role.SALES_OWN, time_zone=zone)
        middleware(request)
    assert seen == ["Asia/Taipei", "Europe/Berlin", "UTC"]


def test_the_theme_is_kept_by_one_click_of_the_user_menu(house, signed_in):
    client = signed_in(house.sam)
    response = client.post("/preferences", {"theme": "dark"}, headers={"HX-Request": "true"})
    assert (response.status_code, response.content) == (204, b"")
    assert 'data-theme="dark"' in client.get("/preferences").content.decode()
    assert client.post("/preferences", {"theme": "pink"}).status_code == 422
    house.sam.refresh_from_db()
    assert (house.sam.theme, house.sam.name) == ("dark", "Sam Seller")


def test_what_a_person_saves_is_their_own_and_nothing_else(house, signed_in):
    client = signed_in(house.sam)
    data = {
        "name": "Samuel",
        "email": "sam@example.com",
        "job_title": "Sales",
        "phone": "",
        "current_password": "",
    }
    forged = {"role": "administrator", "teams": [house.south.pk], "archived_at": "", "manager": house.ada.pk}
    assert client.post("/preferences", {**data, **forged}).status_code == 302
    house.sam.refresh_from_db()
    assert (house.sam.name, house.sam.job_title, house.sam.role) == ("Samuel", "Sales", Role.SALES_OWN)
    assert (house.sam.manager_id, [team.name for team in house.sam.teams.all()]) == (None, ["North"])
    made = ChangeSet.objects.latest("pk")
    assert (made.source, made.by) == (Source.SCREEN, house.sam)


@pytest.mark.parametrize(
    ("email", "password", "field"),
    [
        ("new@example.com", "", "current_password"),
        ("new@example.com", "wrong", "current_password"),
        ("lena@example.com", PASSWORD, "email"),
        ("no address", PASSWORD, "email"),
    ],
)
def test_a_refused_address_is_said_at_its_field_and_nothing_is_saved(
    house, signed_in, email, password, field
):
    data = {"name": "Samuel", "email": email, "job_title": "", "phone": "", "current_password": password}
    page = signed_in(house.sam).post("/preferences", data)
    assert page.status_code == 422
    assert f'id="id_{field}-error"' in page.content.decode()
    house.sam.refresh_from_db()
    assert (house.sam.name, house.sam.email) == ("Sam Seller", "sam@example.com")


def test_signing_out_everywhere_ends_the_other_sessions(house, signed_in):
    here, there = signed_in(house.sam), signed_in(house.sam)
    assert here.post("/preferences/sign-out-everywhere", {"everywhere-password": "wrong"}).status_code == 422
    assert there.get("/preferences").status_code == 200
    here.post("/preferences/sign-out-everywhere", {"everywhere-password": PASSWORD})
    assert here.get("/preferences").status_code == 200
    assert there.get("/preferences").status_code == 302


def test_the_page_costs_a_constant_handful_of_queries(house, signed_in, django_assert_max_num_queries):
    client = signed_in(house.sam)
    client.get("/preferences")
    with django_assert_max_num_queries(9):
        assert client.get("/preferences").status_code == 200


def test_strangers_are_sent_to_sign_in(house, client):
    for path in ("/preferences", "/settings"):
        assert client.get(path)["Location"] == f"/accounts/login/?next={path}"


def test_only_administrators_see_and_change_the_workspace(house, signed_in):
    data = {
        "name": "Acme",
        "currency": "TWD",
        "language": "zh-hant",
        "time_zone": "Europe/Berlin",
        "country": "TW",
    }
    for person in (house.lena, house.sam):
        assert signed_in(person).get("/settings").status_code == 403
        assert signed_in(person).post("/settings", data).status_code == 403
    assert Workspace.objects.get().name == "Kairos Test"
    client = signed_in(house.ada)
    assert client.get("/settings").status_code == 200
    assert client.post("/settings", {**data, "currency": "XXX"}).status_code == 422
    assert client.post("/settings", data).status_code == 302
    stored = Workspace.objects.get()
    assert {name: getattr(stored, name) for name in data} == data


def test_the_first_steps_tick_themselves_and_can_be_put_away(house, signed_in):
    steps = {step.name: step.done for step in checklist(house.ada)}
    assert steps["company"]
    assert steps["colleagues"]
    assert not steps["second_factor"]
    assert checklist(house.lena) == []
    assert signed_in(house.lena).post("/settings/dismiss-checklist").status_code == 403
    signed_in(house.ada).post("/settings/dismiss-checklist")
    assert checklist(User.objects.get(pk=house.ada.pk)) == []
