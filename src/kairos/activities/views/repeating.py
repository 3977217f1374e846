"""How something will repeat, said while it is being chosen."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kairos.activities.models import Activity
from kairos.activities.repeating import told
from kairos.activities.views.dialog import day_in
from kairos.core.editing.numbers import number_in


@login_required
@require_safe
def repeats(request: HttpRequest) -> HttpResponse:
    """The rule in a dialog as a sentence, and what of a month it may be by the day that stands there."""
    number = number_in(request.GET.get("of", ""))
    found = Activity.objects.visible_to(request.user).filter(pk=number).select_related("series").first()
    series = found.series if found is not None else None
    day = day_in(request.GET, series.tzinfo() if series is not None else timezone.get_current_timezone())
    return render(request, "activities/_repeat_words.html", {"repeat": told(request.GET, day)})
