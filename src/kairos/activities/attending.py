"""Who comes to a meeting, as dialogs ask for it and as screens show it."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from kairos.accounts.models import User
from kairos.activities.actions.meetings import Invitee
from kairos.activities.models import Activity, Answer, Attendee
from kairos.contacts.models import Contact
from kairos.core.editing.numbers import numbers_in
from kairos.core.fields import format
from kairos.core.records import type_of

ICONS = {
    Answer.WAITING: "circle-dot",
    Answer.ACCEPTED: "circle-check",
    Answer.TENTATIVE: "circle-help",
    Answer.DECLINED: "circle-x",
}
VERBS = {
    Answer.ACCEPTED: pgettext_lazy("invitation", "I come"),
    Answer.TENTATIVE: pgettext_lazy("invitation", "I may come"),
    Answer.DECLINED: pgettext_lazy("invitation", "I do not come"),
}


def invitees_of(data: QueryDict, user: Any) -> list[Invitee]:
    """Whom a dialog has named, as far as this person may see them; addresses are checked when they are invited."""
    people = User.objects.visible_to(user).active().filter(pk__in=numbers_in(data.getlist("people")))
    contacts = type_of(Contact).visible_to(user).filter(pk__in=numbers_in(data.getlist("contacts")))
    typed = re.split(r"[,;\s]+", data.get("addresses", "")[:4000])
    return [
        *(Invitee(user=one) for one in people.order_by("name", "pk")),
        *(Invitee(contact=one) for one in contacts.order_by("name", "pk")),
        *(Invitee(email=one) for one in dict.fromkeys(filter(None, typed))),
    ]


def asked(data: QueryDict, user: Any, record: Activity | None) -> dict[str, Any]:
    """What stands in the inputs for people: what was sent, else who is asked already."""
    if record is not None and "addresses" not in data:
        rows = list(record.attendees.select_related("user", "contact").order_by("pk"))
        people = [one.user for one in rows if one.user_id]
        contacts = [one.contact for one in rows if one.contact_id]
        addresses = [one.email for one in rows if not one.user_id and not one.contact_id]
    else:
        named = invitees_of(data, user)
        people = [one.user for one in named if one.user is not None]
        contacts = [one.contact for one in named if one.contact is not None]
        addresses = [one.email for one in named if one.email]
    return {
        "people": [_choice(one) for one in people],
        "contacts": [_choice(one) for one in contacts],
        "addresses": ", ".join(addresses),
        "people_url": reverse("options", args=["users"]) + "?create=0",
        "contacts_url": reverse("options", args=["contacts"]) + "?create=0",
    }


def span_in_words(activity: Any) -> str:
    """When it is, in the reader's zone: “Jan 5, 2027 6:00 PM – 7:00 PM”, or the day alone."""
    if activity.starts_at is None or activity.ends_at is None:
        return format.date(activity.due_on, "full")
    start, end = timezone.localtime(activity.starts_at), timezone.localtime(activity.ends_at)
    first = f"{format.date(start.date(), 'full')} {format.time(start.time())}"
    last = format.time(end.time()) if start.date() == end.date() else format.datetime(end, "full")
    return f"{first} – {last}"


def shown(activity: Activity) -> list[dict[str, Any]]:
    """Everybody who is asked to come, with what they say; in one query."""
    rows = activity.attendees.select_related("user", "contact").order_by("pk")
    return [
        {"attendee": one, "answer": one.get_answer_display(), "icon": ICONS[Answer(one.answer)]}
        for one in rows
    ]


def answering(activity: Activity, user: Any) -> dict[str, Any] | None:
    """What this person has answered and may answer; None for who is not asked to come."""
    own = Attendee.objects.filter(activity=activity.pk, user=user.pk).first() if activity.is_open else None
    if own is None:
        return None
    choices = [{"value": one.value, "label": VERBS[one], "icon": ICONS[one]} for one in VERBS]
    return {"now": own.answer, "choices": choices, "url": reverse("meeting-answer", args=[activity.pk])}


def attach_attendees(activities: Iterable[Activity]) -> None:
    """Put at hand who comes to each, as `coming`: one query."""
    given = list(activities)
    found: dict[int, list[Attendee]] = defaultdict(list)
    rows = Attendee.objects.filter(activity__in=[one.pk for one in given]).select_related("user")
    for row in rows.order_by("pk"):
        found[row.activity_id].append(row)
    for one in given:
        one.coming = found[one.pk]


def _choice(record: Any) -> dict[str, Any]:
    return {"value": record.pk, "label": str(record), "colour": 0}
