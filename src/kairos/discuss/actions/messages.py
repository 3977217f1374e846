"""Saying something about a record: writing, changing, taking back, pinning, starring, reacting."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kairos.core.history import ActionRefused, Changes, change_set
from kairos.core.history.canonical import type_name
from kairos.core.records import Room, Thread, all_types, type_of
from kairos.discuss import events
from kairos.discuss.actions.attachments import Upload, attach_files
from kairos.discuss.actions.follows import follow_by_speaking
from kairos.discuss.followers import known_followers, who_may_see
from kairos.discuss.live import thread_changed
from kairos.discuss.models import Message, Reaction, Star
from kairos.discuss.writing import mentioned, to_html

LONGEST = 20_000
MOST_MENTIONED = 50
EVERYBODY = 0
SIGNS = ("👍", "❤️", "🎉", "😄", "👀", "🙏")
Kind = Message.Kind
# What followers choose to hear of, and what readers of events hear.
HEARD: dict[str, Any] = {Kind.NOTE: ("notes", events.NOTED), Kind.MESSAGE: ("messages", events.MESSAGED)}


class NotYourMessage(ActionRefused):
    message = _("Only the person who wrote this can change it.")


class MessageHasLeft(ActionRefused):
    message = _("This message is on its way to the customer; it can no longer be changed.")


class MessageIsDeleted(ActionRefused):
    message = _("This has been deleted.")


def post_note(
    record: Any,
    *,
    text: str,
    by: Any,
    reply_to: Message | None = None,
    files: Sequence[Upload] = (),
    at: Any = None,
) -> Message:
    """Write a note that stays in the house; whoever is named in it and sees the record is told, and followers are.

    Raises `ValidationError` for a note without words and files, or too long a one; what `attach_files` does.
    """
    text = checked(text, files)
    people = _people(text, type_of(type(record)).thread)
    return write(
        record, {"kind": Kind.NOTE, "text": text}, people=people, by=by, reply_to=reply_to, files=files, at=at
    )


def edit_message(message: Message, *, text: str, by: Any) -> Message:
    """Change one's own words; the old ones are kept in the history.

    Raises `NotYourMessage`, `MessageIsDeleted`, `MessageHasLeft`.
    """
    text = checked(text, [])
    with change_set(by=by, summary=_("Changed a note")) as changes:
        own_and_present(changes, message, by)
        if text != message.text:
            is_note = message.kind == Kind.NOTE
            body = to_html(text, _people(text, _thread_of(message)) if is_note else {})
            changes.update(message, text=text, body=body, edited_at=changes.at)
            thread_changed(message)
    return message


def delete_message(message: Message, *, by: Any) -> Message:
    """Take one's own words back: their place and the fact stay. A message that waits does not leave.

    Raises `NotYourMessage`, `MessageIsDeleted`, `MessageHasLeft`.
    """
    with change_set(by=by, summary=_("Deleted a note")) as changes:
        own_and_present(changes, message, by)
        changes.update(message, deleted_at=changes.at, deleted_by=by, pinned_at=None, pinned_by=None)
        thread_changed(message)
    return message


def pin_message(message: Message, *, by: Any, is_pinned: bool = True) -> Message:
    """Keep a message in sight for everybody, or let it go. Raises `MessageIsDeleted`."""
    with change_set(by=by, summary=_("Pinned a note") if is_pinned else _("Unpinned a note")) as changes:
        _present(changes, message)
        if is_pinned != message.is_pinned:
            pinned: dict[str, Any] = {"pinned_at": changes.at, "pinned_by": by} if is_pinned else {}
            changes.update(message, **(pinned or {"pinned_at": None, "pinned_by": None}))
            thread_changed(message)
    return message


def star_message(message: Message, *, by: Any, is_starred: bool = True) -> None:
    """Remember a message for oneself, or forget it."""
    if is_starred:
        Star.objects.get_or_create(message=message, user=by)
    else:
        Star.objects.filter(message=message, user=by).delete()


def react(message: Message, *, sign: str, by: Any) -> None:
    """Put a sign to a message, or take one's own away again. Raises `ValidationError`, `MessageIsDeleted`."""
    if sign not in SIGNS:
        raise ValidationError(_("This choice is not available."))
    with transaction.atomic():
        if Message.objects.select_for_update().filter(pk=message.pk, deleted_at=None).first() is None:
            raise MessageIsDeleted()
        _row, is_new = Reaction.objects.get_or_create(message=message, user=by, sign=sign)
        if not is_new:
            _row.delete()
        thread_changed(message)


def checked(text: str, files: Sequence[Upload]) -> str:
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text and not files:
        raise ValidationError(_("Write something first."))
    if len(text) > LONGEST:
        raise ValidationError(_("At most %(limit)s characters fit."), params={"limit": LONGEST})
    return text


def _people(text: str, thread: Thread | None) -> dict[str, int]:
    """Whom @name may mean; in a room some words mean everybody who is there."""
    if "@" not in text:
        return {}
    people = get_user_model()._default_manager.filter(archived_at=None)
    calls = thread.calls if isinstance(thread, Room) else ()
    return dict(people.order_by("-pk").values_list("name", "pk")) | dict.fromkeys(calls, EVERYBODY)


def _thread_of(message: Message) -> Thread | None:
    return next((one.thread for one in all_types() if one.stored_name == message.record_type), None)


def write(
    record: Any,
    values: Mapping[str, Any],
    *,
    by: Any,
    people: Mapping[str, int] | None = None,
    reply_to: Message | None = None,
    files: Sequence[Upload] = (),
    at: Any = None,
    know: Collection[int] = (),
) -> Message:
    """Keep something that is said about a record, with its files; `people` are those who may be meant by @name.

    Those in `know`, by number, are not told: they know it.
    """
    people, text = people or {}, values["text"]
    summary = _("Wrote about %(record)s")
    with change_set(by=by, summary=summary, params={"record": record}, at=at) as changes:
        changes.lock(record)
        thread = type_of(type(record)).thread
        if isinstance(thread, Room):
            thread.check_speaker(record, by)
        if reply_to is not None:
            _present(changes, reply_to)
        message = changes.create(
            Message,
            record_type=type_name(type(record)),
            record_id=record.pk,
            body=to_html(text, people),
            author=by,
            created_at=changes.at,
            reply_to=reply_to,
            **values,
        )
        attach_files(changes, record, files, message=message, by=by)
        named = _named(record, mentioned(text, people)[:MOST_MENTIONED])
        if not isinstance(thread, Room):
            follow_by_speaking(changes, record, [by, *named] if by else named)
        _tell(changes, message, record, named, know)
        thread_changed(message)
    return message


def _named(record: Any, ids: list[int]) -> list[Any]:
    """Those of the people named who may read what was said."""
    record_type = type_of(type(record))
    people = get_user_model()._default_manager.in_bulk(ids) if ids else {}
    found = who_may_see(record_type, record, [people[pk] for pk in ids if pk in people])
    if EVERYBODY in ids and isinstance(record_type.thread, Room):
        found += [one for one in record_type.thread.everybody(record) if one.pk not in people]
    return found


def _tell(changes: Changes, message: Message, record: Any, named: list[Any], know: Collection[int]) -> None:
    """Record what happened, for whoever hears of it: those named, the one replied to, and the followers."""
    record_type = type_of(type(record))
    known = known_followers(record_type, record)
    silent = {one.user.pk for one in known if one.is_muted} | {getattr(message.author, "pk", None), *know}
    answered = _answered(message, record_type.thread)
    addressed: Sequence[Any] = ()
    if isinstance(record_type.thread, Room):
        event, addressed = events.SAID, record_type.thread.addressed(record)
        others = [*who_may_see(record_type, record, answered), *addressed]
    else:
        kind, event = HEARD[message.kind]
        hearing = [one.user for one in known if one.hears(kind)]
        others = who_may_see(record_type, record, [*answered, *hearing])
    people = {one.pk: one for one in [*named, *others]}
    told = [pk for pk in people if pk not in silent]
    changes.event(
        event.name,
        record,
        author=message.sender or _("Somebody"),
        message=message.pk,
        people=_numbers(told),
        named=_numbers(one.pk for one in named),
        answered=_numbers(one.pk for one in answered),
        addressed=_numbers(one.pk for one in addressed),
    )


def _answered(message: Message, thread: Thread | None) -> list[Any]:
    """Whose words the message replies to; in a room also who has replied to them before."""
    if message.reply_to is None:
        return []
    found = [message.reply_to.author]
    if isinstance(thread, Room):
        earlier = message.reply_to.replies.exclude(author=None).values("author")
        found += get_user_model()._default_manager.filter(archived_at=None, pk__in=earlier)
    return list({one.pk: one for one in found if one}.values())


def _numbers(ids: Iterable[int]) -> str:
    return ",".join(map(str, ids))


def _present(changes: Changes, message: Message) -> None:
    changes.lock(message)
    if message.is_deleted:
        raise MessageIsDeleted()


def own_and_present(changes: Changes, message: Message, by: Any) -> None:
    """Hold a message that this person may still change.

    Raises `NotYourMessage`, `MessageIsDeleted`, `MessageHasLeft`.
    """
    _present(changes, message)
    if message.author_id != by.pk:
        raise NotYourMessage()
    if message.sent_at is not None:
        raise MessageHasLeft()
