"""From an address to the import this person may see; and refusals of imports as notices."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from kairos.core.history import ActionRefused
from kairos.core.imports.pages import runs_visible_to
from kairos.core.tables import Problem

View = Callable[..., HttpResponse]


def of_run(view: View) -> View:
    """The view receives the import; 404 for one of somebody else."""

    @login_required
    @wraps(view)
    def found(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        run = runs_visible_to(request.user).filter(pk=pk).first() if pk < 2**63 else None
        if run is None:
            raise Http404
        return view(request, run, **kwargs)

    return found


def refusing(view: View) -> View:
    """What a rule or the file itself refuses is said on the import's page."""

    @wraps(view)
    def answered(request: HttpRequest, run: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, run, **kwargs)
        except (ActionRefused, Problem) as error:
            messages.error(request, str(error))
            response: HttpResponse = redirect("import", run.pk)
            if request.headers.get("HX-Request"):
                response = HttpResponse()
                response.headers["HX-Redirect"] = reverse("import", args=[run.pk])
            return response

    return answered
