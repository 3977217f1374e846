"""From an address to the record type and the record this person may see; anything else is not found."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse

from kairos.core.editing.moving import lead_on
from kairos.core.listing.related import attach
from kairos.core.records import PartType, RecordType, type_called

View = Callable[..., HttpResponse]


def of_type(view: View) -> View:
    """The view receives the record type instead of its plural; 404 for one this person may not list."""

    @login_required
    @wraps(view)
    def found(request: HttpRequest, plural: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, type_or_404(plural, request.user), *args, **kwargs)

    return found


def of_record(view: View) -> View:
    """The view receives record type and record instead of plural and key; 404 for one this person may not see."""
    return _finding(view, record_or_404)


def of_bare_record(view: View) -> View:
    """As `of_record`, for a view that needs little of what the record names, and asks for that itself."""
    return _finding(view, bare_record_or_404)


def _finding(view: View, find: Callable[[RecordType, int, Any], Any]) -> View:
    @of_type
    @wraps(view)
    def found(request: HttpRequest, record_type: RecordType, pk: int, **kwargs: Any) -> HttpResponse:
        try:
            if isinstance(record_type, PartType):
                raise Http404
            record = find(record_type, pk, request.user)
        except Http404:
            url = None if request.method == "POST" else record_type.elsewhere(pk, request.user)
            if url is None:
                raise
            return lead_on(request, record_type, pk, url)
        return view(request, record_type, record, **kwargs)

    return found


def type_or_404(plural: str, user: Any) -> RecordType:
    try:
        record_type = type_called(plural)
    except KeyError as error:
        raise Http404 from error
    if not record_type.access.can_list(user):
        raise Http404
    return record_type


def record_or_404(record_type: RecordType, pk: int, user: Any) -> Any:
    """The record with what its page shows of others, in a fixed number of queries."""
    record = _one_or_404(record_type.visible_to(user), pk)
    attach([record], _named(record_type))
    return record


def bare_record_or_404(record_type: RecordType, pk: int, user: Any) -> Any:
    """The record alone."""
    return _one_or_404(record_type.visible_to(user), pk)


def _one_or_404(queryset: models.QuerySet[Any], pk: int) -> Any:
    record = next(iter(queryset.filter(pk=pk)), None) if pk < 2**63 else None
    if record is None:
        raise Http404
    return record


def complete(record_type: RecordType, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """The records with everything their page names.

    One small query for each relation that is set: a join of ten tables costs the database more to plan than to answer.
    """
    return queryset.prefetch_related(*_named(record_type))


def _named(record_type: RecordType) -> list[str]:
    """Every single record it names, since headers and panels tell them too; of the lists those its sections show."""
    shown = {name for section in record_type.sections for name in section.fields} or set(record_type.columns)
    single, several = ("relation", "person"), ("relations", "people", "tags")
    return [
        name
        for name, field in record_type.fields.items()
        if field.kind in single or (field.kind in several and name in shown)
    ]
