"""Whom and what one can name while writing."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kairos.core.editing.finding import find_records
from kairos.core.records import RecordType, Room
from kairos.discuss.followers import who_may_see
from kairos.discuss.views.found import of_thread

MOST = 8


@require_safe
@of_thread
def people(request: HttpRequest, record_type: RecordType, record: Any) -> HttpResponse:
    """Colleagues whose name holds `q`; it is said of those who do not see the record. In a room also who calls all."""
    words = request.GET.get("q", "").strip()[:100]
    room = record_type.thread if isinstance(record_type.thread, Room) else Room()
    there = [one.pk for one in room.everybody(record)]
    found = get_user_model()._default_manager.filter(archived_at=None, name__icontains=words)
    found = found.exclude(pk=request.user.pk).annotate(is_there=Q(pk__in=there))
    chosen = list(found.order_by("-is_there", "name", "pk")[:MOST])
    seeing = who_may_see(record_type, record, chosen)
    calls = [one for one in room.calls if one.startswith(words.casefold())]
    rows = [{"value": 0, "label": one, "hint": _("everybody in here")} for one in calls]
    rows += [
        {"value": one.pk, "label": one.name, "hint": None if one in seeing else _("does not see this")}
        for one in chosen
    ]
    return render(request, "core/_options.html", {"rows": rows[:MOST]})


@login_required
@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """Records of any kind that this person sees, by `q`; the value is the address."""
    words = request.GET.get("q", "").strip()[:100]
    groups = find_records(request.user, words, most=4) if words else []
    rows = [
        {"value": one.url, "label": one.label, "hint": one.hint or None}
        for group in groups
        for one in group.items
    ]
    return render(request, "core/_options.html", {"rows": rows[:MOST]})
