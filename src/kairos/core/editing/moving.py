"""Records that are elsewhere now, such as a converted lead or a merged contact: what shows them follows."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

from kairos.core.records import RecordType, type_called


def lead_on(request: HttpRequest, record_type: RecordType, pk: int, url: str) -> HttpResponse:
    """To where the record is now: its own page goes there; a panel beside a list fetches the same part from there."""
    before = record_type.url_of(pk)
    if not request.headers.get("HX-Request"):
        return redirect(url)
    if _path_of_page(request) == before:
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url + request.get_full_path().removeprefix(before))


def where_page_is_now(request: HttpRequest, user: Any) -> str:
    """The address of the record whose page this was asked from, if it is elsewhere now; "" for any other page."""
    try:
        found = resolve(_path_of_page(request))
        record_type = type_called(found.kwargs["plural"]) if found.url_name == "record" else None
    except (Resolver404, KeyError):
        return ""
    if record_type is None or record_type.visible_to(user).filter(pk=found.kwargs["pk"]).exists():
        return ""
    return record_type.elsewhere(found.kwargs["pk"], user) or ""


def _path_of_page(request: HttpRequest) -> str:
    return urlsplit(request.headers.get("HX-Current-URL", "")).path
