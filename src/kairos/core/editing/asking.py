"""The dialog before an action: what it needs to know, and how many records it will touch."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from kairos.core.editing.acting import Chosen, Test, choose
from kairos.core.editing.inputs import Input, input_for, own_field, sent
from kairos.core.editing.once import new_key
from kairos.core.fields import Field
from kairos.core.history import ActionRefused
from kairos.core.listing import read_listing, records_of
from kairos.core.records import Action, RecordType


def action_fields(record_type: RecordType, action: Action) -> list[Field]:
    return [own_field(record_type, given) for given in action.fields]


def _inputs(
    record_type: RecordType,
    fields: list[Field],
    data: QueryDict,
    errors: dict[str, list[str]],
    *,
    user: Any,
    record: Any,
) -> list[Input]:
    return [
        input_for(
            record_type,
            field,
            user=user,
            record=record if field.name in record_type.fields else None,
            raw=sent(data, field) if errors or field.name in data else None,
            errors=errors.get(field.name, ()),
        )
        for field in fields
    ]


def ask(
    request: HttpRequest,
    record_type: RecordType,
    action: Action,
    record: Any,
    *,
    url: str,
    errors: dict[str, list[str]] | None = None,
) -> HttpResponse:
    """The dialog of an action on one record."""
    fields = action_fields(record_type, action)
    context = {
        "record_type": record_type,
        "action": action,
        "title": action.label,
        "sentence": _("“%(record)s” will be deleted. The history can bring it back.") % {"record": record}
        if action.name == "delete"
        else record_type.title(record),
        "inputs": _inputs(record_type, fields, request.POST, errors or {}, user=request.user, record=record),
        "url": url,
        "hidden": [],
        "key": request.POST.get("key") or new_key(),
        "count": 1,
        **_of_form(action, [record], request, errors),
    }
    return render(request, "core/_action_dialog.html", context, status=422 if errors else 200)


def _of_form(
    action: Action, records: list[Any], request: HttpRequest, errors: dict[str, list[str]] | None
) -> dict[str, Any]:
    """The questions of an action's own form, with what has been answered so far."""
    if action.form is None:
        return {}
    answered = request.POST if request.method == "POST" else request.GET
    found = action.form.context(records, request.user, answered)
    return {"form_template": action.form.template, "form_errors": errors or {}, **found}


def ask_many(
    request: HttpRequest,
    record_type: RecordType,
    chosen: Chosen,
    *,
    title: str | Promise,
    url: str,
    action: Action | None = None,
    fields: list[Field] = [],  # noqa: B006 - only read
    errors: dict[str, list[str]] | None = None,
    **more: Any,
) -> HttpResponse:
    """The dialog of an action on many records: how many it will touch, how many not and why."""
    hidden = [("ids", one) for one in request.POST.getlist("ids")]
    hidden += [(name, request.POST[name]) for name in ("all", "matching") if name in request.POST]
    context = {
        "record_type": record_type,
        "action": action,
        "title": title,
        "chosen": chosen,
        "count": len(chosen.records),
        "inputs": _inputs(record_type, fields, request.POST, errors or {}, user=request.user, record=None),
        "url": url,
        "hidden": hidden,
        "key": request.POST.get("key") or new_key(),
        **(_of_form(action, chosen.records, request, errors) if action else {}),
        **more,
    }
    return render(request, "core/_action_dialog.html", context, status=422 if errors else 200)


def chosen_records(request: HttpRequest, record_type: RecordType, test: Test) -> Chosen:
    """The records a bulk form names: its `ids`, or with `all` everything that its list (`matching`) shows."""
    if request.POST.get("all") == "1" or ("matching" in request.POST and "ids" not in request.POST):
        queryset = matching_records(record_type, request.POST.get("matching", ""), user=request.user)
        return choose(record_type, queryset, asked=-1, user=request.user, test=test)
    ids = {
        int(text)
        for one in request.POST.getlist("ids")
        for text in one.split(",")
        if text.isascii() and text.isdigit()
    }
    ids = {pk for pk in ids if pk < 2**63}
    queryset = record_type.visible_to(request.user).filter(pk__in=ids)
    return choose(record_type, queryset, asked=len(ids), user=request.user, test=test)


class FilterUnclear(ActionRefused):
    message = _lazy("The filter of this list cannot be read any more. Reload the page; nothing was changed.")


class InThePast(ActionRefused):
    message = _lazy("Nothing can be changed in the past.")


def matching_records(record_type: RecordType, query: str, *, user: Any) -> QuerySet[Any]:
    """What a list with this query string shows now. Raises `FilterUnclear`, `InThePast`."""
    listing = read_listing(record_type, QueryDict(query).dict(), user=user)
    if listing.notices:
        raise FilterUnclear()
    if not listing.is_editable:
        raise InThePast()
    return records_of(listing)
