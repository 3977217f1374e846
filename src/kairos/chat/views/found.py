"""From an address to a channel this person may see, and to a message said in it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from kairos.chat.lines import said_in
from kairos.chat.models import Channel
from kairos.core.editing.found import bare_record_or_404
from kairos.core.records import type_of

View = Callable[..., HttpResponse]


def of_channel(view: View) -> View:
    """The view receives the channel instead of its number; 404 for one out of sight."""

    @login_required
    @wraps(view)
    def found(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        return view(request, bare_record_or_404(type_of(Channel), pk, request.user), **kwargs)

    return found


def of_said(view: View) -> View:
    """As `of_channel`, with a message that was said there."""

    @of_channel
    @wraps(view)
    def found(request: HttpRequest, channel: Channel, message: int, **kwargs: Any) -> HttpResponse:
        said = said_in(channel).select_related("author", "reply_to")
        return view(request, channel, get_object_or_404(said, pk=message), **kwargs)

    return found
