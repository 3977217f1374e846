from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def server_error(request: HttpRequest) -> HttpResponse:
    """Like Django's own, but knowing the request, so that a part of a page is answered with a notice."""
    return render(request, "500.html", status=500)
