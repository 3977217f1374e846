"""Answers to invitations that come back by mail."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.activities import events
from kairos.activities.actions.meetings import answer_all
from kairos.activities.ical import CALENDARS, Reply, read_reply
from kairos.activities.models import Activity, Attendee, Invitation, Series, Status
from kairos.core.history import change_set
from kairos.core.history.canonical import type_name
from kairos.core.merging import where_now
from kairos.core.records import Room, type_of
from kairos.discuss.actions.incoming import take_mail
from kairos.mail.incoming.parsing import Parsed
from kairos.mail.models import IncomingMail
from kairos.mail.reply_address import record_named
from kairos.mail.slots import ROUTES, Route


@ROUTES.register(order=5)
class MeetingAnswers(Route):
    """What comes to the address of one invitation: an answer for a calendar, or words about the meeting.

    An answer counts where it came to the address that only this one was given, from the one who was given it, and is
    about what they were told last. Where the house has no mailbox for answers, the meeting's secret name stands for it.
    """

    takes_automatic = True

    def may_take(self, mails: Sequence[Parsed]) -> Sequence[bool]:
        return [
            _number(one) is not None or any(part.content_type in CALENDARS for part in one.files)
            for one in mails
        ]

    def take(self, mail: IncomingMail, parsed: Parsed) -> Any:
        reply = read_reply(parsed.files)
        invitation = _invitation(parsed, reply)
        activity = _meant(invitation, reply) if invitation is not None else None
        if invitation is None or activity is None:
            return None
        if reply is not None:
            _answer(activity, invitation, reply, mail)
            return activity
        return None if parsed.is_automatic else _words_about(activity, mail, parsed)


def _invitation(parsed: Parsed, reply: Reply | None) -> Invitation | None:
    number = _number(parsed)
    if number is not None:
        return Invitation.objects.filter(pk=number).first()
    if reply is None or settings.KAIROS_MAIL_REPLY:
        return None
    return Invitation.objects.filter(uid=reply.uid, email=parsed.sender[1]).first()


def _meant(invitation: Invitation, reply: Reply | None) -> Activity | None:
    """The meeting it is about: of what repeats the time that is named, else the next that they are asked to."""
    if invitation.series_number is None:
        return Activity._base_manager.filter(uid=invitation.uid).first()
    times = Activity._base_manager.filter(series=invitation.series_number)
    if reply is None or reply.recurs_at is None:
        asked = times.filter(_theirs(invitation, "attendees__"), status=Status.OPEN, archived_at=None)
        ahead = Q(ends_at__gt=timezone.now()) | Q(ends_at=None, due_on__gte=timezone.localdate())
        return asked.filter(ahead).order_by("occurs_on").first() or times.order_by("occurs_on").last()
    day = reply.recurs_at
    series = Series.objects.filter(pk=invitation.series_number).first()
    if isinstance(day, dt.datetime) and series is not None:
        day = day.astimezone(series.tzinfo()).date() if day.tzinfo else day.date()
    return times.filter(occurs_on=day).first()


def _theirs(invitation: Invitation, prefix: str = "") -> Q:
    email, user = f"{prefix}email", f"{prefix}user__email__iexact"
    return Q(**{email: invitation.email}) | Q(**{user: invitation.email})


def _number(parsed: Parsed) -> int | None:
    """The invitation to whose own address it was sent."""
    named = (record_named(address) for _words, address in parsed.recipients)
    return next((one[1] for one in named if one is not None and one[0] == type_name(Invitation)), None)


def _answer(activity: Activity, invitation: Invitation, reply: Reply, mail: IncomingMail) -> None:
    """Take the answer, or note at the meeting why not."""
    stamped_at = min(reply.stamped_at or mail.received_at, mail.received_at)
    names = {"person": invitation.name or invitation.email, "address": mail.from_address}
    invited = Attendee.objects.filter(_theirs(invitation), activity=activity.pk)
    attendee = invited.select_related("activity", "user").first()
    is_theirs = {reply.attendee, mail.from_address.lower()} == {
        invitation.email
    } and reply.uid == invitation.uid
    by = attendee.user if attendee is not None and is_theirs else None
    with change_set(by=by, summary=_("Answered for %(record)s"), params={"record": activity}) as changes:
        if not is_theirs:
            changes.event(events.ANSWER_NOT_BELIEVED.name, activity, **names)
        elif attendee is None or not activity.is_open or _is_old(attendee, invitation, reply, stamped_at):
            changes.event(events.ANSWERED_TOO_LATE.name, activity, **names)
        elif reply.answer:
            others = Attendee.objects.none()
            if invitation.series_number is not None and reply.recurs_at is None:
                whole = Attendee.objects.filter(
                    _theirs(invitation), activity__series=invitation.series_number
                )
                others = whole.exclude(activity__occurs_on__in=_told_since(invitation, reply))
            answer_all(attendee, others, answer=reply.answer, by=by, stamped_at=stamped_at)


def _is_old(attendee: Attendee, invitation: Invitation, reply: Reply, stamped_at: dt.datetime) -> bool:
    """It is about an earlier time of the meeting, or was written before another answer that came first."""
    revision = invitation.sequence
    if invitation.series_number is not None:
        revisions = invitation.told.get("revisions", {})
        day = str(attendee.activity.occurs_on) if reply.recurs_at is not None else ""
        revision = revisions.get(day, revisions.get("", 0))
    return reply.sequence < revision or not attendee.answered_before(stamped_at)


def _told_since(invitation: Invitation, reply: Reply) -> list[str]:
    """The days of a series that were told anew after the revision that is answered."""
    return [day for day, one in invitation.told.get("revisions", {}).items() if day and one > reply.sequence]


def _words_about(activity: Activity, mail: IncomingMail, parsed: Parsed) -> Any:
    """What somebody wrote by hand goes to the thread of what the meeting is about."""
    record = where_now(activity.record_type, activity.record_id) if activity.record_id is not None else None
    thread = type_of(type(record)).thread if record is not None else None
    if record is None or thread is None or isinstance(thread, Room):
        return None
    take_mail(record, mail, parsed)
    return record
