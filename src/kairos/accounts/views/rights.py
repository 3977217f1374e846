from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kairos.accounts.forms.reaches import SENTENCES, ReachesForm
from kairos.accounts.models import Reach
from kairos.accounts.views.decorators import administrators_only
from kairos.accounts.views.requests import SignedInRequest
from kairos.accounts.who_sees import who_sees
from kairos.core.editing.found import of_record
from kairos.core.records import RecordType
from kairos.core.views.frame import render_page


@login_required
@require_http_methods(["GET", "POST"])
@administrators_only
def rights(request: SignedInRequest) -> HttpResponse:
    """How far each role sees."""
    form = ReachesForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.save(request.user)
        messages.success(request, _("Saved."))
        return redirect("rights")
    reaches = [(reach, SENTENCES[reach]) for reach in Reach]
    context = {"form": form, "rows": form.rows(), "reaches": reaches}
    return render_page(
        request, "accounts/rights.html", context, active="rights", status=422 if form.errors else 200
    )


@require_safe
@of_record
def access(request: HttpRequest, record_type: RecordType, record: object) -> HttpResponse:
    """Who can see this record, and why; for those who neither lead nor administrate, why they can."""
    if not hasattr(record, "shared_with"):
        raise Http404
    page = who_sees(record_type, record, user=request.user)
    template = "accounts/_access.html" if "part" in request.GET else "accounts/access.html"
    return render_page(request, template, {"page": page, "record": record}, active=record_type.plural)
