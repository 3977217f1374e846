"""Meetings: who is asked to come, and what they answer."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.activities import events
from kairos.activities.actions.activities import NotOpen, plan_activity, update_activity
from kairos.activities.actions.series import repeat_meeting
from kairos.activities.models import Activity, Answer, Attendee, Status
from kairos.activities.recurrence import Rule
from kairos.core.history import ActionRefused, Changes, change_set
from kairos.mail.actions.outbox import checked_address

MOST = 50
SAID = {
    Answer.ACCEPTED: events.COMES,
    Answer.TENTATIVE: events.PERHAPS,
    Answer.DECLINED: events.STAYS_AWAY,
}


class TooManyAttendees(ActionRefused):
    message = _("At most %(limit)s people can be asked to come to a meeting.")


class NoAddress(ActionRefused):
    message = _("%(contact)s has no e-mail address to be invited by.")


class NotInvited(ActionRefused):
    message = _("Only who is asked to come can answer.")


class NoSuchAnswer(ActionRefused):
    message = _("Say whether you come, do not come, or perhaps come.")


@dataclass(frozen=True, slots=True)
class Invitee:
    """Whom a meeting asks to come: a colleague, a contact by its first address or another one, or an address."""

    user: Any = None
    contact: Any = None
    email: str = ""

    def values(self) -> dict[str, Any]:
        """As an attendee. Raises `NoAddress`, `BadAddress`."""
        if self.user is not None:
            return {"user": self.user, "name": self.user.name}
        address = self.email or (self.contact.email if self.contact is not None else "")
        if self.contact is not None and not address:
            raise NoAddress(contact=self.contact)
        email = checked_address(address).lower()
        return {"contact": self.contact, "name": str(self.contact or ""), "email": email}


def plan_meeting(
    record: Any = None,
    *,
    by: Any,
    invitees: Sequence[Invitee] = (),
    rule: Rule | None = None,
    zone: str = "",
    **values: Any,
) -> Activity:
    """Plan an activity, ask people to come where it is a meeting, and let it repeat where there is a rule for that.

    Raises what `plan_activity`, `invite` and `repeat_meeting` do.
    """
    with change_set(by=by, summary=_("Planned %(record)s"), params={"record": ""}) as changes:
        activity = plan_activity(record, by=by, **values)
        _invite(changes, activity, invitees)
        if rule is not None:
            repeat_meeting(activity, rule=rule, by=by, zone=zone, now=changes.at)
        changes.name(activity)
    return activity


def update_meeting(
    activity: Activity, *, values: Mapping[str, Any], invitees: Sequence[Invitee], by: Any
) -> Activity:
    """Write what a dialog sent, with everybody who is asked to come now. Raises what `update_activity` does."""
    with change_set(by=by, summary=_("Changed %(record)s"), params={"record": activity}) as changes:
        update_activity(activity, values=values, by=by)
        _invite(changes, activity, invitees)
    return activity


def invite(activity: Activity, *, invitees: Sequence[Invitee], by: Any) -> Activity:
    """Exactly these are asked to come; who is asked already keeps their answer.

    Raises `TooManyAttendees`, `NoAddress`, `BadAddress`, `NotOpen`.
    """
    with change_set(by=by, summary=_("Invited to %(record)s"), params={"record": activity}) as changes:
        changes.lock(activity)
        if not activity.is_open:
            raise NotOpen(what=activity)
        _invite(changes, activity, invitees)
    return activity


def answer_invitation(
    attendee: Attendee, *, answer: str, by: Any, stamped_at: dt.datetime | None = None
) -> Attendee:
    """Somebody comes, does not come, or perhaps comes; the organiser is told.

    `stamped_at` is when an answer by mail was written. Raises `NoSuchAnswer`, `NotOpen`.
    """
    said = SAID.get(Answer(answer)) if answer in Answer.values else None
    if said is None:
        raise NoSuchAnswer()
    with change_set(
        by=by, summary=_("Answered for %(record)s"), params={"record": attendee.activity}
    ) as changes:
        changes.lock(attendee)
        activity = attendee.activity
        if not activity.is_open:
            raise NotOpen(what=activity)
        values: dict[str, Any] = {"stamped_at": stamped_at} if stamped_at else {}
        if attendee.answer != answer:
            values |= {"answer": answer, "answered_at": changes.at}
            told = {"person": attendee, "what": activity, "activity": activity.pk}
            changes.event(said.name, activity, **told, people=activity.organiser_id or "")
        changes.update(attendee, **values)
    return attendee


def answer_as(activity: Activity, *, answer: str, by: Any) -> Attendee:
    """A colleague answers for themselves: of what repeats also for what follows and has no answer of theirs yet.

    Raises `NotInvited` and what `answer_invitation` does.
    """
    attendee = activity.attendees.filter(user=by.pk).select_related("activity").first()
    if attendee is None:
        raise NotInvited()
    later = Attendee.objects.filter(user=by.pk, activity__series=activity.series_id, answer=Answer.WAITING)
    return answer_all(attendee, later, answer=answer, by=by)


def answer_all(
    attendee: Attendee, others: Any, *, answer: str, by: Any, stamped_at: dt.datetime | None = None
) -> Attendee:
    """As `answer_invitation`, for those of these attendees, too, whose time of the series comes after and is open."""
    with change_set(
        by=by, summary=_("Answered for %(record)s"), params={"record": attendee.activity}
    ) as changes:
        answer_invitation(attendee, answer=answer, by=by, stamped_at=stamped_at)
        activity = attendee.activity
        if activity.series_id is not None:
            later = others.filter(activity__status=Status.OPEN, activity__occurs_on__gt=activity.occurs_on)
            values = {"answer": answer, "answered_at": changes.at}
            changes.update_many(Attendee, dict.fromkeys(later.values_list("pk", flat=True), values))
    return attendee


def _invite(changes: Changes, activity: Activity, invitees: Iterable[Invitee]) -> None:
    """Only meetings have attendees and a place: what is none any more loses them."""
    if not activity.type.is_meeting:
        changes.update(activity, place="", description="")
        invitees = ()
    wanted = {_key(one): one for one in (invitee.values() for invitee in invitees)}
    wanted.pop(("user", activity.organiser_id), None)
    if len(wanted) > MOST:
        raise TooManyAttendees(limit=MOST)
    present = {
        _key(vars(one)): one for one in Attendee.objects.filter(activity=activity.pk).select_related("user")
    }
    for key, attendee in present.items():
        if key not in wanted:
            changes.delete(attendee)
    for key, values in wanted.items():
        if key not in present:
            changes.create(Attendee, activity=activity, **values)


def _key(values: Mapping[str, Any]) -> tuple[str, Any]:
    user = values.get("user_id") or getattr(values.get("user"), "pk", None)
    return ("user", user) if user else ("email", values["email"])
