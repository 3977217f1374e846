"""The browsers that a person is told by, and telling them."""

import datetime as dt
import json
import re
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kairos.core.history import ActionRefused
from kairos.discuss.inbox_page import Line, lines_of
from kairos.discuss.models import Notification, PushSubscription
from kairos.discuss.push.keys import CURVE, from_unpadded
from kairos.discuss.push.sending import checked_endpoint, push

MOST_BROWSERS = 20
MOST_AT_ONCE = 3
# What tells one browser from another for its owner, the first that fits.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "Linux")


class BadSubscription(ActionRefused):
    message = gettext_lazy("This browser's push service cannot be used.")


def subscribe_browser(
    *, by: Any, endpoint: str, browser_key: str, secret: str, user_agent: str = ""
) -> PushSubscription:
    """Tell this person by this browser from now on, and nobody else by it any more. Raises `BadSubscription`.

    Their own and of the moment, so without history; of more than twenty browsers the oldest are forgotten.
    """
    try:
        checked_endpoint(endpoint)
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, from_unpadded(browser_key))
        is_secret = len(from_unpadded(secret)) == 16 and len(secret) <= 40
    except ValueError as error:
        raise BadSubscription() from error
    if not is_secret:
        raise BadSubscription()
    values = {"user": by, "browser_key": browser_key, "secret": secret, "name": named(user_agent)}
    with transaction.atomic():
        found, _made = PushSubscription.objects.update_or_create(endpoint=endpoint, defaults=values)
        own = PushSubscription.objects.of(by)
        kept = list(own.values_list("pk", flat=True)[:MOST_BROWSERS])
        own.exclude(pk__in=[*kept, found.pk]).delete()
    return found


def forget_browser(subscription: PushSubscription, *, by: Any) -> None:
    """Tell this person by that browser no more."""
    PushSubscription.objects.of(by).filter(pk=subscription.pk).delete()


def named(user_agent: str) -> str:
    """“Firefox, Windows”: as its owner knows it."""
    browser = next((name for mark, name in BROWSERS if re.search(rf"\b{mark}\w*/", user_agent)), _("Browser"))
    system = next((name for name in SYSTEMS if name in user_agent), "")
    return ", ".join(filter(None, (browser, {"Macintosh": "macOS"}.get(system, system))))


def push_what_is_due(*, now: dt.datetime) -> None:
    """Tell each person's browsers what is due and unread. What was begun is not told again, whatever breaks."""
    due = Notification.objects.filter(push_at__lte=now).values("user")
    for person in get_user_model()._default_manager.filter(pk__in=due).order_by("pk"):
        lines = _taken(person, now)
        if lines:
            _tell_browsers(person, lines)


def _taken(person: Any, now: dt.datetime) -> list[Line]:
    """What is due, off the list before anything is sent: who asks at the same time finds nothing."""
    with transaction.atomic():
        due = Notification.objects.of(person).filter(push_at__lte=now)
        ids = list(due.select_for_update().values_list("pk", flat=True))
        told = Notification.objects.filter(pk__in=ids)
        told.update(push_at=None)
        rows = told.unread().exclude(actor=person).select_related("event", "message__incoming", "actor")
        return lines_of(list(rows.order_by("at", "pk")), person) if person.is_active else []


def _tell_browsers(person: Any, lines: list[Line]) -> None:
    with translation.override(person.language or settings.LANGUAGE_CODE):
        told = [_content(one) for one in lines] if len(lines) <= MOST_AT_ONCE else [_together(lines)]
    for browser in PushSubscription.objects.of(person):
        keys = {"browser_key": from_unpadded(browser.browser_key), "secret": from_unpadded(browser.secret)}
        for content in told:
            if not push(browser.endpoint, content=json.dumps(content).encode(), **keys):
                browser.delete()
                break


def _content(line: Line) -> dict[str, str]:
    """What the browser shows, and where a click leads."""
    said = line.words[:200]
    return {
        "title": line.title[:100],
        "body": f"{line.sentence[:200]}\n{said}" if said else line.sentence[:200],
        "url": line.url,
        "tag": f"{line.row.record_type}-{line.row.record_id}",
    }


def _together(lines: list[Line]) -> dict[str, str]:
    told = ngettext("%(n)s new notice", "%(n)s new notices", len(lines)) % {"n": len(lines)}
    titles = list(dict.fromkeys(one.title[:60] for one in lines))[:4]
    return {"title": told, "body": "\n".join(titles), "url": reverse("inbox"), "tag": "inbox"}
