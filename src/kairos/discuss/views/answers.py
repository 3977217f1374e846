"""How fast customers are answered."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kairos.core.views.frame import render_page
from kairos.discuss.answers_page import answers_context


@login_required
@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """By person and team, and who still waits."""
    context = answers_context(request.GET, user=request.user, now=timezone.now())
    return render_page(request, "discuss/answers.html", context, active="answers")
