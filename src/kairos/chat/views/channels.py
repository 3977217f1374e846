"""The page of a channel, the list beside it, and coming and going."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairos.chat.actions.channels import join_channel, leave_channel
from kairos.chat.models import Channel
from kairos.chat.page import about_context, list_context, room_context
from kairos.chat.search import find_said
from kairos.chat.views.found import of_channel
from kairos.core.editing.answers import acting, go_on
from kairos.core.editing.numbers import number_in
from kairos.core.history import recorded
from kairos.core.slots import PLACES
from kairos.core.views.frame import render_page
from kairos.core.views.rail import rail_count
from kairos.discuss.actions.follows import mute_record


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The list of channels; on a wide screen beside it what to do first."""
    return render_page(request, "chat/home.html", list_context(request.user), active="chat")


@require_safe
@of_channel
def channel(request: HttpRequest, channel: Channel) -> HttpResponse:
    """The conversation, at its end or at the message that `message` names."""
    context = list_context(request.user, channel) | room_context(request, channel)
    return render_page(request, "chat/channel.html", context, active="chat")


@require_safe
@of_channel
def record(request: HttpRequest, channel: Channel) -> HttpResponse:
    """A channel's page as a record is the conversation."""
    return redirect("chat-channel", channel.pk)


@login_required
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The list of channels as it is now; `open` is the number of the one that is shown."""
    asked = number_in(request.GET.get("open", ""))
    seen = Channel.objects.visible_to(request.user)
    opened = seen.filter(pk=asked).first() if asked else None
    return render(request, "chat/_list.html", list_context(request.user, opened))


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What was said with the words of `q`, wherever this person may read."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    context = list_context(request.user) | {"query": query, "found": find_said(request.user, query)}
    return render_page(request, "chat/search.html", context, active="chat")


@login_required
@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """In how many channels something waits, for the rail."""
    place = next(one for one in PLACES.contributions() if one.name == "chat")
    return render(request, "core/_rail_count.html", {"item": rail_count(place, request.user)})


@require_safe
@of_channel
def about(request: HttpRequest, channel: Channel) -> HttpResponse:
    """Who is in it, what is pinned, what one may do."""
    return render(request, "chat/_about.html", about_context(channel, request.user))


@require_POST
@of_channel
@acting
def join(request: HttpRequest, channel: Channel) -> HttpResponse:
    """Come in."""
    join_channel(channel, by=request.user)
    return HttpResponse(headers={"HX-Refresh": "true"})


@require_POST
@of_channel
@acting
def leave(request: HttpRequest, channel: Channel) -> HttpResponse:
    """Go out; the notice brings one back."""
    with recorded() as rows:
        leave_channel(channel, by=request.user)
    said = _("You have left “%(channel)s”.") % {"channel": channel}
    return go_on(request, "/chat", said, undo=rows[-1] if rows else None)


@require_POST
@of_channel
@acting
def mute(request: HttpRequest, channel: Channel) -> HttpResponse:
    """Be told nothing of it, or again."""
    mute_record(channel, by=request.user, is_muted=request.POST.get("on") == "1")
    return render(request, "chat/_about.html", about_context(channel, request.user))
