"""What one can name while writing in a channel, beside people and records: commands and canned answers."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kairos.chat.commands import commands_for
from kairos.chat.models import CannedAnswer, Channel
from kairos.chat.views.found import of_channel

MOST = 8


@require_safe
@of_channel
def commands(request: HttpRequest, channel: Channel) -> HttpResponse:
    """Commands whose name begins with `q`."""
    begun = request.GET.get("q", "")[:40]
    rows = [
        {"value": f"/{one.name} ", "label": f"/{one.name}", "hint": one.label}
        for one in commands_for(request.user, channel)
        if one.name.startswith(begun)
    ]
    return render(request, "core/_options.html", {"rows": rows})


@login_required
@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """Canned answers whose shortcut holds `q`; the value is the text."""
    words = request.GET.get("q", "")[:40]
    found = CannedAnswer.objects.visible_to(request.user).active().filter(shortcut__icontains=words)
    rows = [
        {"value": one.text, "label": str(one), "hint": one.text[:80]}
        for one in found.order_by("shortcut", "pk")[:MOST]
    ]
    return render(request, "core/_options.html", {"rows": rows})
