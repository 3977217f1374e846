"""How the house sells."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from kairos.core.views.frame import render_page
from kairos.sales.actions.settings import change_settings
from kairos.sales.house import house
from kairos.sales.models import SalesSettings


class SellingForm(forms.Form):
    """What new quotations start with."""

    rounding = forms.ChoiceField(
        label=_("Taxes are rounded"),
        choices=SalesSettings.Rounding.choices,
        help_text=_("Ask your tax office which it expects. Quotations that are there keep theirs."),
    )
    valid_days = forms.IntegerField(
        label=_("Quotations are valid for so many days"), min_value=1, max_value=3650
    )
    discount_limit = forms.DecimalField(
        label=_("Discounts above so many percent need an approval"),
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=2,
        help_text=_("The leader of the team approves, or an administrator. Empty: no limit."),
    )
    margin_limit = forms.DecimalField(
        label=_("Margins below so many percent need an approval"),
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=2,
        help_text=_(
            "Of the lines whose cost is known. A team may have limits of its own, under Rules for orders."
        ),
    )


@login_required
@require_http_methods(["GET", "POST"])
def selling(request: HttpRequest) -> HttpResponse:
    """What new quotations start with, for administrators."""
    user: Any = request.user
    if not user.is_administrator:
        raise PermissionDenied
    initial = {name: getattr(house(), name) for name in SellingForm.base_fields}
    form = SellingForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        change_settings(values=form.cleaned_data, by=user)
        messages.success(request, _now("Saved."))
        return redirect("selling")
    status = 422 if form.errors else 200
    return render_page(request, "sales/selling.html", {"form": form}, active="selling", status=status)
