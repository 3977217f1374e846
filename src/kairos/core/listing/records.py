"""The records a listing asks for, before order and page."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from kairos.core.conditions import compile
from kairos.core.history.as_of import ARCHIVED, apply_as_of, as_of, names_then
from kairos.core.listing.listing import Listing
from kairos.core.listing.related import attach
from kairos.core.models.custom_values import parts_of
from kairos.core.search import matching_ids


class Asked:
    """What a listing asks for: the records, and how its fields are called there (on a past day otherwise than today).

    `fields` are those that order, groups, sums and columns will need besides the condition.
    """

    def __init__(self, listing: Listing, *, fields: Iterable[str] = ()) -> None:
        self.listing = listing
        self.names: dict[str, str] = {}
        kind = listing.record_type
        found = kind.visible_to(listing.user)
        if listing.cutoff is not None:
            needed = {*listing.mentioned, *fields, ARCHIVED, *kind.scope}
            for name in listing.mentioned:
                needed |= {*getattr(kind.fields.get(name), "sources", ())}
            found = as_of(kind.known_to(listing.user), listing.cutoff, needed)
            self.names = names_then(kind.model, needed)
            found = found.filter(**{self.name(name): value for name, value in kind.scope.items()})
        found = found.filter(**{f"{self.name(ARCHIVED)}__isnull": not listing.is_archived})
        condition = compile(listing.condition, listing.context(self.names))
        self.condition = condition
        self.records: QuerySet[Any] = found.filter(condition) if condition else found
        if listing.q:
            self.records = self.records.filter(pk__in=matching_ids(kind.stored_name, listing.q))

    def counted(self, names: Iterable[str], where: Q) -> QuerySet[Any] | None:
        """The same question asked of the record type's tally, or None where the tally cannot answer it."""
        listing, model = self.listing, self.listing.record_type.tally
        if model is None or listing.cutoff is not None or listing.q:
            return None
        known = {field.name for field in model._meta.concrete_fields}
        if not {*listing.mentioned, *names, *_fields_in(where)} <= known:
            return None
        found = model.objects.visible_to(listing.user).filter(
            archived_at__isnull=not listing.is_archived, **listing.record_type.scope
        )
        return found.filter(self.condition, where)

    def uncounted(self, where: Q) -> QuerySet[Any] | None:
        """The records beside those of `counted`, to be added to what the tally says; None for none."""
        listing = self.listing
        found = listing.record_type.untallied(listing.user)
        if found is None:
            return None
        found = found.filter(archived_at__isnull=not listing.is_archived, **listing.record_type.scope)
        return found.filter(self.condition, where)

    def name(self, field: str) -> str:
        """The field, or the annotation that holds its value on the day that is shown."""
        return self.names.get(field, field)

    def renamed(self, condition: Q) -> Q:
        """A condition written with the fields' own names, asked of the day that is shown."""
        if not self.names:
            return condition
        copied = Q(_connector=condition.connector, _negated=condition.negated)
        children: list[Any] = list(condition.children)
        for child in children:
            if isinstance(child, Q):
                copied.children.append(self.renamed(child))
            else:
                path, value = child
                first, *rest = parts_of(path)
                copied.children.append(("__".join([self.name(first), *rest]), value))
        return copied


def _fields_in(condition: Q) -> set[str]:
    """The fields a condition looks at; "pk" only to say that nothing fits."""
    found: set[str] = set()
    children: list[Any] = list(condition.children)
    for child in children:
        if isinstance(child, Q):
            found |= _fields_in(child)
        elif child != ("pk__in", []):
            found.add(parts_of(str(child[0]))[0])
    return found


def records_of(listing: Listing) -> QuerySet[Any]:
    """Every record the listing asks for that the person may see, in no order; on a past day those of that day."""
    return Asked(listing).records


def loaded(listing: Listing, records: Sequence[Any], relations: Collection[str]) -> list[Any]:
    """The records as of the shown day, with these relations at hand; one query a relation, however many records."""
    found = list(records)
    if listing.cutoff is not None:
        apply_as_of(found, listing.cutoff)
    attach(found, relations)
    return found


def light(listing: Listing, queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Without the long texts nobody sees in a row."""
    shown = {field.name for field in listing.shown_fields}
    own = listing.record_type.own_fields.values()
    long = [f.name for f in own if f.kind == "long_text" and f.name not in shown]
    return queryset.defer(*long) if long and listing.cutoff is None else queryset
