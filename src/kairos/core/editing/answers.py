"""What a screen hears after it asked for something: a notice with Undo, a refusal, a way to go on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kairos.core.history import ActionRefused, door
from kairos.core.models import ChangeSet, Source

CHANGED = "records-changed"


def notice(
    request: HttpRequest,
    message: Any,
    *,
    kind: str = "done",
    undo: ChangeSet | None = None,
    status: int = 200,
    trigger: str = CHANGED,
    link: str = "",
) -> HttpResponse:
    """A toast, and the news that records have changed for whatever on the page listens to it."""
    context = {"message": message, "kind": kind, "undo_url": undo_url(undo), "link": link}
    response = render(request, "core/_notice.html", context, status=status)
    if trigger and status < 400:
        response.headers["HX-Trigger"] = trigger
    return response


def go_on(request: HttpRequest, url: str, message: Any, *, undo: ChangeSet | None = None) -> HttpResponse:
    """To another page, where the notice will be shown; its Undo travels with it."""
    messages.success(request, str(message), extra_tags=undo_url(undo))
    response = HttpResponse(status=200)
    response.headers["HX-Redirect"] = url
    return response


def undo_url(change_set: ChangeSet | None) -> str:
    return reverse("history-undo", args=[change_set.pk]) if change_set is not None else ""


def refused(request: HttpRequest, message: Any, *, status: int = 409) -> HttpResponse:
    return notice(request, message, kind="error", status=status, trigger="")


def acting(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What the view writes came through the screen; what it refuses becomes a toast, and nothing is written."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with door(Source.SCREEN):
                return view(request, *args, **kwargs)
        except ActionRefused as refusal:
            return refused(request, str(refusal))
        except ValidationError as error:
            return refused(request, " ".join(error.messages), status=422)
        except PermissionDenied as denial:
            return refused(
                request,
                str(denial) or _("You may not do this. A leader or an administrator can."),
                status=403,
            )

    return answered
