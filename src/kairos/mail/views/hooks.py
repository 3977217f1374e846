"""Where mail services tell what became of mail. Who does not know the address finds nothing here."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kairos.accounts.visitors import comes_too_often
from kairos.core.history import ActionRefused
from kairos.mail import hooks
from kairos.mail.actions.way import hook_word
from kairos.mail.models import MailWay
from kairos.mail.transport import Unreachable
from kairos.mail.way import chosen_way

log = logging.getLogger(__name__)
# From one address in a minute: calls, and words that open nothing.
MOST_CALLS, MOST_GUESSES, WITHIN = 3_000, 20, 60


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def tracking(request: HttpRequest, token: str) -> HttpResponse:
    """Mail was delivered, came back, or was complained of."""
    return _taken(request, token, hooks.take_tracking)


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def inbound(request: HttpRequest, token: str) -> HttpResponse:
    """Mail came for us."""
    return _taken(request, token, hooks.take_inbound)


def _taken(request: HttpRequest, token: str, take: Callable[[MailWay, HttpRequest], None]) -> HttpResponse:
    if comes_too_often(request, doing="mail-hook", most=MOST_CALLS, seconds=WITHIN):
        return HttpResponse(status=429)
    way = _way(token)
    if way is None:
        often = comes_too_often(request, doing="mail-hook-guess", most=MOST_GUESSES, seconds=WITHIN)
        return HttpResponse(status=429 if often else 404)
    if request.method == "HEAD":
        return HttpResponse()
    try:
        take(way, request)
    except (hooks.NotBelieved, ActionRefused) as refused:
        log.warning("a call of %s is not believed: %s", way.kind, refused)
        return HttpResponse(status=400)
    return HttpResponse()


def _way(token: str) -> MailWay | None:
    """The provider that was chosen, if this is its word."""
    way = chosen_way()
    if way is None or way.is_smtp:
        return None
    try:
        return way if constant_time_compare(hook_word(way), token) else None
    except Unreachable:
        return None
