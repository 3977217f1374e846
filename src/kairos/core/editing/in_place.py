"""The partials of a field edited in place: editor, saved value, conflict, history."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kairos.core.editing.answers import CHANGED, go_on, undo_url
from kairos.core.editing.found import complete
from kairos.core.editing.inputs import input_for, sent, token
from kairos.core.editing.page import prop_of, record_context
from kairos.core.editing.saving import Saved, dependents
from kairos.core.editing.timeline import when
from kairos.core.editing.words import Words
from kairos.core.fields import Field
from kairos.core.fields import format as shown
from kairos.core.merging.origins import own_ids
from kairos.core.models import FieldChange
from kairos.core.records import RecordType

VALUE = "value"
PLACES = {"td": "cell", "th": "cell", "h1": "title"}
HISTORY = 50


def place_of(request: HttpRequest) -> str:
    """Where the editor stands: "prop" on a page, "title" of it, or "cell" of a list."""
    given = request.POST.get("in") or request.GET.get("in") or ""
    if given in ("prop", "title", "cell"):
        return given
    return PLACES.get(request.headers.get("HX-Target", "").partition("#")[0].lower(), "prop")


def editor_answer(
    request: HttpRequest,
    record_type: RecordType,
    record: Any,
    field: Field,
    *,
    place: str,
    errors: list[str] | None = None,
) -> HttpResponse:
    """The editor; with errors, keeping what was typed."""
    raw = sent(request.POST, field, VALUE) if errors else None
    was = request.POST.get("was", "") if errors else token(field, field.raw(field.value(record)))
    context = {
        "input": input_for(
            record_type, field, user=request.user, record=record, raw=raw, errors=errors or (), name=VALUE
        ),
        "was": was,
        "place": place,
        "save_url": request.get_full_path(),
        "id": record_type.region(record, f"prop-{field.name}") if place == "prop" else None,
    }
    return render(request, "core/_field_editor.html", context, status=422 if errors else 200)


def value_answer(
    request: HttpRequest, record_type: RecordType, record: Any, field: Field, *, place: str
) -> HttpResponse:
    """The value as it stands now."""
    prop = prop_of(record_type, record, field.name, user=request.user)
    context = {"record_type": record_type, "record": record, "field": field, "place": place, "prop": prop}
    return render(request, "core/_field_value.html", context)


def saved_answer(
    request: HttpRequest, record_type: RecordType, saved: Saved, field: Field, *, place: str
) -> HttpResponse:
    """The value as it is shown, and with it whatever else on the page the change touched; Undo in a toast."""
    record = complete(record_type, record_type.visible_to(request.user)).filter(pk=saved.record.pk).first()
    if record is None:
        return _out_of_sight(request, record_type, saved)
    others = dependents(record_type, saved.changed) - {field.name} if place != "cell" else set()
    shown_names = {name for section in record_type.all_sections for name in section.fields}
    context = {
        **(
            record_context(record_type, record, user=request.user)
            if place != "cell" and saved.change_set
            else {}
        ),
        "record_type": record_type,
        "record": record,
        "field": field,
        "place": place,
        "prop": prop_of(record_type, record, field.name, user=request.user),
        "others": [
            prop_of(record_type, record, name, user=request.user) for name in sorted(others & shown_names)
        ],
        "saved": saved,
        "undo_url": undo_url(saved.change_set),
    }
    response = render(request, "core/_field_saved.html", context)
    if saved.change_set is not None:
        response.headers["HX-Trigger"] = CHANGED
    return response


def _out_of_sight(request: HttpRequest, record_type: RecordType, saved: Saved) -> HttpResponse:
    """The change took the record out of this person's sight: back to the list."""
    message = _("Saved. “%(record)s” is now somebody else's, so you no longer see it.") % {
        "record": saved.record
    }
    return go_on(request, record_type.url, message, undo=saved.change_set)


def conflict_answer(
    request: HttpRequest, record_type: RecordType, saved: Saved, field: Field, *, place: str
) -> HttpResponse:
    """Theirs and mine side by side: keep theirs, or overwrite it."""
    raw = sent(request.POST, field, VALUE)
    mine = input_for(record_type, field, user=request.user, record=saved.record, raw=raw, name=VALUE)
    last = _changes(record_type, saved.record, field)[:1]
    context = {
        "record_type": record_type,
        "record": saved.record,
        "field": field,
        "place": place,
        "prop": prop_of(record_type, saved.record, field.name, user=request.user),
        "mine": mine,
        "mine_text": _mine_text(field, raw, request.user),
        "was": token(field, field.raw(field.value(saved.record))),
        "save_url": request.path,
        "by": last[0].change_set.by if last else None,
    }
    return render(request, "core/_field_conflict.html", context, status=409)


def _mine_text(field: Field, raw: Any, user: Any) -> str:
    try:
        return field.format(field.clean(raw, user=user))
    except ValidationError:
        return str(raw)


def _changes(record_type: RecordType, record: Any, field: Field) -> Any:
    of_field = FieldChange.objects.filter(
        record_type=record_type.stored_name,
        record_id__in=own_ids(record_type, record),
        field=field.name,
    )
    return of_field.select_related("change_set__by").order_by("-at", "-pk")


def field_history(record_type: RecordType, record: Any, field: Field, *, user: Any) -> dict[str, Any]:
    """The last values of one field, newest first."""
    changes = list(_changes(record_type, record, field)[:HISTORY])
    words = Words(changes, user=user)
    rows = [
        {
            "row": words.row(change, record=record),
            "by": change.change_set.by,
            "when": when(change.at),
            "when_full": shown.datetime(change.at, "long"),
            "change_set": change.change_set,
        }
        for change in changes
    ]
    return {"record_type": record_type, "record": record, "field": field, "rows": rows}
