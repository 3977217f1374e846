"""What people decide about their calendar accounts."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.activities.models import Activity, Status
from kairos.calendars.dav.server import Found
from kairos.calendars.models import (
    AccountState,
    BusyTime,
    CalendarAccount,
    Outcome,
    RemoteCalendar,
    RemoteEvent,
    Use,
)
from kairos.calendars.syncing.standing import PURPOSE
from kairos.calendars.tasks import wake_account
from kairos.core.actions.connections import NotConnected, PasswordMissing
from kairos.core.history import ActionRefused, Changes, change_set
from kairos.core.sealing import sealed

SAME_DOOR = ("url", "login")


class NoSuchUse(ActionRefused):
    message = _("Choose for each calendar what is taken in from it, and at most one to write to.")


def create_account(
    *,
    values: Mapping[str, Any],
    by: Any,
    model: type[CalendarAccount] = CalendarAccount,
    at: dt.datetime | None = None,
) -> CalendarAccount:
    """An account of one's own that is not connected yet."""
    with change_set(by=by, summary=_("Created %(record)s"), params={"record": ""}, at=at) as changes:
        account = changes.create(CalendarAccount, **{**values, "owner": by})
        changes.name(account)
    return account


def connect_account(
    account: CalendarAccount, *, values: Mapping[str, Any], password: str, found: Sequence[Found], by: Any
) -> CalendarAccount:
    """Write how to get in, and which calendars were found there. A password left empty stays, for the same way only.

    Whether it works is tried before, by the door. Raises `PasswordMissing`.
    """
    check_password(account, values=values, password=password)
    with change_set(by=by, summary=_("Connected %(record)s"), params={"record": account}) as changes:
        changes.lock(account)
        is_same = account.url == values["url"] and account.login == values["login"]
        if not is_same:
            _forget_all(changes, account, is_kept=True)
        changes.update(account, **{name: values[name] for name in SAME_DOOR}, is_active=True)
        state = {"next_check_at": timezone.now(), **AccountState.IN_ORDER}
        if password:
            state["secret"] = sealed(password, purpose=PURPOSE)
        AccountState.objects.update_or_create(account=account, defaults=state)
        note_calendars(account, found)
        wake_account(account.pk)
    return account


def note_calendars(account: CalendarAccount, found: Sequence[Found]) -> None:
    """The calendars that the server has now; what was chosen for those known before stays."""
    for one in found:
        values = {"name": one.name, "is_gone": False}
        RemoteCalendar.objects.update_or_create(
            account=account, url=one.url, defaults=values, create_defaults={**values, "owner": account.owner}
        )
    gone = RemoteCalendar.objects.filter(account=account).exclude(url__in=[one.url for one in found])
    gone.update(is_gone=True)


def check_password(account: CalendarAccount, *, values: Mapping[str, Any], password: str) -> None:
    """Raises `PasswordMissing`."""
    is_same = all(getattr(account, name) == values[name] for name in SAME_DOOR)
    if not password and not (is_same and _is_connected(account)):
        raise PasswordMissing()


def choose_calendars(
    account: CalendarAccount, *, uses: Mapping[int, str], written: int | None, by: Any
) -> CalendarAccount:
    """What is taken in from each calendar, and to which one's own meetings are written.

    Where it is written to another calendar than before, the meetings move there. What came in from one that is taken in
    no more stays, as meetings like any other. Raises `NoSuchUse`.
    """
    calendars = {one.pk: one for one in RemoteCalendar.objects.filter(account=account)}
    if not uses.keys() <= calendars.keys() or not set(uses.values()) <= set(Use.values):
        raise NoSuchUse()
    if written is not None and written not in calendars:
        raise NoSuchUse()
    with change_set(by=by, summary=_("Chose calendars of %(record)s"), params={"record": account}) as changes:
        changes.lock(account)
        if written is not None:
            RemoteCalendar.objects.filter(owner=account.owner_id, is_written=True).exclude(pk=written).update(
                is_written=False
            )
        for pk, calendar in calendars.items():
            _choose(calendar, Use(uses.get(pk, calendar.use)), is_written=pk == written)
        AccountState.objects.filter(account=account).update(next_check_at=timezone.now())
        wake_account(account.pk)
    return account


def _choose(calendar: RemoteCalendar, use: Use, *, is_written: bool) -> None:
    before = calendar.use, calendar.is_written
    if before == (use, is_written):
        return
    # Looked at anew as a whole; events of ours stay known, so that none of them is written or planned twice.
    RemoteCalendar.objects.filter(pk=calendar.pk).update(
        use=use, is_written=is_written, token="", tag="", compared_at=None
    )
    others = RemoteEvent.objects.filter(calendar=calendar).exclude(outcome=Outcome.MEETING)
    if use == Use.NOTHING and not is_written:
        RemoteEvent.objects.filter(calendar=calendar).delete()
    else:
        others.update(etag="", failure="")


def pause_account(account: CalendarAccount, *, by: Any) -> CalendarAccount:
    """Neither side hears of the other until somebody resumes."""
    with change_set(by=by, summary=_("Paused %(record)s"), params={"record": account}) as changes:
        changes.update(account, is_active=False)
    return account


def resume_account(account: CalendarAccount, *, by: Any) -> CalendarAccount:
    """Go on from where it stopped."""
    with change_set(by=by, summary=_("Resumed %(record)s"), params={"record": account}) as changes:
        changes.update(account, is_active=True)
        wake_account(account.pk)
    return account


def sync_now(account: CalendarAccount, *, by: Any) -> CalendarAccount:
    """Bring both sides in step at once, even where a wrong password has stopped it. Raises `NotConnected`."""
    _must_be_connected(account)
    wake_account(account.pk)
    return account


def repair_account(account: CalendarAccount, *, by: Any) -> CalendarAccount:
    """Look at every event anew, and believe the server however much is gone from it. Raises `NotConnected`."""
    _must_be_connected(account)
    wake_account(account.pk, is_repair=True, is_meant=True)
    return account


def try_event_again(event: RemoteEvent, *, by: Any) -> RemoteEvent:
    """Look at an event that has failed once more, or write it once more."""
    RemoteEvent.objects.filter(pk=event.pk).update(
        etag="", failure="", failure_said="", raw="", here=event.there
    )
    wake_account(event.calendar.account_id)
    return event


def disconnect_account(account: CalendarAccount, *, by: Any, is_kept: bool) -> CalendarAccount:
    """End it: the password is forgotten, and busy times go. With `is_kept` the meetings that came from there stay.

    Without, those that are still ahead are deleted, which can be undone. On the server nothing changes.
    """
    with change_set(by=by, summary=_("Disconnected %(record)s"), params={"record": account}) as changes:
        changes.lock(account)
        _forget_all(changes, account, is_kept=is_kept)
        RemoteCalendar.objects.filter(account=account).delete()
        AccountState.objects.filter(account=account).delete()
        changes.update(account, is_active=False, archived_at=changes.recorded_at)
    return account


def _forget_all(changes: Changes, account: CalendarAccount, *, is_kept: bool) -> None:
    born = RemoteEvent.objects.filter(calendar__account=account, is_born_there=True)
    single = born.filter(activity_number__isnull=False).values("activity_number")
    repeated = born.filter(series_number__isnull=False).values("series_number")
    ahead = Activity.objects.active().filter(
        Q(pk__in=single) | Q(series__in=repeated),
        status=Status.OPEN,
        assignee=account.owner,
        record_id=None,
        ends_at__gt=changes.recorded_at,
    )
    for activity in [] if is_kept else list(ahead.order_by("pk")):
        changes.delete(activity)
    BusyTime.objects.filter(event__calendar__account=account).delete()
    RemoteEvent.objects.filter(calendar__account=account).delete()


def _must_be_connected(account: CalendarAccount) -> None:
    if not _is_connected(account):
        raise NotConnected(record=account.name)


def _is_connected(account: CalendarAccount) -> bool:
    return AccountState.objects.filter(account=account).exists()
