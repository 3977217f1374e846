"""Kairos as a program of its own on a desk or phone: icon, name, and a page for no network."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

SIZES = (192, 512)


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Name, icons and colours of the program, as the web app manifest has them."""
    icons = [
        {
            "src": static(f"dist/icon-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in SIZES
        for purpose in ("any", "maskable")
    ]
    described = {
        "id": "/",
        "name": "Kairos",
        "short_name": "Kairos",
        "description": _("Deals, customers and what to do next."),
        "lang": get_language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f5f6f8",
        "theme_color": "#3f5bd9",
        "icons": icons,
    }
    return JsonResponse(described, content_type="application/manifest+json")


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows the page for no network; at the root, because it may serve only what is below it."""
    return render(request, "core/service_worker.js", content_type="text/javascript; charset=utf-8")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What is shown while the server cannot be reached; kept by the browser, so it says nothing of anybody."""
    return render(request, "core/offline.html")
