"""Saying something about a record: writing, changing, taking back, pinning, starring, reacting."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kairos.core.history import ActionRefused, Changes, change_set
from kairos.core.history.canonical import type_name
from kairos.core.records import type_of
from kairos.discuss import events
from kairos.discuss.actions.attachments import Upload, attach_files
from kairos.discuss.actions.follows import follow_by_speaking
from kairos.discuss.followers import known_followers, who_may_see
from kairos.discuss.live import thread_changed
from kairos.discuss.models import Message, Reaction, Star
from kairos.discuss.writing import clean_html, mentioned, to_html, to_text

LONGEST = 20_000
MOST_MENTIONED = 50
SIGNS = ("👍", "❤️", "🎉", "😄", "👀", "🙏")
Kind = Message.Kind


class NotYourMessage(ActionRefused):
    message = _("Only the person who wrote this can change it.")


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
    text = _checked(text, files)
    return _post(
        record,
        kind=Kind.NOTE,
        text=text,
        body="",
        people=_people(text),
        by=by,
        reply_to=reply_to,
        files=files,
        at=at,
    )


def post_message(
    record: Any,
    *,
    by: Any,
    text: str = "",
    html: str = "",
    reply_to: Message | None = None,
    files: Sequence[Upload] = (),
    at: Any = None,
) -> Message:
    """Keep a message to the customer or from them, typed (`text`) or as it came (`html`, which is cleaned).

    Nothing is sent. Raises as `post_note` does.
    """
    body = clean_html(html) if html else ""
    text = _checked(text or to_text(body), files)
    return _post(
        record,
        kind=Kind.MESSAGE,
        text=text,
        body=body,
        people={},
        by=by,
        reply_to=reply_to,
        files=files,
        at=at,
    )


def edit_message(message: Message, *, text: str, by: Any) -> Message:
    """Change one's own words; the old ones are kept in the history. Raises `NotYourMessage`, `MessageIsDeleted`."""
    text = _checked(text, [])
    with change_set(by=by, summary=_("Changed a note")) as changes:
        _own(changes, message, by)
        if text != message.text:
            body = to_html(text, _people(text))
            changes.update(message, text=text, body=body, edited_at=changes.at)
            thread_changed(message)
    return message


def delete_message(message: Message, *, by: Any) -> Message:
    """Take one's own words back: their place and the fact stay. Raises `NotYourMessage`, `MessageIsDeleted`."""
    with change_set(by=by, summary=_("Deleted a note")) as changes:
        _own(changes, message, by)
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


def _checked(text: str, files: Sequence[Upload]) -> str:
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text and not files:
        raise ValidationError(_("Write something first."))
    if len(text) > LONGEST:
        raise ValidationError(_("At most %(limit)s characters fit."), params={"limit": LONGEST})
    return text


def _people(text: str) -> dict[str, int]:
    """Whom @name may mean."""
    if "@" not in text:
        return {}
    people = get_user_model()._default_manager.filter(archived_at=None)
    return dict(people.order_by("-pk").values_list("name", "pk"))


def _post(
    record: Any,
    *,
    kind: str,
    text: str,
    body: str,
    people: dict[str, int],
    by: Any,
    reply_to: Message | None,
    files: Sequence[Upload],
    at: Any,
) -> Message:
    summary = _("Wrote about %(record)s")
    with change_set(by=by, summary=summary, params={"record": record}, at=at) as changes:
        changes.lock(record)
        if reply_to is not None:
            _present(changes, reply_to)
        message = changes.create(
            Message,
            record_type=type_name(type(record)),
            record_id=record.pk,
            kind=kind,
            text=text,
            body=body or to_html(text, people),
            author=by,
            created_at=changes.at,
            reply_to=reply_to,
        )
        attach_files(changes, record, files, message=message, by=by)
        named = _named(record, mentioned(text, people)[:MOST_MENTIONED])
        follow_by_speaking(changes, record, [by, *named] if by else named)
        _tell(changes, message, record, named)
        thread_changed(message)
    return message


def _named(record: Any, ids: list[int]) -> list[Any]:
    """Those of the people named who may read what was said."""
    people = get_user_model()._default_manager.in_bulk(ids) if ids else {}
    return who_may_see(type_of(type(record)), record, [people[pk] for pk in ids if pk in people])


def _tell(changes: Changes, message: Message, record: Any, named: list[Any]) -> None:
    """Record what happened, for whoever hears of it: those named, the one replied to, and the followers."""
    record_type = type_of(type(record))
    known = known_followers(record_type, record)
    muted = {one.user.pk for one in known if one.is_muted}
    kind = "notes" if message.kind == Kind.NOTE else "messages"
    answered = [message.reply_to.author] if message.reply_to and message.reply_to.author else []
    others = [*answered, *(one.user for one in known if one.hears(kind))]
    people = {one.pk: one for one in [*named, *who_may_see(record_type, record, others)]}
    told = [pk for pk in people if pk not in muted and pk != getattr(message.author, "pk", None)]
    event = events.NOTED if message.kind == Kind.NOTE else events.MESSAGED
    changes.event(
        event.name,
        record,
        author=message.author or _("Somebody"),
        message=message.pk,
        people=",".join(map(str, told)),
        named=",".join(str(one.pk) for one in named),
        answered=",".join(str(one.pk) for one in answered),
    )


def _present(changes: Changes, message: Message) -> None:
    changes.lock(message)
    if message.is_deleted:
        raise MessageIsDeleted()


def _own(changes: Changes, message: Message, by: Any) -> None:
    _present(changes, message)
    if message.author_id != by.pk:
        raise NotYourMessage()
