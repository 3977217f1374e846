"""A page on which somebody connects what is theirs with a server."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from kairos.core.forms.connection import ConnectionForm
from kairos.core.records import type_of
from kairos.core.views.frame import render_page


def connecting(
    request: HttpRequest, record: Any, form: ConnectionForm, template: str, *, works: Any, then: str
) -> HttpResponse:
    """Keep what works, say so and go to the address `then`; else the form, with what is wrong.

    The template has `form`, `record` and `record_url`.
    """
    if form.is_valid():
        form.save(request.user)
        messages.success(request, works)
        return redirect(then)
    kind = type_of(type(record))
    context = {"form": form, "record": record, "record_url": kind.url_of(record)}
    status = 422 if form.errors else 200
    return render_page(request, template, context, active=kind.plural, status=status)
