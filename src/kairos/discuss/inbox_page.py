"""A person's inbox as a page: what they were told, of records they see now."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.editing.looks import Mark
from kairos.core.editing.timeline import when
from kairos.core.events import declared
from kairos.core.fields import format as shown
from kairos.core.records import RecordType, all_types
from kairos.discuss.models import Notification
from kairos.discuss.reading import kept_back
from kairos.mail.incoming.texts import plain_of

PAGE = 40
LONGEST = 220
SHOWS = {"unread": _("Unread"), "all": _("All"), "archived": _("Archived")}


@dataclass(frozen=True, slots=True)
class Line:
    """One notification: what happened, on which record, why it is told."""

    row: Notification
    record_type: RecordType
    record: Any
    is_kept_back: bool

    @property
    def title(self) -> str:
        return self.record_type.title(self.record)

    @property
    def url(self) -> str:
        return self.record_type.url_of(self.record)

    @property
    def sentence(self) -> str:
        event = declared(self.row.event.name)
        return event.describe(self.row.event.params) if event else ""

    @property
    def icon(self) -> str:
        event = declared(self.row.event.name)
        named = self.row.reason == Notification.Reason.MENTION
        return "at-sign" if named else event.icon if event else "bell"

    @property
    def words(self) -> str:
        """How what was said begins."""
        message = self.row.message
        if message is None or message.is_deleted or self.is_kept_back:
            return ""
        return " ".join(plain_of(message.body).split())[:LONGEST]

    @property
    def when(self) -> str:
        return when(self.row.at)

    @property
    def when_full(self) -> str:
        return shown.datetime(self.row.at, "long")


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown of an inbox; `older` asks for the next page."""

    lines: list[Line]
    show: str
    older: str = ""


def inbox_page(user: Any, *, show: str, before: str = "") -> Page:
    """A page of the inbox, newest first, in a query and one for each kind of record, without what is out of sight."""
    show = show if show in SHOWS else "unread"
    found = _rows(user, show)
    mark = Mark.read(before)
    if mark is not None:
        found = found.filter(at__lte=mark.at).exclude(at=mark.at, pk__gte=mark.pk)
    rows = list(found.order_by("-at", "-pk")[: PAGE + 1])
    page = rows[:PAGE]
    last = page[-1] if len(rows) > PAGE else None
    return Page(lines_of(page, user), show, str(Mark(last.at, 0, last.pk)) if last else "")


def lines_of(rows: list[Notification], user: Any) -> list[Line]:
    """These as lines, without those of records that are out of the person's sight."""
    seen = _seen(rows, user)
    hidden = kept_back([row.message for row in rows], user)
    return [
        Line(row, *seen[key], row.message_id in hidden)
        for row in rows
        if (key := (row.record_type, row.record_id)) in seen
    ]


def _rows(user: Any, show: str) -> Any:
    own = Notification.objects.of(user).select_related("event", "message__incoming", "actor")
    if show == "archived":
        return own.exclude(archived_at=None)
    return own.unread() if show == "unread" else own.filter(archived_at=None)


def _seen(rows: list[Notification], user: Any) -> dict[tuple[str, int], tuple[RecordType, Any]]:
    """The records of these rows that the person sees, by the name and number they go by."""
    ids: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        ids[row.record_type].add(row.record_id)
    found: dict[tuple[str, int], tuple[RecordType, Any]] = {}
    for record_type in all_types():
        if ids.get(record_type.stored_name) and record_type.access.can_list(user):
            for record in record_type.visible_to(user).filter(pk__in=ids[record_type.stored_name]):
                found[record_type.stored_name, record.pk] = (record_type, record)
    return found
