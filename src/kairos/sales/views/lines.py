"""The line editor: each change is sent at once, and answered with the lines and what they come to."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairos.core.editing.answers import acting, undo_url
from kairos.core.editing.found import record_or_404
from kairos.core.editing.once import once
from kairos.core.fields import derive
from kairos.core.records import type_of
from kairos.sales.actions.lines import add_line, raise_line, remove_line, update_line
from kairos.sales.actions.quotations import update_quotation
from kairos.sales.forms import NEW, values_of
from kairos.sales.models import Quotation, QuotationLine
from kairos.sales.offered import offered
from kairos.sales.panels import lines_context
from kairos.sales.why import why_context


def of_quotation(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view receives the quotation that this person may see, and of a line's address the line."""

    @login_required
    @acting
    @wraps(view)
    def found(request: HttpRequest, pk: int, line: int | None = None) -> HttpResponse:
        quotation: Quotation = record_or_404(type_of(Quotation), pk, request.user)
        if line is None:
            return view(request, quotation)
        return view(request, get_object_or_404(QuotationLine, quotation=quotation, pk=line))

    return found


def _lines(request: HttpRequest, quotation: Quotation, **more: Any) -> HttpResponse:
    present = Quotation.objects.get(pk=quotation.pk)
    context = lines_context(request.user, present)
    return render(request, "sales/_lines.html", {"record": present, **context, **more})


@require_safe
@of_quotation
def products(request: HttpRequest, quotation: Quotation) -> HttpResponse:
    """What can be offered by these letters, with its price."""
    rows = offered(quotation, request.GET.get("q", ""), user=request.user)
    return render(request, "core/_options.html", {"rows": rows})


@require_POST
@of_quotation
def add(request: HttpRequest, quotation: Quotation) -> HttpResponse:
    """A product that was picked, or words that are the line."""
    values = values_of(request.POST, by=request.user, names=NEW)
    with once(by=request.user, key=request.POST.get("key", "")[:40]) as attempt:
        if attempt.earlier is None and (values.get("product") or values.get("description")):
            add_line(quotation, values=values, by=request.user)
    return _lines(request, quotation)


@require_POST
@of_quotation
def update(request: HttpRequest, line: QuotationLine) -> HttpResponse:
    """The fields that were sent."""
    update_line(line, values=values_of(request.POST, by=request.user), by=request.user)
    return _lines(request, line.quotation)


@require_safe
@of_quotation
def why(request: HttpRequest, line: QuotationLine) -> HttpResponse:
    """Where the price of a line comes from."""
    return render(request, "sales/_why.html", why_context(line, user=request.user))


@require_POST
@of_quotation
def discount(request: HttpRequest, quotation: Quotation) -> HttpResponse:
    """The discount on all lines."""
    field = derive(Quotation._meta.get_field("discount_percent"))
    percent = field.parse(request.POST.get("discount_percent", "").replace("\x00", ""), user=request.user)
    update_quotation(quotation, values={"discount_percent": percent}, by=request.user)
    return _lines(request, quotation)


@require_POST
@of_quotation
def remove(request: HttpRequest, line: QuotationLine) -> HttpResponse:
    with once(by=request.user, key="") as attempt:
        remove_line(line, by=request.user)
    more = {"message": _("Line removed"), "kind": "done", "undo_url": undo_url(attempt.written)}
    return _lines(request, line.quotation, **more)


@require_POST
@of_quotation
def raise_(request: HttpRequest, line: QuotationLine) -> HttpResponse:
    raise_line(line, by=request.user)
    return _lines(request, line.quotation)
