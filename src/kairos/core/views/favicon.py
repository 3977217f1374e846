"""The sign in the browser's tab."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static


def favicon(request: HttpRequest) -> HttpResponse:
    """Lead to the built icon, for browsers that ask on pages without a head: pictures, exports."""
    return redirect(static("dist/favicon.svg"))
