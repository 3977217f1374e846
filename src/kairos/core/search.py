"""One search box over every record: normalised text, trigrams, and what the person may see."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Left

from kairos.core.custom import definitions
from kairos.core.history.bulk import chunks
from kairos.core.history.rows import insert_rows
from kairos.core.models import MatchKey, SearchEntry

# Stands before a pair of Chinese characters in the stored text, so that two of them make one trigram to look for.
PAIR = "ʘ"
LONGEST_TEXT = 2000
# What PostgreSQL keeps an index of, by which texts are found that begin with a query.
BEGINNING = 40
WRITE_ENTRY = (
    "INSERT INTO core_searchentry (id, record_type, record_id, text) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (record_type, record_id) DO UPDATE SET text = excluded.text"
)
KEY_COLUMNS = ("record_type", "record_id", "kind", "value")
AT_ONCE = 1000

IN_INDEX = "FROM core_search_index WHERE core_search_index MATCH %s AND rowid BETWEEN %s AND %s"


def normalise(text: str) -> str:
    """Lower case, one width, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _is_ideograph(char: str) -> bool:
    return (
        "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\U00020000" <= char <= "\U0003ffff"
    )


def entry_text(parts: Iterable[Any]) -> str:
    """The text stored for a record; pairs of Chinese characters are appended for two-character queries."""
    flat = (" ".join(map(str, p)) if isinstance(p, list) else str(p) for p in parts if p)
    text = normalise(" ".join(flat))[:LONGEST_TEXT]
    if text.isascii():
        return text
    pairs = dict.fromkeys(f"{PAIR}{a}{b}" for a, b in pairwise(text) if _is_ideograph(a) and _is_ideograph(b))
    return f"{text} {' '.join(pairs)}" if pairs else text


def _terms(query: str) -> list[str]:
    words = normalise(query).split()
    return [PAIR + w if len(w) == 2 and all(map(_is_ideograph, w)) else w for w in words[:8]]


def matching_ids(record_type: str, query: str) -> Any:
    """Ids of records of this type whose text holds every word of the query, as a subquery."""
    phrase, short = _phrase(query)
    if not phrase or short:
        return matching_entries(query).filter(record_type=record_type).values("record_id")
    numbers = SearchEntry.numbers(record_type)
    return RawSQL(f"SELECT rowid - %s {IN_INDEX}", [numbers.start, phrase, numbers.start, numbers[-1]])  # noqa: S611


def matching_entries(query: str) -> models.QuerySet[SearchEntry]:
    """Entries of every type whose text holds every word of the query."""
    phrase, others = _phrase(query)
    entries = SearchEntry.objects.all()
    for term in others:
        entries = entries.filter(text__contains=term)
    if phrase:
        index = "SELECT rowid FROM core_search_index WHERE core_search_index MATCH %s"
        entries = entries.filter(pk__in=RawSQL(index, [phrase]))  # noqa: S611
    return entries


def _phrase(query: str) -> tuple[str, list[str]]:
    """What the index of SQLite is asked for, and the words it has no answer to: those of less than a trigram."""
    terms = _terms(query)
    if connection.vendor != "sqlite":
        return "", terms
    long = ['"' + term.replace('"', '""') + '"' for term in terms if len(term) >= 3]
    return " AND ".join(long), [term for term in terms if len(term) < 3]


@dataclass(frozen=True, slots=True)
class Matches:
    """Keys of one kind's records that match; where `is_cut`, some of very many."""

    ids: list[int]
    is_cut: bool


def some_matches(query: str, kinds: Sequence[str], *, most: int) -> dict[str, Matches]:
    """A bounded number of matches for each kind that has any: the cost is in what is given, not in what there is."""
    phrase, others = _phrase(query)
    if phrase and not others:
        found = _newest_in_index(phrase, kinds, most)
        return {kind: Matches(ids, len(ids) == most) for kind, ids in found.items()}
    entries = matching_entries(query)
    sample = _by_kind(entries.values_list("record_type", "record_id")[:most])
    is_cut = sum(map(len, sample.values())) == most
    matches = {kind: Matches(ids, is_cut) for kind, ids in sample.items()}
    if is_cut:
        rest = entries.filter(record_type__in=[kind for kind in kinds if kind not in sample])
        pairs = rest.values_list("record_type", "record_id")[: most * 4]
        matches |= {kind: Matches(ids, is_cut=False) for kind, ids in _by_kind(pairs).items()}
    return matches


def beginning_ids(record_type: str, query: str, *, most: int) -> list[int]:
    """Keys of some records of a kind whose text begins with the query."""
    words = normalise(query)
    if connection.vendor == "sqlite" and len(words) >= 3:
        phrase = '^"' + words.replace('"', '""') + '"'
        return _newest_in_index(phrase, [record_type], most).get(record_type, [])
    entries = SearchEntry.objects.filter(record_type=record_type).annotate(beginning=Left("text", BEGINNING))
    found = entries.filter(beginning__startswith=words[:BEGINNING], text__startswith=words)
    return list(found.values_list("record_id", flat=True)[:most])


def _newest_in_index(phrase: str, kinds: Sequence[str], most: int) -> dict[str, list[int]]:
    """One question to the index for each kind, all in one statement."""
    one = f"SELECT * FROM (SELECT %s, rowid - %s {IN_INDEX} ORDER BY rowid DESC LIMIT %s)"  # noqa: S608
    values: list[Any] = []
    for kind in kinds:
        numbers = SearchEntry.numbers(kind)
        values += [kind, numbers.start, phrase, numbers.start, numbers[-1], most]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([one] * len(kinds)), values)
        return _by_kind(cursor.fetchall())


def _by_kind(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    ids: dict[str, list[int]] = defaultdict(list)
    for kind, pk in pairs:
        ids[kind].append(pk)
    return dict(ids)


def refresh_entries(
    touched: Mapping[type[models.Model], Mapping[int, set[str]]],
    deleted: Mapping[type[models.Model], set[int]],
) -> None:
    """Bring search text and match keys in step with what a change set wrote."""
    from kairos.core.records.registry import find_type

    stale: dict[Any, set[int]] = defaultdict(set)
    for model, ids in touched.items():
        record_type = find_type(model)
        gone = deleted.get(model, set())
        if record_type is not None:
            names = searched_names(record_type)
            new = {pk for pk, fields in ids.items() if pk not in gone and "" in fields}
            for part in chunks(sorted(new), AT_ONCE):
                _rewrite(record_type, part, are_new=True)
            kept = ids.keys() - gone - new
            stale[record_type] |= {pk for pk in kept if ids[pk] & names}
            _remove(record_type.stored_name, gone)
        _collect_dependents(
            stale, model, {pk for pk, f in ids.items() if pk not in gone and "" not in f}, ids
        )
    for record_type, keys in stale.items():
        for part in chunks(sorted(keys), AT_ONCE):
            _rewrite(record_type, part)


def rewrite_entries(model: type[models.Model], ids: Iterable[int]) -> None:
    """Bring search text and match keys of these records in step, whatever was written."""
    from kairos.core.records.registry import type_of

    for part in chunks(sorted(ids), AT_ONCE):
        _rewrite(type_of(model), part)


def searched_names(record_type: Any) -> set[str]:
    """The type's own fields whose change makes its search text or match keys stale."""
    paths = [*record_type.search, *(record_type.match_keys.paths if record_type.match_keys else ())]
    return {path.split(".")[0] for path in paths} | set(_custom_names(record_type))


def _custom_names(record_type: Any) -> list[str]:
    """Custom fields that records are found by: what any of the record types on the table shows."""
    if not record_type.is_customisable:
        return []
    from kairos.core.records.registry import types_on

    return definitions.current().searched(types_on(record_type.model))


def _collect_dependents(
    stale: dict[Any, set[int]], model: type[models.Model], ids: set[int], touched: Mapping[int, set[str]]
) -> None:
    """Records whose text shows a field of these ones: a deal is found by its customer's name."""
    from kairos.core.records.registry import all_types

    for other in all_types():
        for path in other.search:
            name, _dot, shown = path.partition(".")
            if other.model._meta.proxy or not shown:
                continue
            if other.model._meta.get_field(name).related_model is model:
                changed = [pk for pk in ids if shown in touched[pk]]
                for part in chunks(changed):
                    found = other.model._base_manager.filter(**{f"{name}__in": part})
                    stale[other] |= set(found.values_list("pk", flat=True))


def _rewrite(record_type: Any, ids: Sequence[int], *, are_new: bool = False) -> None:
    """Read the records once for both; new ones have no keys yet that anybody need ask for."""
    name, keys = record_type.stored_name, record_type.match_keys
    shown = [path.replace(".", "__") for path in record_type.search] + _custom_names(record_type)
    rows = _rows(record_type, ids, [*shown, *(keys.paths if keys else ())])
    numbers = SearchEntry.numbers(name)
    entries = [
        (numbers[row.pk], name, row.pk, entry_text(getattr(row, one) for one in shown)) for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(WRITE_ENTRY, entries)
    if keys:
        _store_keys(record_type, rows, {} if are_new else _stored_keys(name, ids))


def rewrite_keys(record_type: Any, ids: Sequence[int]) -> int:
    """Bring the match keys of these records in step; returns how many records had others."""
    rows = _rows(record_type, ids, record_type.match_keys.paths)
    return _store_keys(record_type, rows, _stored_keys(record_type.stored_name, ids))


def _rows(record_type: Any, ids: Sequence[int], paths: Iterable[str]) -> list[Any]:
    """What stands in these fields, under their names: a record would take longer to make than to read."""
    found = record_type.model._base_manager.filter(pk__in=ids)
    return list(found.values_list(*dict.fromkeys(["pk", *paths]), named=True))


def _stored_keys(name: str, ids: Sequence[int]) -> dict[int, set[tuple[str, str]]]:
    present: dict[int, set[tuple[str, str]]] = defaultdict(set)
    stored = MatchKey.objects.filter(record_type=name, record_id__in=ids)
    for pk, kind, value in stored.values_list("record_id", "kind", "value"):
        present[pk].add((kind, value))
    return present


def _store_keys(record_type: Any, rows: Iterable[Any], present: Mapping[int, set[tuple[str, str]]]) -> int:
    keys, name = record_type.match_keys, record_type.stored_name
    new: list[tuple[str, int, str, str]] = []
    differing: list[int] = []
    for row in rows:
        wanted = {(kind, value[:200]) for kind, value in keys.values(row) if value}
        if wanted != present.get(row.pk, set()):
            differing.append(row.pk)
            new += [(name, row.pk, kind, value) for kind, value in wanted]
    if stale := [pk for pk in differing if pk in present]:
        MatchKey.objects.filter(record_type=name, record_id__in=stale).delete()
    if new:
        insert_rows(MatchKey._meta.db_table, KEY_COLUMNS, new, count=len(new))
    return len(differing)


def _remove(name: str, ids: set[int]) -> None:
    for part in chunks(sorted(ids)):
        SearchEntry.objects.filter(record_type=name, record_id__in=part).delete()
        MatchKey.objects.filter(record_type=name, record_id__in=part).delete()
