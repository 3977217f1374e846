"""The links to a quotation that its customer has, made and revoked by those who work on it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from kairos.core.editing.answers import undo_url
from kairos.core.editing.once import once
from kairos.core.records import type_of
from kairos.sales.actions.links import make_link, revoke_link
from kairos.sales.models import PortalLink, Quotation
from kairos.sales.panels import customer_context
from kairos.sales.views.lines import of_quotation


def _changeable(request: HttpRequest, quotation: Quotation) -> None:
    if not type_of(Quotation).access.can_edit(request.user, quotation):
        raise PermissionDenied


def _panel(request: HttpRequest, quotation: Quotation, **more: Any) -> HttpResponse:
    context = {"record": quotation, **customer_context(request.user, quotation), **more}
    return render(request, "sales/_customer.html", context)


@of_quotation
def make(request: HttpRequest, quotation: Quotation) -> HttpResponse:
    """A link for the customer, or the one there is."""
    _changeable(request, quotation)
    make_link(quotation, by=request.user)
    return _panel(request, quotation)


@of_quotation
def revoke(request: HttpRequest, quotation: Quotation) -> HttpResponse:
    """The link named by `link` opens nothing any more; the notice brings it back."""
    _changeable(request, quotation)
    pk = request.POST.get("link", "")[:18]
    found = get_object_or_404(PortalLink, quotation=quotation, pk=int(pk) if pk.isdecimal() else 0)
    with once(by=request.user, key="") as attempt:
        revoke_link(found, by=request.user)
    more = {"message": _("The link is revoked."), "kind": "done", "undo_url": undo_url(attempt.written)}
    return _panel(request, quotation, **more)
