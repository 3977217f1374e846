"""Following a record, choosing what to hear of it, hearing nothing more."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.history import ActionRefused, Changes, change_set
from kairos.core.history.canonical import type_name
from kairos.discuss.models import Follow

ALL = {"hears_notes": True, "hears_messages": True, "hears_events": False, "is_muted": False}
NOTHING = {"hears_notes": False, "hears_messages": False, "hears_events": False, "is_muted": False}


class CannotSeeIt(ActionRefused):
    message = _("%(person)s may not see this record, and cannot follow it.")


def follow_record(record: Any, *, by: Any, person: Any = None) -> None:
    """Let a person, oneself as a rule, hear what is said about the record.

    Raises `CannotSeeIt`.
    """
    person = person or by
    if not type(record).objects.visible_to(person).filter(pk=record.pk).exists():
        raise CannotSeeIt(person=person)
    with change_set(by=by, summary=_("Followed %(record)s"), params={"record": record}) as changes:
        changes.lock(record)
        write_follow(changes, record, person, **ALL)


def unfollow_record(record: Any, *, by: Any) -> None:
    """Hear of it no more, but for what is said to oneself by name."""
    with change_set(by=by, summary=_("Stopped following %(record)s"), params={"record": record}) as changes:
        changes.lock(record)
        write_follow(changes, record, by, **NOTHING)


def choose_what_to_hear(
    record: Any, *, by: Any, notes: bool, messages: bool, events: bool, is_muted: bool = False
) -> None:
    """Follow with the chosen kinds; muted hears nothing at all."""
    summary = _("Chose what to hear of %(record)s")
    with change_set(by=by, summary=summary, params={"record": record}) as changes:
        changes.lock(record)
        write_follow(
            changes,
            record,
            by,
            hears_notes=notes,
            hears_messages=messages,
            hears_events=events,
            is_muted=is_muted,
        )


def mute_record(record: Any, *, by: Any, is_muted: bool = True) -> None:
    """Be told nothing of the record, or again what one was told before."""
    summary = _("Muted %(record)s") if is_muted else _("Unmuted %(record)s")
    with change_set(by=by, summary=summary, params={"record": record}) as changes:
        changes.lock(record)
        write_follow(changes, record, by, is_muted=is_muted)


def write_follow(changes: Changes, record: Any, person: Any, **values: bool) -> None:
    """One person's choice for a record, made where there is none; called with the record locked."""
    kind = type_name(type(record))
    present = Follow.objects.filter(record_type=kind, record_id=record.pk, user=person.pk).first()
    if present is not None:
        changes.update(present, **values)
    else:
        changes.create(Follow, record_type=kind, record_id=record.pk, user=person, **values)


def follow_by_speaking(changes: Changes, record: Any, people: list[Any]) -> None:
    """Whoever writes or is named follows from then on, unless they have chosen otherwise before."""
    kind = type_name(type(record))
    rows = Follow.objects.filter(record_type=kind, record_id=record.pk, user__in=[one.pk for one in people])
    known = set(rows.values_list("user_id", flat=True))
    for person in {one.pk: one for one in people}.values():
        if person.pk not in known:
            changes.create(Follow, record_type=kind, record_id=record.pk, user=person)
