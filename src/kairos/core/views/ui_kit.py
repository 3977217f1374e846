"""The living page of the UI kit, for developers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def ui_kit(request: HttpRequest) -> HttpResponse:
    """Every component in its states, light beside dark. Mounted at /ui-kit in debug only."""
    return render(request, "core/ui_kit.html")
