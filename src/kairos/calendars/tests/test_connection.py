"""Getting in: what is wrong is told apart, nothing leads into private networks, and a wrong password stops it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult

from kairos.activities.models import Activity
from kairos.calendars.actions.accounts import create_account, disconnect_account
from kairos.calendars.dav.connection import DavFault, Way, checked_address
from kairos.calendars.dav.server import speaking
from kairos.calendars.models import AccountState, BusyTime, CalendarAccount, RemoteCalendar, RemoteEvent
from kairos.calendars.tasks import check_accounts
from kairos.calendars.tests.accounts import account_at, fresh, synced, use
from kairos.calendars.tests.radicale import PASSWORD, Phone, Radicale
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet, EventEntry, FieldChange
from tests.program import free_port
from tests.world import World

As = Callable[[Any], Client]


def test_an_account_is_connected_and_its_calendars_chosen_by_screens(
    world: World, server: Radicale, phone: Phone, as_: As
) -> None:
    phone.make("Home")
    account = create_account(values={"name": "Cloud"}, by=world.sam)
    client = as_(world.sam)
    assert "Not connected" in client.get(f"/calendar-accounts/{account.pk}").content.decode()
    given = {"url": server.address, "login": "sam", "password": "wrong"}
    refused = client.post(f"/calendars/{account.pk}/connection", given)
    assert refused.status_code == 422
    assert "does not accept this user and password" in refused.content.decode()
    assert not AccountState.objects.exists()
    answer = client.post(f"/calendars/{account.pk}/connection", {**given, "password": PASSWORD})
    assert answer.headers["Location"] == f"/calendars/{account.pk}/calendars"
    state = AccountState.objects.get()
    assert PASSWORD not in state.secret
    assert not FieldChange.objects.filter(new__contains=PASSWORD).exists()
    known = {one.name: one.pk for one in RemoteCalendar.objects.all()}
    assert set(known) == {"Work", "Home"}
    page = client.get(answer.headers["Location"]).content.decode()
    assert ("Work" in page, PASSWORD in page) == (True, False)
    chosen = {f"use-{known['Work']}": "meetings", f"use-{known['Home']}": "busy", "written": known["Work"]}
    client.post(answer.headers["Location"], chosen)
    rows = RemoteCalendar.objects.order_by("name").values_list("name", "use", "is_written")
    assert list(rows) == [("Home", "busy", False), ("Work", "meetings", True)]
    bad = client.post(answer.headers["Location"], {**chosen, "written": "99999"})
    assert (bad.status_code, RemoteCalendar.objects.get(is_written=True).name) == (422, "Work")


def test_the_account_is_its_owners(world: World, sams: CalendarAccount, as_: As) -> None:
    for path in ("connection", "calendars"):
        for other in (world.ada, world.tia):
            assert as_(other).get(f"/calendars/{sams.pk}/{path}").status_code == 404
            assert as_(other).post(f"/calendars/{sams.pk}/{path}", {}).status_code == 404
    assert as_(world.ada).get(f"/calendar-accounts/{sams.pk}").status_code == 200
    assert as_(world.tia).get(f"/calendar-accounts/{sams.pk}").status_code == 404
    as_(world.ada).post(f"/calendar-accounts/{sams.pk}/do/disconnect", {"came": "remove"})
    assert fresh(sams).is_active


@pytest.mark.parametrize(
    "text",
    ["", "ftp://x.example/", "http://x.example/", "https://", "https://a@x.example/", "https://x.example:x"],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(DavFault) as fault:
        checked_address(text)
    assert fault.value.trouble == "address"


def trouble(way: Way) -> str:
    with pytest.raises(DavFault) as fault, speaking(way) as server:
        server.calendars()
    return str(fault.value.trouble.value)


def test_each_trouble_is_told_apart(server: Radicale, phone: Phone) -> None:
    assert trouble(server.way(password="wrong")) == "login"
    assert trouble(server.way(url=f"http://127.0.0.1:{free_port()}/")) in ("inside", "refused")
    assert trouble(Way(url="https://no-such-host.invalid/", login="a", password="b")) == "host"
    assert trouble(server.way("tia")) == "calendars"


def test_nothing_leads_into_a_private_network(server: Radicale, settings: Any) -> None:
    settings.KAIROS_CALENDAR_HOSTS = []
    assert trouble(server.way(may_be_inside=False)) == "inside"
    for url in (
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/",
        "https://localhost:8443/",
    ):
        assert trouble(Way(url=url, login="a", password="b")) == "inside"
    # What one server may be, another one it names may not.
    other = Way(url=f"http://127.0.0.1:{server.port}/", login="sam", password=PASSWORD, may_be_inside=True)
    with pytest.raises(DavFault) as fault, speaking(other) as spoken:
        spoken.listing("https://10.0.0.1/calendar/")
    assert fault.value.trouble == "inside"


def test_a_changed_password_stops_it_tells_once_and_is_mended(
    world: World, sams: CalendarAccount, server: Radicale, as_: As
) -> None:
    synced(sams)
    server.let_in("another")
    for _ in range(3):
        synced(sams)
    state = fresh(sams).state
    assert (state.trouble, state.needs_owner) == ("login", True)
    told = EventEntry.objects.filter(name="calendars.account_troubled")
    assert [one.params["people"] for one in told] == [str(world.sam.pk)]
    DBTaskResult.objects.all().delete()
    AccountState.objects.update(next_check_at=state.checked_at)
    check_accounts.call()
    assert not DBTaskResult.objects.filter(task_path__endswith="sync_account").exists()
    given = {"url": server.address, "login": "sam", "password": "another"}
    assert as_(world.sam).post(f"/calendars/{sams.pk}/connection", given).status_code == 302
    assert synced(sams).state.trouble == ""


@pytest.mark.parametrize("is_kept", [True, False])
def test_disconnecting_keeps_or_removes_what_came(
    world: World, sams: CalendarAccount, phone: Phone, is_kept: bool
) -> None:
    phone.add()
    synced(sams)
    disconnect_account(fresh(sams), by=world.sam, is_kept=is_kept)
    assert Activity.objects.filter(uid="lunch@phone").exists() == is_kept
    assert not any(one.objects.exists() for one in (AccountState, RemoteCalendar, RemoteEvent, BusyTime))
    assert phone.titles() == ["Lunch"]
    if not is_kept:
        undo(ChangeSet.objects.latest("pk"), by=world.sam)
        assert Activity.objects.filter(uid="lunch@phone").exists()


def test_others_see_what_the_owner_lets_them(
    world: World, server: Radicale, phone: Phone, clock: Any, as_: As
) -> None:
    account = account_at(server, world.sam)
    use(account, Work="busy")
    phone.add("SUMMARY:Dentist", "LOCATION:Main Street")
    phone.add("SUMMARY:Birthday", "TRANSP:TRANSPARENT", "DTSTART;VALUE=DATE:20270106", uid="day")
    synced(account)
    span = f"start=2027-01-04&end=2027-01-11&people={world.sam.pk}"
    seen = {}
    for privacy in ("times", "subject", "all"):
        CalendarAccount.objects.update(privacy=privacy)
        seen[privacy] = [one["title"] for one in as_(world.tia).get(f"/calendar/events?{span}").json()]
    assert seen == {
        "times": ["Busy · Sam Seller"],
        "subject": ["Dentist · Sam Seller"],
        "all": ["Dentist · Main Street · Sam Seller"],
    }
    own = as_(world.sam).get(f"/calendar/events?{span}").json()
    assert {one["title"] for one in own} == {"Dentist · Main Street", "Birthday"}
    CalendarAccount.objects.update(privacy="times")
    hours: dict[str, Any] = {
        "starts_at": "2027-01-05T12:30",
        "ends_at": "2027-01-05T13:30",
        "people": world.sam.pk,
    }
    said = as_(world.tia).get("/calendar/busy", hours).content.decode()
    assert ("Busy" in said, "Dentist" in said) == (True, False)
