"""Which of our fields a foreign column means."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from kairos.core.tables.kinds import NUMERIC, TEMPORAL, Kind
from kairos.core.tables.names import normalise
from kairos.core.tables.profiles import ColumnProfile
from kairos.core.tables.synonyms import CONCEPTS

NEEDED = 50  # below this score nothing is proposed
_CONCEPT_OF = {phrase: concept for concept, phrases in CONCEPTS.items() for phrase in phrases}
_UNMISTAKABLE = frozenset(["email", "phone", "url"])


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldHint:
    """A field that a column may be mapped to: its name, its labels in every language, other words for it, its
    kind.

    `kind` is one of `Kind` where that is known; any other word means that all texts may do.
    """

    name: str
    labels: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Assignment:
    """Column number `column` (from 0) is proposed for `field`; `score` is 50 to 100."""

    column: int
    field: str
    score: int


def match_header(header: str, fields: Iterable[FieldHint]) -> list[tuple[str, int]]:
    """The fields a header may mean with scores from 1 to 100, best first; their order decides between equals.

    100 is the field's own name or label, 97 one of its synonyms, 90 a word of the trade for the same thing;
    less for parts and slips.
    """
    wanted = normalise(header)
    scores = [(field.name, _score(wanted, field)) for field in fields]
    return sorted((pair for pair in scores if pair[1]), key=lambda pair: -pair[1])


@lru_cache(maxsize=4096)
def _phrases(field: FieldHint) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Own words, synonyms given with the field, and the trade's words for the same thing, all in normal
    form.
    """
    own = frozenset(normalise(text) for text in (field.name, *field.labels)) - {""}
    given = frozenset(map(normalise, field.synonyms)) - {""}
    concepts = {_CONCEPT_OF[phrase] for phrase in own | given if phrase in _CONCEPT_OF}
    return own, given, frozenset(phrase for concept in concepts for phrase in CONCEPTS[concept])


def _score(wanted: str, field: FieldHint) -> int:
    own, given, trade = _phrases(field)
    if not wanted:
        return 0
    if wanted in own:
        return 100
    if wanted in given:
        return 97
    if wanted in trade:
        return 90
    best = max((_resemblance(wanted, phrase) for phrase in own | given | trade), default=0)
    # "Opportunity ID" is a word of its own and no part of a field "Opportunity";
    # "Revenue" may be short for "Annual revenue".
    if wanted in _CONCEPT_OF:
        return max(
            min(45, best),
            max((_resemblance(wanted, phrase) for phrase in own if wanted in phrase), default=0),
        )
    return best


def _resemblance(wanted: str, phrase: str) -> int:
    """Up to 85 for one being part of the other by whole words (or Chinese characters), up to 80 for a
    slip.
    """
    shorter, longer = sorted((wanted, phrase), key=len)
    if shorter.isascii():
        parts, whole = shorter.split(), longer.split()
        contained, share = set(parts) <= set(whole), len(parts) / len(whole)
    else:
        contained, share = len(shorter) > 1 and shorter in longer, len(shorter) / len(longer)
    if contained:
        return round(45 + 40 * share)
    if min(len(wanted), len(phrase)) < 4:
        return 0
    ratio = SequenceMatcher(None, wanted, phrase, autojunk=False).ratio()
    return round(80 * ratio) if ratio >= 0.8 else 0


def assign_columns(profiles: Sequence[ColumnProfile], hints: Sequence[FieldHint]) -> list[Assignment]:
    """At most one field for a column and one column for a field, surest pair first, by header and content.

    A column whose values cannot be of the field's kind is not proposed; a column of e-mail addresses,
    telephone numbers or web addresses is, whatever its header.
    """
    pairs = [
        (score, profile.index, place)
        for profile in profiles
        for place, hint in enumerate(hints)
        if (score := _pair_score(profile, hint)) >= NEEDED
    ]
    columns: set[int] = set()
    places: set[int] = set()
    chosen: list[Assignment] = []
    for score, column, place in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if column not in columns and place not in places:
            columns.add(column)
            places.add(place)
            chosen.append(Assignment(column, hints[place].name, min(100, score)))
    return sorted(chosen, key=lambda assignment: assignment.column)


def _pair_score(profile: ColumnProfile, hint: FieldHint) -> int:
    header = _score(normalise(profile.header), hint)
    return max(header, 55 if _shows_kind(profile, hint) else 0) + _kind_adjustment(profile.kind, hint.kind)


def _shows_kind(profile: ColumnProfile, hint: FieldHint) -> bool:
    return profile.kind in _UNMISTAKABLE and profile.kind == hint.kind


def _kind_adjustment(found: Kind, wanted: str) -> int:
    """What the values of a column add to or take from a header's likeness."""
    if found == Kind.EMPTY:
        return 0
    for family in (NUMERIC, TEMPORAL):
        if wanted in family:
            return 3 if found in family else -60
        if found in family and wanted in (*_UNMISTAKABLE, Kind.BOOLEAN):
            return -60
    if wanted in _UNMISTAKABLE or wanted == Kind.BOOLEAN:
        return 3 if found == wanted else -40
    return -10 if found in TEMPORAL or found in _UNMISTAKABLE else 0
