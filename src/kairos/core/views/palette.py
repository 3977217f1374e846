"""Ctrl/Cmd+K, and the page of everything found."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kairos.core.editing.finding import commands as all_commands
from kairos.core.editing.finding import find_commands, find_records, find_views, recent_records
from kairos.core.views.frame import render_page

SHORT = 5
LONG = 20


@login_required
@require_safe
def commands(request: HttpRequest) -> HttpResponse:
    """What the palette shows: matches, or without a query what one worked on and what can be done."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    context = {
        "query": query,
        "groups": find_records(request.user, query, most=SHORT) if query else [],
        "recent": [] if query else recent_records(request.user),
        "commands": find_commands(request.user, query) if query else all_commands(request.user),
        "views": find_views(request.user, query) if query else [],
    }
    return render(request, "core/palette.html", context)


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything found, by kind."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    groups = find_records(request.user, query, most=LONG)
    context = {"query": query, "groups": groups, "most": LONG, "user": request.user}
    return render_page(request, "core/search.html", context, active="search")
