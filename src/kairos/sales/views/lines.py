"""The line editor: each change is sent at once, and answered with the lines and what they come to."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairos.core.editing.answers import acting, undo_url
from kairos.core.editing.found import bare_record_or_404
from kairos.core.editing.numbers import number_in
from kairos.core.editing.once import Attempt, once
from kairos.core.records import type_of
from kairos.sales.actions.lines import LineGone, add_line, move_line, remove_line, update_line
from kairos.sales.actions.quotations import update_quotation
from kairos.sales.actions.refusals import ChangedMeanwhile
from kairos.sales.cells import asked_context, own_cells
from kairos.sales.forms import NEW, values_of, was_of
from kairos.sales.models import Quotation, QuotationLine
from kairos.sales.offered import offered
from kairos.sales.panels import lines_context
from kairos.sales.why import why_context


def of_quotation(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view receives the quotation that this person may see, and of a line's address the line.

    What is no longer as it was read is asked about; a line that is no longer there is answered with those that are.
    """

    @login_required
    @acting
    @wraps(view)
    def found(request: HttpRequest, pk: int, line: int | None = None) -> HttpResponse:
        quotation: Quotation = bare_record_or_404(type_of(Quotation), pk, request.user)
        if line is None:
            return view(request, quotation)
        present = QuotationLine.objects.filter(quotation=quotation, pk=line).first()
        if present is None:
            return _lines(request, quotation, status=404, message=LineGone(), kind="warning")
        return view(request, present)

    return found


def _lines(request: HttpRequest, quotation: Quotation, status: int = 200, **more: Any) -> HttpResponse:
    present = Quotation.objects.get(pk=quotation.pk)
    context = lines_context(request.user, present)
    return render(request, "sales/_lines.html", {"record": present, **context, **more}, status=status)


def _written(request: HttpRequest, quotation: Quotation, write: Callable[[], Any]) -> HttpResponse:
    """The lines after a change of what was typed; where somebody else has changed it meanwhile, both and the choice."""
    try:
        with once(by=request.user, key="") as attempt:
            write()
    except ChangedMeanwhile as refusal:
        return _lines(request, quotation, status=409, asked=asked_context(refusal, request.POST))
    return _lines(request, quotation, own=own_cells(attempt.written))


@require_safe
@of_quotation
def products(request: HttpRequest, quotation: Quotation) -> HttpResponse:
    """What can be offered by these letters, with its price."""
    words = request.GET.get("q", "").strip()
    rows = offered(quotation, words, user=request.user)
    return render(request, "sales/_offered.html", {"rows": rows, "words": words})


@require_POST
@of_quotation
def add(request: HttpRequest, quotation: Quotation) -> HttpResponse:
    """A product that was picked, or words that are the line; below the line that `after` names, or at the end."""
    values = values_of(request.POST, by=request.user, names=NEW)
    above = number_in(request.POST.get("after", ""))
    after = QuotationLine(pk=above, quotation=quotation) if above else None
    made = None
    with once(by=request.user, key=request.POST.get("key", "")[:40]) as attempt:
        if attempt.earlier is None and (values.get("product") or values.get("description")):
            made = add_line(quotation, values=values, after=after, by=request.user).pk
    return _lines(request, quotation, made=made)


@require_POST
@of_quotation
def update(request: HttpRequest, line: QuotationLine) -> HttpResponse:
    """The fields that were sent."""
    values = values_of(request.POST, by=request.user)
    was = was_of(request.POST, values, by=request.user)
    return _written(
        request,
        line.quotation,
        lambda: update_line(line, values=values, was=was, by=request.user),
    )


@require_safe
@of_quotation
def why(request: HttpRequest, line: QuotationLine) -> HttpResponse:
    """Where the price of a line comes from."""
    return render(request, "sales/_why.html", why_context(line, user=request.user))


@require_POST
@of_quotation
def discount(request: HttpRequest, quotation: Quotation) -> HttpResponse:
    """The discount on all lines."""
    names = ("discount_percent",)
    values = values_of(request.POST, by=request.user, names=names, model=Quotation)
    was = was_of(request.POST, values, by=request.user, model=Quotation)
    return _written(
        request,
        quotation,
        lambda: update_quotation(quotation, values=values, was=was, by=request.user),
    )


@require_POST
@of_quotation
def remove(request: HttpRequest, line: QuotationLine) -> HttpResponse:
    with once(by=request.user, key="") as attempt:
        remove_line(line, by=request.user)
    return _lines(request, line.quotation, **_told(_("Line removed"), attempt))


@require_POST
@of_quotation
def move(request: HttpRequest, line: QuotationLine) -> HttpResponse:
    """Before the line that `before` names, or to the end."""
    below = request.POST.get("before", "")
    before = QuotationLine(pk=number_in(below), quotation=line.quotation) if below else None
    with once(by=request.user, key="") as attempt:
        move_line(line, before=before, by=request.user)
    return _lines(request, line.quotation, **_told(_("Line moved"), attempt))


def _told(message: str, attempt: Attempt) -> dict[str, Any]:
    """The notice with its Undo, where anything was done."""
    if attempt.written is None:
        return {}
    return {"message": message, "kind": "done", "undo_url": undo_url(attempt.written)}
