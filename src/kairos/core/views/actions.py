"""Doing what a record type declares: with one record, or with many at once."""

import json
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kairos.core.editing.acting import Chosen, NothingToDo, Test, TooMany, edit_many, run_action, run_bulk
from kairos.core.editing.answers import CHANGED, acting, go_on, notice
from kairos.core.editing.asking import action_fields, ask, ask_many, chosen_records
from kairos.core.editing.found import of_record, of_type
from kairos.core.editing.inputs import parsed
from kairos.core.editing.once import created_id, once
from kairos.core.fields import Field
from kairos.core.fields.format import filled
from kairos.core.history import ActionRefused
from kairos.core.models import ChangeSet
from kairos.core.records import Action, RecordType

MOST_ON_PAGE = 50
ACTED = json.dumps({CHANGED: "", "record-acted": "", "dialog:close": ""})
BULK_DONE = json.dumps({**json.loads(ACTED), "bulk-done": ""})


@require_http_methods(["GET", "POST"])
@of_record
@acting
def do(request: HttpRequest, record_type: RecordType, record: Any, action: str) -> HttpResponse:
    """GET asks for what the action needs to know; POST does it."""
    found = _action_or_404(record_type, action)
    if found.page is not None:
        return HttpResponse(headers={"HX-Redirect": found.page(record_type, [record])})
    if request.method != "POST":
        return ask(request, record_type, found, record, url=request.path)
    values, errors = given(record_type, found, [record], request)
    if errors:
        return ask(request, record_type, found, record, url=request.path, errors=errors)
    title = record_type.title(record)
    with once(by=request.user, key=request.POST.get("key", "")[:40]) as attempt:
        if attempt.earlier is None:
            run_action(record_type, found, record, values=values, by=request.user)
    message = _("%(action)s: “%(record)s”") % {"action": found.label, "record": title}
    written = attempt.written or attempt.earlier
    if found.leads_on and written:
        made = created_id(written, record_type.name)
        return go_on(request, record_type.url_of(made), message, undo=written)
    url = _where_now(record_type, record, request.user)
    if url and _is_on_page(request, record_type, record):
        return go_on(request, url, message, undo=attempt.written)
    trigger = with_applause(ACTED, record_type, record) if attempt.written else ACTED
    link = url if url != record_type.url else ""
    return notice(request, message, undo=written, trigger=trigger, link=link)


@require_POST
@of_type
@acting
def bulk(request: HttpRequest, record_type: RecordType, action: str) -> HttpResponse:
    """Without `run` the dialog with the count; with it the work, all or nothing, in one change set."""
    if action == "edit":
        return _bulk_edit(request, record_type)
    found = _action_or_404(record_type, action)
    if not found.is_bulk:
        raise Http404
    chosen = chosen_records(request, record_type, Test(found))
    if found.page is not None:
        return _opened(record_type, found, chosen)
    fields = action_fields(record_type, found)
    values, errors = given(record_type, found, chosen.records, request) if "run" in request.POST else ({}, {})
    if errors or "run" not in request.POST:
        return ask_many(
            request,
            record_type,
            chosen,
            title=found.label,
            url=request.path,
            action=found,
            fields=fields,
            errors=errors,
        )
    with once(by=request.user, key=request.POST.get("key", "")[:40]) as attempt:
        count = 0
        if attempt.earlier is None:
            count = run_bulk(record_type, found, chosen.records, values=values, by=request.user)
    return _bulk_done(request, count, attempt.written, attempt.earlier)


def given(
    record_type: RecordType, action: Action, records: list[Any], request: HttpRequest
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """What the dialog of an action sent, and what is wrong with it."""
    values, errors = parsed(action_fields(record_type, action), request.POST, user=request.user)
    if action.form is not None:
        more, wrong = action.form.read(records, request.user, request.POST)
        values, errors = {**values, **more}, {**errors, **wrong}
    return values, errors


def _opened(record_type: RecordType, action: Action, chosen: Chosen) -> HttpResponse:
    """To the screen on which it is done; only with all that were chosen."""
    if chosen.not_yours or chosen.unfit:
        raise PermissionDenied(_("Some of these are not yours to change. Their owner or a leader can."))
    if not chosen.records or action.page is None:
        raise NothingToDo()
    if len(chosen.records) > MOST_ON_PAGE:
        raise TooMany(limit=MOST_ON_PAGE, count=len(chosen.records))
    return HttpResponse(headers={"HX-Redirect": action.page(record_type, chosen.records)})


def _bulk_edit(request: HttpRequest, record_type: RecordType) -> HttpResponse:
    """The built-in bulk action: choose a field, give its value."""
    field = _editable_or_none(record_type, request.POST.get("field", ""))
    chosen = chosen_records(request, record_type, Test(fields=[field] if field else []))
    fields = [field] if field else []
    values, errors = (
        parsed(fields, request.POST, user=request.user) if "run" in request.POST and field else ({}, {})
    )
    if field is None or errors or "run" not in request.POST:
        choices = [(one.name, one.label) for one in record_type.editable_fields]
        more: dict[str, Any] = {"field_choices": choices, "field": field, "edit_url": request.path}
        return ask_many(
            request,
            record_type,
            chosen,
            title=_("Edit a field"),
            url=request.path,
            fields=fields,
            errors=errors,
            **more,
        )
    try:
        with once(by=request.user, key=request.POST.get("key", "")[:40]) as attempt:
            count = 0
            if attempt.earlier is None:
                count = edit_many(record_type, chosen.records, values=values, by=request.user)
    except ValidationError as error:
        raise ActionRefusedByValue(message=" ".join(error.messages)) from error
    return _bulk_done(request, count, attempt.written, attempt.earlier)


class ActionRefusedByValue(ActionRefused):
    message = "%(message)s"


def with_applause(trigger: str, record_type: RecordType, record: Any) -> str:
    """The news for the page, with a reason to celebrate where there is one."""
    sentence = record_type.applause(record) if record.pk else ""
    return json.dumps({**json.loads(trigger), "celebrate": {"sentence": sentence}}) if sentence else trigger


def _bulk_done(
    request: HttpRequest, count: int, written: ChangeSet | None, earlier: ChangeSet | None
) -> HttpResponse:
    message = filled(
        ngettext("Changed %(count)s record", "Changed %(count)s records", count), {"count": count}
    )
    if earlier is not None:
        message = _("This has been done before.")
    return notice(request, message, undo=written or earlier, trigger=BULK_DONE)


def _action_or_404(record_type: RecordType, name: str) -> Action:
    found = record_type.action(name)
    if found is None:
        raise Http404
    return found


def _editable_or_none(record_type: RecordType, name: str) -> Field | None:
    return next((field for field in record_type.editable_fields if field.name == name), None)


def _where_now(record_type: RecordType, record: Any, user: Any) -> str:
    """Where a record is that is no longer of this kind, such as a converted lead; else the list. "" where it stayed."""
    if record.pk is not None and record_type.visible_to(user).filter(pk=record.pk).exists():
        return ""
    return (record_type.elsewhere(record.pk, user) if record.pk else None) or record_type.url


def _is_on_page(request: HttpRequest, record_type: RecordType, record: Any) -> bool:
    """Whether the page it was done on is the record's own, which is no more."""
    page = request.headers.get("HX-Current-URL", "").partition("?")[0]
    return page.endswith(reverse("record", args=[record_type.plural, record.pk])) if record.pk else True
