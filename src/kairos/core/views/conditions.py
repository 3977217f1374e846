"""Building a condition on screen: every change sends the form here and gets it back, with sentence and count."""

import re

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kairos.core.conditions import SAFE, BadCondition, from_query, to_query
from kairos.core.conditions.builder import Builder
from kairos.core.conditions.draft import Group, Row, as_lists, change, draft_of, read_draft
from kairos.core.editing.found import of_type
from kairos.core.records import RecordType

NOT_KEPT = ("where", "after", "saved", "to")
LONGEST_KEPT = 4000
OWN_PAGE = re.compile(r"(/[\w-]+)+", re.ASCII)


@require_http_methods(["GET", "HEAD", "POST"])
@of_type
def condition_builder(request: HttpRequest, record_type: RecordType) -> HttpResponse:
    """GET shows the builder of the condition in `where`; POST carries out a change, or with do=apply opens the list.

    `to` names a page of the house that wants the condition instead of the list.
    """
    is_sent = request.method == "POST"
    step = request.POST.get("do", "")
    draft, error = (read_draft(request.POST), "") if is_sent else _asked(request.GET, record_type)
    change(draft, step)
    builder = Builder(draft, record_type, user=request.user, now=timezone.now(), is_final=step == "apply")
    builder.error = builder.error or error
    keep = request.POST.get("keep", "") if is_sent else _kept(request.GET)
    to = (request.POST if is_sent else request.GET).get("to", "")
    if step == "apply" and builder.is_right:
        return _to_list(request, _address(_page(to, record_type), keep, to_query(builder.condition)))
    return render(
        request,
        "core/_condition_builder.html",
        {"builder": builder, "keep": keep, "to": to, "focus": focus_of(draft, step) if is_sent else "c.0"},
    )


def _asked(query: QueryDict, record_type: RecordType) -> tuple[Group, str]:
    """The draft of the address's condition; an unreadable one leaves an empty draft and says so."""
    try:
        return draft_of(as_lists(from_query(query.get("where", ""), record_type), record_type)), ""
    except BadCondition as refused:
        return draft_of(from_query("", record_type)), str(refused.message)


def _kept(query: QueryDict) -> str:
    """The list's other parameters, to be there again when the condition is applied."""
    kept = query.copy()
    for name in NOT_KEPT:
        kept.pop(name, None)
    return kept.urlencode()


def _page(to: str, record_type: RecordType) -> str:
    """The page that wants the condition: one of this house, without parameters, else the list."""
    return to if OWN_PAGE.fullmatch(to) else record_type.url


def _address(page: str, keep: str, where: str) -> str:
    query = QueryDict(keep[:LONGEST_KEPT], mutable=True)
    if where:
        query["where"] = where
    return f"{page}?{query.urlencode(safe=SAFE)}" if query else page


def _to_list(request: HttpRequest, url: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def focus_of(draft: Group, step: str) -> str:
    """The row that was just added: where the keyboard should go."""
    verb, _colon, name = step.partition(":")
    rows = [one for one in draft.everything() if isinstance(one, Row) and one.name.startswith(f"{name}.")]
    return rows[-1].name if verb in ("add", "group") and rows else ""
