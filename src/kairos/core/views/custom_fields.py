"""Where administrators define fields of their own."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kairos.core.actions import custom_fields as acts
from kairos.core.custom.screens import list_context, preview_of, wanted_type
from kairos.core.editing.answers import acting, go_on, undo_url
from kairos.core.forms.custom_field import CustomFieldForm
from kairos.core.history import ActionRefused, door, recorded
from kairos.core.models import CustomField, Source
from kairos.core.records.registry import type_of
from kairos.core.views.frame import render_page

View = Callable[..., HttpResponse]


def arranging(view: View) -> View:
    """For administrators; for everybody else there is nothing here. A key in the address becomes its field."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, pk: int | None = None) -> HttpResponse:
        if not type_of(CustomField).access.can_list(request.user):
            raise Http404
        if pk is None:
            return view(request)
        return view(request, get_object_or_404(CustomField, pk=min(pk, 2**63 - 1)))

    return guarded


@require_safe
@arranging
def custom_fields(request: HttpRequest) -> HttpResponse:
    """The fields of one kind of record, in order; `for` names it."""
    context = list_context(wanted_type(request.GET.get("for", "")))
    return render_page(request, "core/custom_fields.html", context, active="custom-fields")


@require_http_methods(["GET", "POST"])
@arranging
def new_custom_field(request: HttpRequest) -> HttpResponse:
    """GET asks what the field is; POST makes it."""
    data = request.POST if request.method == "POST" else None
    form = CustomFieldForm(data, record_type=wanted_type(request.GET.get("for", "")).name)
    return _saved(request, form, lambda values: acts.create_custom_field(values=values, by=request.user))


@require_http_methods(["GET", "POST"])
@arranging
def change_custom_field(request: HttpRequest, field: CustomField) -> HttpResponse:
    """GET shows what the field is; POST changes it, and its values where they must follow."""
    form = CustomFieldForm(request.POST if request.method == "POST" else None, field=field)
    options: dict[str, Any] = {"replaced": form.replaced, "is_lossy": "is_lossy" in request.POST}
    return _saved(
        request,
        form,
        lambda values: acts.update_custom_field(field, values=values, by=request.user, **options),
    )


def _saved(
    request: HttpRequest, form: CustomFieldForm, save: Callable[[dict[str, Any]], CustomField]
) -> HttpResponse:
    """Back to the list with a way to undo, or the form with what stands against it."""
    refusal: ActionRefused | None = None
    if form.is_bound and form.is_valid():
        try:
            with door(Source.SCREEN), recorded() as written:
                field = save(form.cleaned_data)
            messages.success(request, _("Saved “%(field)s”") % {"field": field}, extra_tags=_undo(written))
            return redirect(f"{reverse('custom-fields')}?for={field.record_types[0]}")
        except ActionRefused as refused:
            refusal = refused
    context = {
        "form": form,
        "preview": preview_of(form, user=request.user),
        "refusal": refusal,
        "used": getattr(refusal, "used", {}),
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "core/custom_field.html", context, active="custom-fields", status=status)


def _undo(written: list[Any]) -> str:
    return undo_url(written[-1]) if written else ""


@require_POST
@arranging
def preview_custom_field(request: HttpRequest, field: CustomField | None = None) -> HttpResponse:
    """How the field will look, as the form stands now, and what becomes of its values."""
    preview = preview_of(CustomFieldForm(request.POST, field=field), user=request.user)
    return render(request, "core/_custom_field_preview.html", {"preview": preview})


@require_POST
@arranging
@acting
def place_custom_field(request: HttpRequest, field: CustomField) -> HttpResponse:
    """Put the field before another of its kind of record, or at the end."""
    record_type = wanted_type(request.POST.get("column", ""))
    fields = [line.field for line in list_context(record_type)["lines"] if line.field.pk != field.pk]
    places = [n for n, one in enumerate(fields) if str(one.pk) == request.POST.get("before", "")]
    fields.insert(places[0] if places else len(fields), field)
    acts.reorder_custom_fields(fields, by=request.user)
    return HttpResponse(status=200, headers={"HX-Trigger": "custom-fields-changed"})


@require_POST
@arranging
@acting
def delete_custom_field(request: HttpRequest, field: CustomField) -> HttpResponse:
    """Off every screen; the values stay."""
    with recorded() as written:
        acts.delete_custom_field(field, by=request.user)
    return _gone_on(request, field, _("Deleted “%(field)s”. Its values are kept."), written)


@require_POST
@arranging
@acting
def restore_custom_field(request: HttpRequest, field: CustomField) -> HttpResponse:
    """Back with all its values."""
    with recorded() as written:
        acts.restore_custom_field(field, by=request.user)
    return _gone_on(request, field, _("Restored “%(field)s”"), written)


@require_http_methods(["GET", "POST"])
@arranging
@acting
def remove_custom_field(request: HttpRequest, field: CustomField) -> HttpResponse:
    """GET says how many values would go; POST removes the field with them."""
    if request.method != "POST":
        context = {"field": field, "count": acts.value_count(field)}
        return render(request, "core/_custom_field_remove.html", context)
    with recorded() as written:
        count = acts.remove_custom_field(field, by=request.user)
    message = ngettext(
        "Removed “%(field)s” and %(count)s value", "Removed “%(field)s” and %(count)s values", count
    )
    return _gone_on(request, field, message, written, count=count)


def _gone_on(
    request: HttpRequest, field: CustomField, message: str, written: list[Any], **params: Any
) -> HttpResponse:
    url = f"{reverse('custom-fields')}?for={field.record_types[0]}"
    return go_on(request, url, message % {"field": field, **params}, undo=written[-1] if written else None)
