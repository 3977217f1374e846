"""Choosing a template while one writes: the list with what it would say of this record, and the short list behind /."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from kairos.core.history import ActionRefused
from kairos.core.records import RecordType
from kairos.discuss.filling import Filled, fill
from kairos.discuss.models import MessageTemplate
from kairos.discuss.models.template import LANGUAGES
from kairos.discuss.views.found import of_thread

MOST = 100
MOST_OFFERED = 8


@require_safe
@of_thread
def choose(request: HttpRequest, record_type: RecordType, record: Any) -> HttpResponse:
    """The templates, and what the chosen one says of this record in either language, or why it says nothing."""
    found = list(_templates(request)[:MOST])
    chosen = next(
        (one for one in found if str(one.pk) == request.GET.get("template")), next(iter(found), None)
    )
    context = {"record_type": record_type, "record": record, "templates": found, "languages": LANGUAGES}
    if chosen is not None:
        asked = request.GET.get("language", "")
        language = asked if asked in dict(LANGUAGES) else chosen.language or get_language()
        context |= {"chosen": chosen, "language": language}
        try:
            context["filled"] = fill(chosen, record_type, record, by=request.user, language=language)
        except ActionRefused as refusal:
            context["refusal"] = str(refusal)
    return render(request, "discuss/_templates.html", context)


@require_safe
@of_thread
def offered(request: HttpRequest, record_type: RecordType, record: Any) -> HttpResponse:
    """Templates whose name holds `q`, filled in for this record; those that do not fit it are left out."""
    found = _templates(request).filter(name__icontains=request.GET.get("q", "")[:40])
    rows = [(one, _tried(one, record_type, record, request.user)) for one in found[:MOST_OFFERED]]
    return render(request, "discuss/_template_options.html", {"rows": [row for row in rows if row[1]]})


def _templates(request: HttpRequest) -> Any:
    return MessageTemplate.objects.visible_to(request.user).active().order_by("name", "pk")


def _tried(template: MessageTemplate, record_type: RecordType, record: Any, by: Any) -> Filled | None:
    try:
        return fill(template, record_type, record, by=by)
    except ActionRefused:
        return None
