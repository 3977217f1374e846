"""What a customer does on the page of a quotation: look, ask, accept, decline. Nobody is signed in there."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kairos.accounts.workspace import house_time_zone, workspace
from kairos.core.fields import format as shown
from kairos.core.fields.format import plain_number
from kairos.core.history import ActionRefused, Changes, change_set
from kairos.discuss.actions.messages import write
from kairos.discuss.models import Message
from kairos.sales.actions.refusals import check_state
from kairos.sales.actions.states import cancel_quotation, confirm_quotation
from kairos.sales.choices import Choices, with_choices
from kairos.sales.events import QUOTATION_ACCEPTED, QUOTATION_DECLINED, QUOTATION_VIEWED
from kairos.sales.models import PortalAnswer, PortalLink, Quotation, QuotationLine, State
from kairos.sales.paper import Paper, Signature, lines_of, money, paper_of, said_by
from kairos.sales.strokes import Strokes, drawn

# Who opens the page again within this time is still the same visit.
VISIT = dt.timedelta(minutes=30)
LONGEST_QUESTION, LONGEST_REASON = 5000, 2000


class LinkGone(ActionRefused):
    message = _("This link no longer works. Ask for a new one.")


class NoLongerValid(ActionRefused):
    message = _("This quotation was valid until %(day)s. Ask for a new one.")


class ChangedMeanwhile(ActionRefused):
    message = _("The quotation has changed since you opened it. Look at it again, please.")


class WhoAreYou(ActionRefused):
    message = _("Write your name, please.")


class NothingAsked(ActionRefused):
    message = _("Write your question first.")


def note_visit(link: PortalLink, *, now: dt.datetime) -> bool:
    """Remember that the page is open, and tell the history when a visit begins; returns whether one does."""
    begun = PortalLink.objects.filter(pk=link.pk)
    absent = Q(seen_at=None) | Q(seen_at__lt=now - VISIT)
    summary, params = _("The customer looked at %(record)s"), {"record": link.quotation}
    with change_set(by=None, summary=summary, params=params) as changes:
        is_new = bool(begun.filter(absent).update(seen_at=now))
        if is_new:
            changes.event(QUOTATION_VIEWED.name, link.quotation)
        else:
            begun.update(seen_at=now)
    return is_new


def ask_question(link: PortalLink, *, name: str, text: str) -> Message:
    """A question from the customer, in the conversation of the quotation. Raises `NothingAsked`, `LinkGone`."""
    name, text = _named(name), text.replace("\x00", "").strip()[:LONGEST_QUESTION]
    if not text:
        raise NothingAsked()
    summary, params = _("%(name)s asked about %(record)s"), {"name": name, "record": link.quotation}
    with change_set(by=None, summary=summary, params=params) as changes:
        _held(changes, link)
        return _said(link.quotation, name, text)


def accept_quotation(
    link: PortalLink,
    *,
    name: str,
    language: str,
    choices: Choices,
    seen: str,
    address: str,
    strokes: Strokes = [],  # noqa: B006 - only read
) -> PortalAnswer:
    """The customer orders what they saw (`seen`, see `fingerprint`), with the options they chose.

    It is confirmed as by hand; of several at once one does it. The paper, whose SHA-256 is kept, and the signed one are
    in the conversation.
    Raises `WhoAreYou`, `LinkGone`, `NotPossibleNow`, `NoLongerValid`, `ChangedMeanwhile`.
    """
    name, quotation = _named(name), link.quotation
    summary, params = _("%(name)s accepted %(record)s"), {"name": name, "record": quotation}
    with change_set(by=None, summary=summary, params=params) as changes:
        _held(changes, link)
        check_state(quotation, State.SENT)
        check_valid(quotation, now=changes.at)
        lines = lines_of(quotation)
        if fingerprint(quotation, lines, language=language) != seen:
            raise ChangedMeanwhile()
        chosen, as_chosen = with_choices(quotation, lines, choices)
        paper = paper_of(chosen, language=language, lines=as_chosen)
        digest = hashlib.sha256(paper.content).hexdigest()
        drawing = drawn(strokes) if strokes else b""
        signature = Signature(name, changes.at, address, digest, language, drawing)
        signed = paper_of(chosen, language=language, lines=as_chosen, signature=signature)
        _choose(changes, quotation, choices)
        confirm_quotation(quotation, by=None)
        answer: PortalAnswer = changes.create(
            PortalAnswer,
            quotation=quotation,
            kind=PortalAnswer.Kind.ACCEPTED,
            name=name,
            strokes=strokes,
            digest=digest,
            address=address or None,
            at=changes.at,
        )
        changes.event(QUOTATION_ACCEPTED.name, quotation, number=quotation.number, person=name)
        _said(quotation, name, _accepted_words(chosen, as_chosen, choices), files=[paper, signed])
    return answer


def decline_quotation(link: PortalLink, *, name: str, reason: str, address: str) -> PortalAnswer:
    """The customer does not want it. Raises `WhoAreYou`, `LinkGone`, `NotPossibleNow`."""
    name, quotation = _named(name), link.quotation
    reason = reason.replace("\x00", "").strip()[:LONGEST_REASON]
    summary, params = _("%(name)s declined %(record)s"), {"name": name, "record": quotation}
    with change_set(by=None, summary=summary, params=params) as changes:
        _held(changes, link)
        check_state(quotation, State.SENT)
        cancel_quotation(quotation, by=None, cancel_reason=" ".join(reason.split())[:200])
        answer: PortalAnswer = changes.create(
            PortalAnswer,
            quotation=quotation,
            kind=PortalAnswer.Kind.DECLINED,
            name=name,
            reason=reason,
            address=address or None,
            at=changes.at,
        )
        changes.event(QUOTATION_DECLINED.name, quotation, number=quotation.number, person=name)
        with translation.override(workspace().language):
            words = _now("Declined %(number)s.") % {"number": quotation.number}
        _said(quotation, name, "\n\n".join(filter(None, [words, reason])))
    return answer


def check_valid(quotation: Quotation, *, now: dt.datetime) -> None:
    """Raises `NoLongerValid`."""
    if is_over(quotation, now=now):
        raise NoLongerValid(day=shown.date(quotation.valid_until, "long"))


def is_over(quotation: Quotation, *, now: dt.datetime) -> bool:
    """Whether its last day is past, where the house is."""
    until = quotation.valid_until
    return until is not None and until < timezone.localdate(now, ZoneInfo(house_time_zone()))


def fingerprint(quotation: Quotation, lines: Sequence[Any], *, language: str) -> str:
    """What a customer was shown, in short: another one where a word or figure is another."""
    said = said_by(quotation, house=workspace(), language=language, lines=lines)
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _held(changes: Changes, link: PortalLink) -> None:
    """Those who come at once come one after the other, and a link that was just revoked is gone."""
    link.quotation = changes.lock(link.quotation)
    if not PortalLink.objects.usable(changes.at).filter(pk=link.pk).exists():
        raise LinkGone()


def _choose(changes: Changes, quotation: Quotation, choices: Mapping[int, Any]) -> None:
    changes.about(Quotation)
    for line in QuotationLine.objects.filter(quotation=quotation, pk__in=choices, is_optional=True):
        changes.update(line, is_optional=False, quantity=choices[line.pk])


def _accepted_words(quotation: Any, lines: Sequence[Any], choices: Choices) -> str:
    """For those in the house: what was ordered, and which options with it."""
    with translation.override(workspace().language):
        about = {"number": quotation.number, "total": money(quotation.total, quotation.currency)}
        words = [_now("Accepted %(number)s, %(total)s.") % about]
        words += [
            f"- {line.description} × {plain_number(line.quantity)}" for line in lines if line.pk in choices
        ]
    return "\n".join(words)


def _said(quotation: Quotation, name: str, text: str, files: Sequence[Paper] = ()) -> Message:
    values = {"kind": Message.Kind.MESSAGE, "text": text, "sender_name": name, "subject": quotation.number}
    return write(quotation, values, by=None, files=files)


def _named(name: str) -> str:
    found = " ".join("".join(one if one.isprintable() else " " for one in name).split())[:120]
    if not found:
        raise WhoAreYou()
    return found
