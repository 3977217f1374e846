"""Beginning to talk with people."""

from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from kairos.chat.actions.channels import open_direct, start_group
from kairos.core.editing.answers import acting
from kairos.core.editing.numbers import number_in


@require_http_methods(["GET", "POST"])
@login_required
@acting
def start(request: HttpRequest) -> HttpResponse:
    """GET asks with whom; POST opens the conversation of these people."""
    if request.method != "POST":
        return render(request, "chat/_new.html", {})
    ids = [pk for text in request.POST.getlist("people") if (pk := number_in(text)) is not None]
    people = get_user_model()._default_manager.filter(pk__in=ids[:50]).order_by("name", "pk")
    channel = start_group(people, by=request.user)
    return HttpResponse(headers={"HX-Redirect": reverse("chat-channel", args=[channel.pk])})


@require_POST
@login_required
@acting
def direct(request: HttpRequest, other: int) -> HttpResponse:
    """To the conversation with one person, opened where there is none."""
    person = get_object_or_404(get_user_model(), pk=other, archived_at=None)
    return redirect("chat-channel", open_direct(person, by=request.user).pk)
