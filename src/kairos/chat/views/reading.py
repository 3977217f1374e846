"""Up to where a person has read."""

import datetime as dt

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.http import require_POST

from kairos.chat.actions.reading import mark_read, mark_unread
from kairos.chat.models import Channel
from kairos.chat.views.found import of_channel, of_said
from kairos.core.editing.answers import acting
from kairos.discuss.models import Message


@require_POST
@of_channel
def read(request: HttpRequest, channel: Channel) -> HttpResponse:
    """The person has seen what was said up to the moment `until`."""
    try:
        until = dt.datetime.fromtimestamp(float(request.POST.get("until", "")), dt.UTC)
    except (ValueError, OverflowError, OSError):
        return HttpResponseBadRequest()
    mark_read(channel, by=request.user, until=until)
    return HttpResponse(status=204)


@require_POST
@of_said
@acting
def unread(request: HttpRequest, channel: Channel, message: Message) -> HttpResponse:
    """To be read again, from this message on; back to the list, or it would be read at once."""
    mark_unread(message, by=request.user)
    return HttpResponse(headers={"HX-Redirect": "/chat"})
