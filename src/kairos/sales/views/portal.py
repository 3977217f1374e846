"""The page of a quotation for whoever has its link. Nobody is signed in, and every refusal looks the same."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kairos.accounts.visitors import address_of, comes_too_often
from kairos.accounts.workspace import house_time_zone
from kairos.core.history import ActionRefused
from kairos.sales.actions import portal as actions
from kairos.sales.actions.links import link_of
from kairos.sales.choices import choices_in
from kairos.sales.models import PortalLink
from kairos.sales.paper import lines_of, paper_of
from kairos.sales.portal_page import language_asked, portal_context
from kairos.sales.strokes import strokes_in
from kairos.sales.views.papers import paper_answer

# What the page sends by itself.
QUIET = frozenset({"reckon", "visit"})
# From one address in ten minutes: pages and sums, answers, and links that open nothing.
MOST_LOOKS, MOST_WORDS, MOST_GUESSES, WITHIN = 240, 20, 20, 600


def of_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view receives the link and the language of the page, which is set; 404 for a link that opens nothing."""

    @never_cache
    @wraps(view)
    def found(request: HttpRequest, token: str) -> HttpResponse:
        most = MOST_LOOKS if request.method != "POST" or view.__name__ in QUIET else MOST_WORDS
        if comes_too_often(request, doing=f"portal-{most}", most=most, seconds=WITHIN):
            return _refused(request, 429)
        link = link_of(token)
        if link is None:
            guesses = comes_too_often(request, doing="portal-guess", most=MOST_GUESSES, seconds=WITHIN)
            return _refused(request, 429 if guesses else 404)
        language = language_asked(request.POST or request.GET, link.quotation)
        with translation.override(language), timezone.override(ZoneInfo(house_time_zone())):
            answer = view(request, link, token, language)
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        answer.headers["Content-Language"] = language
        return answer

    return found


def _refused(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, "sales/portal_gone.html", {"status": status}, status=status)


def _page(
    request: HttpRequest, link: PortalLink, token: str, language: str, *, message: Any = "", status: int = 200
) -> HttpResponse:
    choices = choices_in(request.POST, lines_of(link.quotation))
    context = portal_context(link, token, language=language, choices=choices)
    context |= {"message": str(message), "given": request.POST, "is_asked": "asked" in request.GET}
    return render(request, "sales/portal.html", context, status=status)


def _back(token: str, language: str, **more: str) -> HttpResponse:
    return redirect(f"{reverse('portal', args=[token])}?{urlencode({'language': language, **more})}")


@require_safe
@of_link
def portal(request: HttpRequest, link: PortalLink, token: str, language: str) -> HttpResponse:
    """The quotation as the customer reads it."""
    return _page(request, link, token, language)


@require_safe
@of_link
def pdf(request: HttpRequest, link: PortalLink, token: str, language: str) -> HttpResponse:
    """Its PDF, to keep."""
    return paper_answer(paper_of(link.quotation, language=language), is_saved=True)


@require_POST
@of_link
def reckon(request: HttpRequest, link: PortalLink, token: str, language: str) -> HttpResponse:
    """What it comes to with the options that are ticked."""
    choices = choices_in(request.POST, lines_of(link.quotation))
    context = portal_context(link, token, language=language, choices=choices)
    return render(request, "sales/_portal_sums.html", {**context, "is_answer": True})


@require_POST
@of_link
def visit(request: HttpRequest, link: PortalLink, token: str, language: str) -> HttpResponse:
    """The page is open before somebody's eyes; people of the house do not count."""
    if not request.user.is_authenticated:
        actions.note_visit(link, now=timezone.now())
    return HttpResponse(status=204)


@require_POST
@of_link
def ask(request: HttpRequest, link: PortalLink, token: str, language: str) -> HttpResponse:
    """A question, into the conversation of the quotation."""
    try:
        actions.ask_question(link, name=request.POST.get("name", ""), text=request.POST.get("question", ""))
    except ActionRefused as refusal:
        return _page(request, link, token, language, message=refusal, status=409)
    return _back(token, language, asked="1")


@require_POST
@of_link
def accept(request: HttpRequest, link: PortalLink, token: str, language: str) -> HttpResponse:
    """The order, with a name and a signature; quantities that come to more than the house can hold are refused."""
    data = request.POST
    try:
        actions.accept_quotation(
            link,
            name=data.get("name", ""),
            language=language,
            choices=choices_in(data, lines_of(link.quotation)),
            seen=data.get("seen", ""),
            address=address_of(request),
            strokes=strokes_in(data.get("strokes", "")),
        )
    except ActionRefused as refusal:
        return _page(request, link, token, language, message=refusal, status=409)
    except ValidationError as error:
        return _page(request, link, token, language, message=" ".join(error.messages), status=422)
    return _back(token, language)


@require_POST
@of_link
def decline(request: HttpRequest, link: PortalLink, token: str, language: str) -> HttpResponse:
    """No, with the reason."""
    given = {name: request.POST.get(name, "") for name in ("name", "reason")}
    try:
        actions.decline_quotation(link, address=address_of(request), **given)
    except ActionRefused as refusal:
        return _page(request, link, token, language, message=refusal, status=409)
    return _back(token, language)
