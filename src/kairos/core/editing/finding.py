"""Finding anything by a few letters: records of every kind, things to do, views; what one worked on last."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from kairos.core.models import ChangeSet, FieldChange, SavedView
from kairos.core.records import RecordType, all_types
from kairos.core.search import Matches, beginning_ids, matching_ids, normalise, some_matches
from kairos.core.slots import PLACES

LONGEST = 100
RECENT = 6
FEW = 300


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the palette: `url` goes there; `attrs` do something instead."""

    label: str
    icon: str
    url: str = ""
    hint: str = ""
    keys: str = ""
    attrs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FoundGroup:
    label: str
    items: list[Found]
    list_url: str = ""


def find_records(user: Any, query: str, *, most: int) -> list[FoundGroup]:
    """Records this person may see, by kind, exact and beginning matches first."""
    words = normalise(query[:LONGEST])
    types = _listed(user)
    matches = _candidates(words, list(dict.fromkeys(one.stored_name for one in types)), most) if words else {}
    groups = []
    for record_type in (one for one in types if one.stored_name in matches):
        records = _ranked(record_type, user, words, most, matches[record_type.stored_name])
        if records:
            items = [_found(record_type, record) for record in records]
            groups.append(FoundGroup(str(record_type.label_plural), items, record_type.url))
    return groups


def _candidates(words: str, kinds: list[str], most: int) -> dict[str, Matches]:
    """The matches of each kind; where they are many, some of them, and those that begin with the words."""
    return {
        kind: replace(one, ids=[*one.ids, *beginning_ids(kind, words, most=most * 4)]) if one.is_cut else one
        for kind, one in some_matches(words, kinds, most=FEW).items()
    }


def _listed(user: Any) -> list[RecordType]:
    shown = [one for one in all_types() if one.access.can_list(user)]
    return sorted(
        shown, key=lambda one: (one.menu.area != "work", one.menu.order) if one.menu else (True, 1000)
    )


def _ranked(record_type: RecordType, user: Any, words: str, most: int, matches: Matches) -> list[Any]:
    """The best of the matches; where they are many, of a bounded number of them: all are never sorted."""
    title = record_type.title_field
    seen = record_type.visible_to(user).filter(archived_at=None).values_list("pk", title)
    found = dict(seen.filter(pk__in=matches.ids))
    if matches.is_cut and len(found) < most:
        # This person sees few of them: look among all.
        found |= dict(seen.filter(pk__in=matching_ids(record_type.stored_name, words))[: most * 8])

    def rank(pk: int) -> tuple[bool, bool, int]:
        name = normalise(str(found[pk]))
        return name != words, not name.startswith(words), len(name)

    best = sorted(found, key=rank)[:most]
    records = _named(record_type).in_bulk(best)
    return [records[pk] for pk in best if pk in records]


def _named(record_type: RecordType) -> QuerySet[Any]:
    """With what their second line says."""
    single = {path.partition(".")[0] for path in record_type.search if "." in path}
    records = record_type.model._base_manager.all()
    return records.select_related(*single) if single else records


def _found(record_type: RecordType, record: Any) -> Found:
    hint = str(record_type.subtitle(record) or "")
    return Found(record_type.title(record), record_type.icon, record_type.url_of(record), hint)


# -- things to do, places to go


def commands(user: Any) -> list[Found]:
    """What can be done from anywhere."""
    found = []
    for record_type in _listed(user):
        if record_type.access.can_create(user):
            url = reverse("record-new", args=[record_type.plural])
            label = _("New: %(kind)s") % {"kind": record_type.label}
            found.append(Found(label, "plus", attrs={"hx-get": url, "hx-target": "#dialog"}))
    for record_type in _listed(user):
        if record_type.menu is not None:
            label = _("Go to %(place)s") % {"place": record_type.menu.label}
            keys = f"g {record_type.menu.key}" if record_type.menu.key else ""
            found.append(Found(label, record_type.menu.icon, record_type.url, keys=keys))
            for one in record_type.filters:
                if one.is_place:
                    label = _("Go to %(place)s") % {"place": one.label}
                    found.append(Found(label, one.icon, record_type.filter_url(one)))
    for place in PLACES.contributions():
        if place.shown_to(user):
            label = _("Go to %(place)s") % {"place": place.label}
            keys = f"g {place.key}" if place.key else ""
            found.append(Found(label, place.icon, reverse(place.name), keys=keys))
    return [*found, *_places()]


def _places() -> Iterable[Found]:
    known = (
        ("today", _("Go to %(place)s") % {"place": _("Today")}, "sun"),
        ("preferences", _("Go to %(place)s") % {"place": _("Preferences")}, "sliders-horizontal"),
    )
    for name, label, icon in known:
        try:
            yield Found(label, icon, reverse(name))
        except NoReverseMatch:
            continue


def find_commands(user: Any, query: str, *, most: int = 6) -> list[Found]:
    words = normalise(query).split()
    return [one for one in commands(user) if all(word in normalise(one.label) for word in words)][:most]


def find_views(user: Any, query: str, *, most: int = 5) -> list[Found]:
    """Saved lists and boards by their names."""
    types = {one.name: one for one in _listed(user)}
    found = SavedView.objects.visible_to(user).filter(name__icontains=query[:LONGEST], record_type__in=types)
    return [
        Found(
            view.name,
            "bookmark",
            f"{types[view.record_type].url}?saved={view.pk}",
            str(types[view.record_type].label_plural),
        )
        for view in found.order_by("name", "pk")[:most]
    ]


def recent_records(user: Any) -> list[Found]:
    """What this person changed last, as far as they still see it."""
    latest = (
        ChangeSet.objects.filter(by=user, record_count__lte=20)
        .order_by("-at")
        .values_list("pk", flat=True)[:30]
    )
    touched = FieldChange.objects.filter(change_set__in=list(latest)).values_list(
        "record_type", "record_id", "change_set_id"
    )
    ordered = dict.fromkeys(
        (kind, pk) for kind, pk, _row in sorted(touched.distinct(), key=lambda row: -row[2])
    )
    types = {one.name: one for one in _listed(user)}
    wanted = [(kind, pk) for kind, pk in ordered if kind in types][: RECENT * 2]
    there: dict[tuple[str, int], Found] = {}
    for kind in {kind for kind, _pk in wanted}:
        ids = [pk for name, pk in wanted if name == kind]
        single = {path.partition(".")[0] for path in types[kind].search if "." in path}
        for record in types[kind].known_to(user).select_related(*single).filter(pk__in=ids):
            there[(kind, record.pk)] = _found(types[kind], record)
    return [there[key] for key in wanted if key in there][:RECENT]
