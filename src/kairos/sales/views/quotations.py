"""A quotation for a deal, in one click."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kairos.core.editing.answers import acting, go_on
from kairos.core.editing.found import bare_record_or_404, record_or_404
from kairos.core.editing.numbers import number_in
from kairos.core.editing.once import created_id, once
from kairos.core.history import recorded
from kairos.core.records import type_of
from kairos.crm.models import Opportunity
from kairos.sales.actions.filling import create_quotation_from
from kairos.sales.actions.quotations import create_quotation
from kairos.sales.actions.states import close_offers
from kairos.sales.models import Quotation, QuotationTemplate


@require_POST
@login_required
@acting
def quote(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft filled from the deal, and where `template` names one from that, and go there."""
    deal = bare_record_or_404(type_of(Opportunity), pk, request.user)
    offered = QuotationTemplate.objects.visible_to(request.user).for_team(deal.team_id)
    named = request.POST.get("template", "")
    template = get_object_or_404(offered, pk=number_in(named)) if named else None
    told = [_("Quotation made")]
    with once(by=request.user, key=request.POST.get("key", "")[:40]) as attempt:
        if attempt.earlier is not None:
            number = created_id(attempt.earlier, "quotation")
        elif template is not None:
            filled, untaken = create_quotation_from(deal, template=template, by=request.user)
            number, told = filled.pk, [*told, *untaken.sentences]
        else:
            number = create_quotation(values={"opportunity": deal}, by=request.user).pk
    written = attempt.written or attempt.earlier
    return go_on(request, type_of(Quotation).url_of(number), " · ".join(told), undo=written)


@require_POST
@login_required
@acting
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel what is still offered for a deal that is decided."""
    deal = record_or_404(type_of(Opportunity), pk, request.user)
    with recorded() as written:
        count = close_offers(deal, by=request.user)
    told = ngettext("%(num)s quotation closed", "%(num)s quotations closed", count) % {"num": count}
    told = told if count else _("No quotation of this deal was open any more.")
    return go_on(request, type_of(Opportunity).url_of(pk), told, undo=written[-1] if written else None)
