"""Taking in mail, and trying again what nobody took."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from kairos.core.history import ActionRefused
from kairos.core.history.canonical import type_name
from kairos.mail.bounces import note_bounce
from kairos.mail.incoming.keeping import keep, kept
from kairos.mail.incoming.parsing import Parsed, parse
from kairos.mail.incoming.texts import written_and_quoted
from kairos.mail.models import Came, FolderMessage, IncomingMail
from kairos.mail.shown import shown_parts
from kairos.mail.slots import ROUTES, Route

log = logging.getLogger(__name__)
LARGEST = 50 * 2**20


class MailTooLarge(ActionRefused):
    message = _lazy("A mail of more than 50 MB is not taken in.")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail whose bytes are kept and read, and which waits to be taken in; `place` is where in a mailbox it lies."""

    digest: str
    size: int
    parsed: Parsed
    is_own: bool = False
    place: FolderMessage | None = None

    @property
    def is_private(self) -> bool:
        return self.place is not None and not self.place.folder.mailbox.is_shared

    def unsaved(self) -> IncomingMail:
        name, address = self.parsed.sender
        return IncomingMail(
            digest=self.digest,
            size=self.size,
            sent_at=self.parsed.sent_at,
            message_id=self.parsed.message_id,
            from_name=name,
            from_address=address,
            subject=self.parsed.subject,
            text=written_and_quoted(self.parsed.text)[0],
            is_own=self.is_own,
        )


def receive_mail(raw: bytes) -> IncomingMail:
    """Keep a mail and bring it where it belongs; the same mail again changes nothing.

    One that breaks whoever takes it goes into quarantine, and the next one is taken in. Raises `MailTooLarge`.
    """
    return take_in([prepared(raw)])[0]


def prepared(raw: bytes, *, is_own: bool = False) -> Letter:
    """Keep a mail's bytes and read them: all that can be done before the database waits. Raises `MailTooLarge`."""
    if len(raw) > LARGEST:
        raise MailTooLarge()
    digest = sha256(raw).hexdigest()
    keep(digest, raw)
    return Letter(digest, len(raw), parse(raw), is_own)


def take_in(letters: Sequence[Letter]) -> list[IncomingMail]:
    """Take in many, each once, in one transaction; the mail of each, in their order.

    One whose columns the database does not take goes into quarantine; the others are taken in.
    """
    try:
        with transaction.atomic():
            return _taken(letters)
    except (OperationalError, InterfaceError, IntegrityError):
        raise
    except Exception as error:
        if len(letters) > 1:
            return [take_in([letter])[0] for letter in letters]
        log.exception("the mail %s goes into quarantine", letters[0].digest)
        return [_quarantined(letters[0], error)]


def route_again(mail: IncomingMail) -> IncomingMail:
    """Try once more to find out whose a mail is: the rules or the program may have changed since."""
    if mail.state in (Came.UNCLAIMED, Came.QUARANTINED, Came.NEW):
        _route(mail, parse(kept(mail.digest)))
    return mail


def _taken(letters: Sequence[Letter]) -> list[IncomingMail]:
    by_digest, by_identity = _known(letters)
    private = {pk for pk, shown in shown_parts(by_identity.values(), None).items() if not shown.is_whole}
    new: list[tuple[IncomingMail, Parsed]] = []
    for letter in letters:
        if letter.digest in by_digest:
            continue
        mail = letter.unsaved()
        twin = by_identity.get(_identity(mail), mail) if mail.message_id else mail
        # A copy of the house's own is not taken for the one that only its owner reads.
        twin = mail if twin.pk in private and not letter.is_private else twin
        by_digest[letter.digest] = by_identity[_identity(mail)] = twin
        if twin is mail:
            new.append((mail, letter.parsed))
    IncomingMail.objects.bulk_create([mail for mail, _parsed in new])
    _place(letters, by_digest)
    _route_all(new)
    return [by_digest[letter.digest] for letter in letters]


def _known(letters: Sequence[Letter]) -> tuple[dict[str, IncomingMail], dict[object, IncomingMail]]:
    """What is here already: the same bytes, and the same letter that came another way or was counted anew."""
    same = IncomingMail.objects.filter(digest__in={letter.digest for letter in letters})
    ids = {letter.parsed.message_id for letter in letters} - {""}
    twins = IncomingMail.objects.filter(message_id__in=ids).order_by("-pk")
    return {mail.digest: mail for mail in same}, {_identity(mail): mail for mail in twins}


def _place(letters: Sequence[Letter], mails: Mapping[str, IncomingMail]) -> None:
    """Write where each lies, before anybody takes it: that says who may read it."""
    places = [letter.place for letter in letters if letter.place is not None]
    for letter in letters:
        if letter.place is not None:
            letter.place.mail = mails[letter.digest]
    FolderMessage.objects.bulk_create(places)


def _identity(mail: IncomingMail) -> object:
    """What makes two copies one letter. Its Message-ID alone would not do: anybody can write another's."""
    return mail.message_id, mail.from_address, mail.sent_at, mail.subject, mail.text


def _quarantined(letter: Letter, error: Exception) -> IncomingMail:
    reason = f"{type(error).__name__}: {error}"[:300]
    values = {"size": letter.size, "state": Came.QUARANTINED, "reason": reason, "is_own": letter.is_own}
    mail = IncomingMail.objects.get_or_create(digest=letter.digest, defaults=values)[0]
    _place([letter], {letter.digest: mail})
    return mail


def _route_all(mails: Sequence[tuple[IncomingMail, Parsed]]) -> None:
    """All in one go; where one of them breaks whoever takes it, each by itself."""
    try:
        with transaction.atomic():
            decided = defaultdict(list)
            for (mail, parsed), routes in zip(mails, _routes(mails), strict=True):
                state, reason = _decided(mail, parsed, routes)
                mail.state, mail.reason = state, reason[:300]
                decided[mail.state, mail.reason, mail.about_type, mail.about_id].append(mail.pk)
            for (state, reason, about_type, about_id), ids in decided.items():
                values = {"state": state, "reason": reason, "about_type": about_type, "about_id": about_id}
                IncomingMail.objects.filter(pk__in=ids).update(**values)
    except Exception:
        for mail, parsed in mails:
            mail.about_type, mail.about_id = "", None
            _route(mail, parsed)


def _route(mail: IncomingMail, parsed: Parsed) -> None:
    try:
        with transaction.atomic():
            (routes,) = _routes([(mail, parsed)])
            state, reason = _decided(mail, parsed, routes)
            _settle(mail, state, reason)
    except Exception as error:
        log.exception("the mail %s goes into quarantine", mail.digest)
        _settle(mail, Came.QUARANTINED, f"{type(error).__name__}: {error}")


def _routes(mails: Sequence[tuple[IncomingMail, Parsed]]) -> list[list[Route]]:
    """Who is asked about each of the mails, in order."""
    found: list[list[Route]] = [[] for _mail in mails]
    for route in ROUTES.contributions():
        wanted = route.may_take([parsed for _mail, parsed in mails])
        for (mail, _parsed), is_wanted, routes in zip(mails, wanted, found, strict=True):
            if is_wanted and (route.takes_own or not mail.is_own):
                routes.append(route)
    return found


def _decided(mail: IncomingMail, parsed: Parsed, routes: Sequence[Route]) -> tuple[Came, str]:
    """What becomes of a mail. What machines wrote makes no lead; that of calendar programs may be an answer."""
    if parsed.is_looping:
        return Came.IGNORED, _("It goes in circles.")
    if parsed.bounce is not None and note_bounce(parsed.bounce):
        return Came.TAKEN, _("A mail of ours came back.")
    is_automatic = parsed.is_automatic or parsed.bounce is not None
    if not mail.from_address and not is_automatic:
        return Came.UNCLAIMED, _("It has no sender.")
    for route in routes:
        if is_automatic and not route.takes_automatic:
            continue
        record = route.take(mail, parsed)
        if record is not None:
            mail.about_type, mail.about_id = type_name(type(record)), record.pk
            return Came.TAKEN, ""
    if is_automatic:
        return Came.IGNORED, _("A machine wrote it.")
    return (Came.IGNORED, _("One of us wrote it.")) if mail.is_own else (Came.UNCLAIMED, "")


def _settle(mail: IncomingMail, state: Came, reason: str) -> None:
    mail.state, mail.reason = state, reason[:300]
    mail.save(update_fields=["state", "reason", "about_type", "about_id"])
