"""The builder behind a condition that is a field of a form: in a dialog, whose answer goes back into the form."""

import json
import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kairos.core.conditions import EVERYTHING, BadCondition, parse, to_json
from kairos.core.conditions.builder import Builder
from kairos.core.conditions.draft import Group, as_lists, change, draft_of, read_draft
from kairos.core.conditions.form_field import LONGEST, as_text, words_of
from kairos.core.editing.found import of_type
from kairos.core.records import RecordType
from kairos.core.views.conditions import focus_of

FIELD_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


@require_http_methods(["GET", "HEAD", "POST"])
@of_type
def condition_field(request: HttpRequest, record_type: RecordType) -> HttpResponse:
    """GET opens the builder, POST changes the condition, do=apply puts it into the form; `clear` takes it away."""
    is_sent = request.method == "POST"
    into = _into(request.POST if is_sent else request.GET, "into_" if is_sent else "")
    if "clear" in request.GET:
        return _applied(request, record_type, into, None)
    step = request.POST.get("do", "")
    draft, error = (read_draft(request.POST), "") if is_sent else _stored(request.GET, record_type)
    change(draft, step)
    builder = Builder(draft, record_type, user=request.user, now=timezone.now(), is_final=step == "apply")
    builder.error = builder.error or error
    if step == "apply" and builder.is_right:
        return _applied(request, record_type, into, to_json(builder.condition))
    template = "core/_condition_builder.html" if is_sent else "core/_condition_dialog.html"
    context = {"builder": builder, "into": into, "focus": focus_of(draft, step) if is_sent else "c.0"}
    return render(request, template, context)


def _into(data: QueryDict, prefix: str) -> dict[str, str]:
    """The field of the form: its name, its label, and what no condition means in it."""
    names = {"name": 40, "label": 200, "unset": 200}
    found = {name: data.get(prefix + name, "")[:longest] for name, longest in names.items()}
    if not FIELD_NAME.fullmatch(found["name"]):
        raise Http404
    return found


def _stored(query: QueryDict, record_type: RecordType) -> tuple[Group, str]:
    """The draft of the form's condition; an unreadable one leaves an empty draft and says so."""
    try:
        data = json.loads(query.get("value", "")[:LONGEST] or "null")
        return draft_of(as_lists(parse(data, record_type), record_type)), ""
    except BadCondition as refused:
        return draft_of(EVERYTHING), str(refused.message)
    except (ValueError, RecursionError):
        return draft_of(EVERYTHING), _("This condition cannot be read.")


def _applied(
    request: HttpRequest, record_type: RecordType, into: dict[str, str], condition: Any
) -> HttpResponse:
    context = {
        "into": into,
        "record_type": record_type,
        "text": as_text(condition),
        "words": words_of(condition, record_type, user=request.user),
    }
    if condition is None:
        return render(request, "core/_condition_cleared.html", context)
    response = render(request, "core/_condition_applied.html", context)
    response.headers["HX-Trigger"] = "dialog:close"
    return response
