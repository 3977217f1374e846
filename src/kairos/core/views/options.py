"""The choices of a relation, found while typing."""

from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kairos.core.editing.found import of_type
from kairos.core.fields import RelationField
from kairos.core.records import RecordType, type_named
from kairos.core.search import matching_ids

MOST = 20


@require_safe
@of_type
def options(request: HttpRequest, record_type: RecordType) -> HttpResponse:
    """Up to twenty records matching `q`; `for` names the field whose rules apply, `record` the one being edited.

    Who may make a new one is offered that where the field allows it, but for `create=0`.
    """
    query = request.GET.get("q", "").strip()[:200]
    field = _field(request.GET.get("for", ""), record_type, request.user)
    edited = _record(request, field) if field else None
    choices = (
        field.choices_for(request.user, edited)
        if field
        else record_type.visible_to(request.user).filter(archived_at=None)
    )
    rows = [_row(record_type, one) for one in _found(record_type, choices, query)]
    makes = query and field and field.can_create and request.GET.get("create") != "0"
    if (
        makes
        and record_type.access.can_create(request.user)
        and not any(row["label"].casefold() == query.casefold() for row in rows)
    ):
        rows.append({"value": "", "label": query, "create": True})
    return render(request, "core/_options.html", {"rows": rows})


def _field(name: str, record_type: RecordType, user: Any) -> RelationField | None:
    """The field “opportunity.organisation”, or what an action asks; 404 when it leads to another kind of record."""
    if not name:
        return None
    owner_name, _dot, field_name = name.partition(".")
    try:
        owner = type_named(owner_name)
    except KeyError as error:
        raise Http404 from error
    field = owner.asked_field(field_name)
    if (
        not isinstance(field, RelationField)
        or field.related_type is not record_type
        or not owner.access.can_list(user)
    ):
        raise Http404
    return field


def _record(request: HttpRequest, field: RelationField) -> Any:
    pk = request.GET.get("record", "")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    owner = type_named(request.GET["for"].partition(".")[0])
    return owner.visible_to(request.user).filter(pk=pk).first()


def _found(record_type: RecordType, choices: QuerySet[Any], query: str) -> list[Any]:
    """Exact and beginning matches first; without a query in the order the field gives, else by title."""
    title = record_type.title_field
    single = [name for name, field in record_type.fields.items() if field.kind in ("relation", "person")]
    found = choices.select_related(*single)
    if query:
        rank = Case(
            When(**{f"{title}__iexact": query}, then=Value(0)),
            When(**{f"{title}__istartswith": query}, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        found = found.filter(pk__in=matching_ids(record_type.stored_name, query)).order_by(rank, title, "pk")
    elif not choices.query.order_by:
        found = found.order_by(title, "pk")
    return list(found[:MOST])


def _row(record_type: RecordType, record: Any) -> dict[str, Any]:
    return {
        "value": record.pk,
        "label": record_type.title(record),
        "hint": str(record_type.subtitle(record) or "") or None,
        "colour": getattr(record, "colour", None),
    }
