"""From an address to the record type and the record this person may see; anything else is not found."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse

from kairos.core.records import RecordType, type_called

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

    @of_type
    @wraps(view)
    def found(request: HttpRequest, record_type: RecordType, pk: int, **kwargs: Any) -> HttpResponse:
        return view(request, record_type, record_or_404(record_type, pk, request.user), **kwargs)

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
    if pk > 2**63 - 1:
        raise Http404
    record = complete(record_type, record_type.visible_to(user)).filter(pk=pk).first()
    if record is None:
        raise Http404
    return record


def complete(record_type: RecordType, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """The records with everything their page names.

    One small query for each relation that is set: a join of ten tables costs the database more to plan than to answer.
    """
    kinds = ("relation", "person", "relations", "people", "tags")
    return queryset.prefetch_related(
        *(name for name, field in record_type.fields.items() if field.kind in kinds)
    )
