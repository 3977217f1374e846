"""Accounts of the tests, and what is asked about them again and again."""

from typing import Any

from kairos.calendars.actions.accounts import choose_calendars, connect_account, create_account
from kairos.calendars.dav.server import speaking
from kairos.calendars.models import CalendarAccount, RemoteCalendar, RemoteEvent
from kairos.calendars.syncing.account import sync_account
from kairos.calendars.tests.radicale import PASSWORD, Radicale


def account_at(server: Radicale, owner: Any, *, login: str = "sam", **values: Any) -> CalendarAccount:
    """A connected account, of which no calendar is used yet."""
    account = create_account(values={"name": "Phone", **values}, by=owner)
    with speaking(server.way(login)) as spoken:
        found = spoken.calendars()
    way = {"url": server.address, "login": login}
    return connect_account(account, values=way, password=PASSWORD, found=found, by=owner)


def use(account: CalendarAccount, *, written: str = "", **uses: str) -> None:
    """Choose by the names of calendars."""
    known = {one.name: one.pk for one in RemoteCalendar.objects.filter(account=account)}
    choose_calendars(
        account,
        uses={known[name]: value for name, value in uses.items()},
        written=known.get(written),
        by=account.owner,
    )


def synced(account: CalendarAccount, **how: Any) -> CalendarAccount:
    """The account after both sides were brought in step, as the worker does it call by call."""
    while sync_account(fresh(account), **how):
        how.pop("is_repair", None)
    return fresh(account)


def fresh(account: CalendarAccount) -> CalendarAccount:
    found: CalendarAccount = CalendarAccount.objects.select_related("state", "owner").get(pk=account.pk)
    return found


def outcomes(account: CalendarAccount) -> dict[str, str]:
    """What became of each event, by its UID or file."""
    rows = RemoteEvent.objects.filter(calendar__account=account)
    return {one.uid or one.href.rsplit("/", 1)[-1]: one.failure or one.outcome for one in rows}
