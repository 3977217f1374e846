"""What the page of an account says of it: what the server has beside what is here, and what failed and why."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from kairos.activities.models import Activity
from kairos.calendars.models import AccountState, CalendarAccount, Outcome, RemoteCalendar, RemoteEvent

MOST_FAILED = 50


@dataclass(frozen=True, slots=True)
class Books:
    """One calendar's books; `waiting` are events known to be there, or to be written, and not settled yet."""

    calendar: RemoteCalendar
    meetings: int
    busy: int
    left: int
    failed: int
    waiting: int

    @property
    def known(self) -> int:
        return self.meetings + self.busy + self.left + self.failed


def books_of(account: CalendarAccount) -> list[Books]:
    """Those of the calendars that are used, by name; one query beside the calendars'."""
    calendars = list(RemoteCalendar.objects.filter(account=account).order_by("name", "pk"))
    rows = RemoteEvent.objects.filter(calendar__account=account).order_by().values("calendar")
    counts = {
        row["calendar"]: row
        for row in rows.annotate(
            meetings=Count("pk", filter=Q(outcome=Outcome.MEETING)),
            busy=Count("pk", filter=Q(outcome=Outcome.BUSY)),
            left=Count("pk", filter=Q(outcome=Outcome.LEFT)),
            failed=Count("pk", filter=Q(outcome=Outcome.FAILED)),
            waiting=Count("pk", filter=Q(etag="", failure="")),
        )
    }
    names = ("meetings", "busy", "left", "failed", "waiting")
    return [
        Books(one, *(counts.get(one.pk, {}).get(name, 0) for name in names))
        for one in calendars
        if one.is_used
    ]


def panel_context(account: CalendarAccount, user: Any) -> dict[str, Any]:
    """How it goes with one account. What failed is shown to its owner alone: it may be private."""
    state = AccountState.objects.filter(account=account).first()
    is_own = account.owner_id == user.pk
    failed = RemoteEvent.objects.filter(calendar__account=account).exclude(failure="")
    rows = (
        list(failed.select_related("calendar").order_by("-looked_at", "-pk")[:MOST_FAILED]) if is_own else []
    )
    meetings = Activity._base_manager.in_bulk([one.activity_number for one in rows if one.activity_number])
    return {
        "state": state,
        "is_own": is_own,
        "is_late": state is not None and account.is_active and state.is_late(timezone.now()),
        "books": books_of(account) if state else [],
        "failed": [{"event": one, "meeting": meetings.get(one.activity_number)} for one in rows],
        "failed_count": failed.count(),
    }
