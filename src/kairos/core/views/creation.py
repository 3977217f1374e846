"""Creating a record from a dialog, or from the short form inside a column of a board."""

import json

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kairos.core.duplicates.typed import asked_fields
from kairos.core.editing.answers import CHANGED, acting, go_on, notice, refused
from kairos.core.editing.creation import (
    Created,
    create_from_form,
    fields_to_ask,
    given_fields,
    inputs_to_create,
)
from kairos.core.editing.found import of_type
from kairos.core.editing.on_board import card_answer
from kairos.core.editing.once import new_key
from kairos.core.fields import Field
from kairos.core.records import RecordType


@require_http_methods(["GET", "POST"])
@of_type
@acting
def create(request: HttpRequest, record_type: RecordType) -> HttpResponse:
    """GET gives the form, prefilled by the address (`?stage=3`, `compact=1` for a column); POST creates."""
    data = request.POST if request.method == "POST" else request.GET
    is_compact = "compact" in data
    asked = fields_to_ask(record_type, data, is_compact=is_compact and request.method != "POST")
    given = given_fields(record_type, data, asked)
    if request.method != "POST":
        return _form(request, record_type, asked, given, data, is_compact=is_compact)
    try:
        created, errors = create_from_form(record_type, [*asked, *given], data, by=request.user)
    except ValidationError as error:
        created, errors = None, {record_type.title_field: error.messages}
    if created is not None:
        return _done(request, record_type, created, given)
    if is_compact:
        return refused(request, _sentence(record_type, errors), status=422)
    return _form(request, record_type, asked, given, data, errors=errors)


def _form(
    request: HttpRequest,
    record_type: RecordType,
    asked: list[Field],
    given: list[Field],
    data: QueryDict,
    *,
    errors: dict[str, list[str]] | None = None,
    is_compact: bool = False,
    message: str = "",
) -> HttpResponse:
    user = request.user
    if not record_type.access.can_create(user):
        return refused(request, _("Creating this is for leaders and administrators."), status=403)
    context = {
        "record_type": record_type,
        "inputs": inputs_to_create(
            record_type, asked, user=user, data=data, errors=errors, is_sent=errors is not None
        ),
        "given": [(field.name, value) for field in given for value in data.getlist(field.name)],
        "key": (data.get("key") if errors else None) or new_key(),
        "problem": " ".join(errors.get("", [])) if errors else "",
        "message": message,
        "looks_for_similar": bool(asked_fields(record_type)) and not is_compact,
    }
    template = "core/_quick_card.html" if is_compact else "core/_quick_create.html"
    return render(request, template, context, status=422 if errors else 200)


def _done(
    request: HttpRequest, record_type: RecordType, created: Created, given: list[Field]
) -> HttpResponse:
    if created.record is None:
        return notice(request, _("This has been created before."), kind="info")
    undo = created.attempt.written
    title = record_type.title(created.record)
    url = record_type.url_of(created.record)
    message = _("Created “%(record)s”") % {"record": title}
    if "compact" in request.POST and record_type.board is not None:
        return card_answer(request, record_type, created.record, message=message, undo=undo)
    if request.POST.get("then") == "open":
        return go_on(request, url, message, undo=undo)
    if request.POST.get("then") == "another":
        rest = request.POST.copy()
        for name in [name for name in rest if name not in {field.name for field in given}]:
            del rest[name]
        response = _form(request, record_type, fields_to_ask(record_type, rest), given, rest, message=message)
        response.headers["HX-Trigger"] = CHANGED
        return response
    response = notice(request, message, undo=undo, link=url)
    response.headers["HX-Trigger"] = json.dumps({CHANGED: "", "dialog:close": ""})
    return response


def _sentence(record_type: RecordType, errors: dict[str, list[str]]) -> str:
    return " ".join(f"{record_type.field(name).label}: {' '.join(texts)}" for name, texts in errors.items())
