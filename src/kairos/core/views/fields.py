"""One field of one record: its editor, its saving, its history."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from kairos.core.editing.answers import acting
from kairos.core.editing.found import of_record
from kairos.core.editing.in_place import (
    conflict_answer,
    editor_answer,
    field_history,
    place_of,
    saved_answer,
    value_answer,
)
from kairos.core.editing.inputs import parsed
from kairos.core.editing.saving import save_field
from kairos.core.fields import Field
from kairos.core.records import RecordType

VALUE = "value"


@require_http_methods(["GET", "POST"])
@of_record
@acting
def field(request: HttpRequest, record_type: RecordType, record: Any, name: str) -> HttpResponse:
    """GET gives the editor; POST saves `value`: 409 when the field has changed since `was`, 422 keeps what is wrong."""
    found = _field_or_404(record_type, record, name, request.user)
    place = place_of(request)
    if request.method != "POST":
        if "show" in request.GET:
            return value_answer(request, record_type, record, found, place=place)
        return editor_answer(request, record_type, record, found, place=place)
    values, errors = parsed([found], request.POST, user=request.user, names={name: VALUE})
    if errors:
        return editor_answer(request, record_type, record, found, place=place, errors=errors[name])
    try:
        was = request.POST.get("was", "").replace("\r\n", "\n")
        saved = save_field(record_type, record, found, value=values[name], was=was, by=request.user)
    except ValidationError as error:
        return editor_answer(request, record_type, record, found, place=place, errors=error.messages)
    answer = conflict_answer if saved.is_conflict else saved_answer
    return answer(request, record_type, saved, found, place=place)


@require_safe
@of_record
def history(request: HttpRequest, record_type: RecordType, record: Any, name: str) -> HttpResponse:
    """Who gave this field which value, and when."""
    if name not in record_type.fields:
        raise Http404
    context = field_history(record_type, record, record_type.field(name), user=request.user)
    return render(request, "core/_field_history.html", context)


def _field_or_404(record_type: RecordType, record: Any, name: str, user: Any) -> Field:
    found = record_type.fields.get(name)
    if found is None or not found.editable or not record_type.access.can_edit_field(user, record, name):
        raise Http404
    return found
