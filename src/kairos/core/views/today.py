from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kairos.core.slots import TODAY_PANELS
from kairos.core.views.frame import render_page


@login_required
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """The start page: what the apps hold ready for this person now."""
    now = timezone.now()
    shown = [panel for panel in TODAY_PANELS.contributions() if panel.shown_to(request.user)]
    panels = [{"panel": panel, **panel.context(request.user, now)} for panel in shown]
    return render_page(
        request, "core/today.html", {"panels": panels, "now": timezone.localtime(now)}, active="today"
    )
