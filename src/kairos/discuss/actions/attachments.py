"""Files that hang on a record."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kairos.core import files as kept
from kairos.core.history import Changes, change_set
from kairos.core.history.canonical import type_name
from kairos.discuss.models import Attachment, Message

MOST = 20
LONGEST_NAME = 200
FORBIDDEN = re.compile(r"[\x00-\x1f\x7f/\\\u202a-\u202e\u2066-\u2069]")


class Upload(Protocol):
    """A file on its way in, such as Django's uploaded ones."""

    name: str | None

    def chunks(self) -> Iterable[bytes]: ...


def attach_files(
    changes: Changes, record: Any, uploads: Sequence[Upload], *, by: Any, message: Message | None = None
) -> list[Attachment]:
    """Keep files with a record, with the message they came with. Raises `ValidationError` for too many or too large."""
    if len(uploads) > MOST:
        raise ValidationError(_("At most %(limit)s files at once."), params={"limit": MOST})
    return [_attached(changes, record, one, by=by, message=message) for one in uploads]


def remove_attachment(attachment: Attachment, *, by: Any) -> None:
    """Take a file away; the change can be undone."""
    summary = _("Removed the file %(name)s")
    with change_set(by=by, summary=summary, params={"name": attachment.name}) as changes:
        changes.delete(attachment)


def _attached(
    changes: Changes, record: Any, upload: Upload, *, by: Any, message: Message | None
) -> Attachment:
    name = _named(upload.name)
    try:
        digest, size, media_type = kept.keep(upload.chunks())
    except kept.TooLarge as error:
        limit = kept.LARGEST // 2**20
        raise ValidationError(
            _("“%(name)s” is too large: at most %(limit)s MB."), params={"name": name, "limit": limit}
        ) from error
    return changes.create(
        Attachment,
        record_type=type_name(type(record)),
        record_id=record.pk,
        message=message,
        name=name,
        media_type=media_type,
        size=size,
        digest=digest,
        author=by,
        created_at=changes.at,
    )


def _named(name: str | None) -> str:
    """A name that is a name on any system, and reads as what it is."""
    clean = " ".join(FORBIDDEN.sub(" ", (name or "").rpartition("/")[2]).split()).lstrip(".")
    stem, dot, ending = clean.rpartition(".")
    if len(clean) > LONGEST_NAME and dot and len(ending) < 12:
        return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return clean[:LONGEST_NAME] or str(_("file"))
