"""A first mapping for a file nobody has explained yet, from headers and content."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeGuard

from kairos.core.fields import Field, RelationField
from kairos.core.imports.cells import pieces, written
from kairos.core.imports.finders import Finder
from kairos.core.imports.layout import finder_for, may_create, targets_of
from kairos.core.imports.mapping import Column, Mapping
from kairos.core.imports.report import Report, read_as
from kairos.core.imports.words import labels_of, matcher_for
from kairos.core.tables import (
    ColumnProfile,
    FieldHint,
    Kind,
    Problem,
    Table,
    assign_columns,
    means_nothing,
    name_key,
    normalise,
    sniff_columns,
)

MOST_TEXTS = 1_000
MANY = {"relations", "people", "tags"}
KINDS = {
    "number": Kind.INTEGER, "year": Kind.INTEGER, "rating": Kind.INTEGER, "percent": Kind.PERCENT,
    "money": Kind.MONEY, "decimal": Kind.DECIMAL, "date": Kind.DATE, "datetime": Kind.DATE, "boolean": Kind.BOOLEAN,
    "email": Kind.EMAIL, "emails": Kind.EMAIL, "phones": Kind.PHONE, "url": Kind.URL,
}  # fmt: skip


@dataclass(slots=True)
class Guess:
    """A mapping and what it was drawn from; `texts` are the distinct texts of columns that name records or choices."""

    mapping: Mapping
    profiles: list[ColumnProfile]
    texts: dict[str, Counter[str]] = field(default_factory=dict)
    report: Report = field(default_factory=Report)


def hints_for(record_type: Any) -> list[FieldHint]:
    """What each field may be called in a header."""
    synonyms = record_type.import_rules.synonyms
    return [
        FieldHint(
            name=name,
            labels=labels_of(target),
            synonyms=(*target.synonyms, *synonyms.get(name, ())),
            kind=KINDS.get(target.kind, "text"),
        )
        for name, target in targets_of(record_type).items()
    ]


def guess_mapping(record_type: Any, table: Table, *, user: Any) -> Guess:
    """The likeliest meaning of every column. What it read into a text is noted in the guess's report."""
    profiles = sniff_columns(table)
    targets = targets_of(record_type)
    mapping = Mapping()
    for assignment in assign_columns(profiles, hints_for(record_type)):
        profile = profiles[assignment.column]
        mapping.columns[profile.header] = _column(targets[assignment.field], profile)
    guess = Guess(mapping, profiles)
    mapped = [targets[name] for name in sorted(mapping.fields)]
    mapping.create_missing = {
        target.name: True for target in mapped if _is_relation(target) and may_create(target, user)
    }
    mapping.match_by = match_by(mapping)
    complete_guess(record_type, guess, table, user=user)
    _guess_currency(targets, guess)
    record_type.import_rules.guess(mapping, guess.texts)
    return guess


def match_by(mapping: Mapping) -> list[str]:
    """By what rows are recognised: an ID of their own, else an e-mail address, else the name."""
    fields = mapping.fields
    if "external_id" in fields:
        return ["external_id"]
    by_email = ["email"] if fields & {"emails", "email"} else []
    return [*by_email, "name"] if "name" in fields else by_email


def complete_guess(record_type: Any, guess: Guess, table: Table, *, user: Any) -> None:
    """Gather the texts of columns with relations and choices, and guess the meaning of those that need one."""
    targets = targets_of(record_type)
    columns = {h: c for h, c in guess.mapping.columns.items() if has_values(targets[c.field])}
    guess.texts = distinct_texts(table, {h: targets[c.field].kind in MANY for h, c in columns.items()})
    for header, column in columns.items():
        texts = guess.texts.get(header)
        if texts is not None:
            target = targets[column.field]
            finder = finder_for(record_type, target, guess.mapping, user=user)
            _guess_values(record_type, guess, header, target, finder)


def _is_relation(target: Any) -> TypeGuard[RelationField]:
    return isinstance(target, RelationField)


def has_values(target: Field) -> bool:
    """Whether single texts of a column with this field have meanings of their own."""
    return _is_relation(target) or hasattr(target, "choices")


def _column(target: Field, profile: ColumnProfile) -> Column:
    column = Column(field=target.name)
    if profile.date_orders:
        column.date_order = profile.date_orders[0]
    if profile.number_styles:
        column.number_style = profile.number_styles[0]
    if target.kind == "money":
        words = normalise(profile.header)
        column.multiply = "1000000" if "million" in words or "百萬" in words else ""
    if target.kind == "percent" and _are_shares(profile):
        column.multiply = "100"
    return column


def _are_shares(profile: ColumnProfile) -> bool:
    """Whether probabilities are written as 0.4 instead of 40."""
    try:
        numbers = [Decimal(text) for text, _count in profile.samples]
    except ArithmeticError:
        return False
    return bool(numbers) and all(0 <= n <= 1 for n in numbers) and any(n != int(n) for n in numbers)


def distinct_texts(table: Table, columns: dict[str, bool]) -> dict[str, Counter[str]]:
    """The different texts of these columns with their counts; a column with very many is left out."""
    places = [(header, table.header.index(header), many) for header, many in columns.items()]
    found: dict[str, Counter[Any]] = {header: Counter() for header in columns}
    try:
        for row in table.rows():
            if row.problem is None:
                for header, place, _many in places:
                    found[header][row.cells[place]] += 1
            if places and row.number % 1000 == 0:
                places = [place for place in places if len(found[place[0]]) <= 20 * MOST_TEXTS]
    except Problem:
        pass  # the check reads the table again and says so
    texts: dict[str, Counter[str]] = {}
    for header, many in columns.items():
        counter: Counter[str] = Counter()
        for cell, count in found[header].items():
            if not means_nothing(cell):
                for text in pieces(cell) if many else [written(cell)]:
                    counter[text] += count
        if len(counter) <= MOST_TEXTS:
            texts[header] = counter
    return texts


def _guess_values(record_type: Any, guess: Guess, header: str, target: Field, finder: Finder | None) -> None:
    column = guess.mapping.columns[header]
    matcher = matcher_for(target) if finder is None else None
    for text, count in guess.texts[header].items():
        meaning = record_type.import_rules.meaning(target.name, text)
        if meaning is not None:
            column.values[text] = meaning
            continue
        if finder is not None:
            found = finder.guess(text)
            if found and found[1] < 100:
                column.values[text] = {"id": found[0].pk}
            if found and str(found[0]) != text:
                guess.report.notice(read_as(header, text, str(found[0]), count))
        elif matcher is not None and (found := matcher.match(text)) and found[1] < 100:
            column.values[text] = str(found[0])
            guess.report.notice(read_as(header, text, target.format(found[0]), count))
    _join_slips(guess, header, finder)


def _join_slips(guess: Guess, header: str, finder: Finder | None) -> None:
    """Spellings of one name that would be made twice, such as “GTXPro” beside “GTX Pro”, are made once by their key."""
    if finder is None:
        return
    spellings: dict[str, list[str]] = {}
    for text in guess.texts[header]:
        spellings.setdefault(name_key(text), []).append(text)
    for texts in spellings.values():
        best = max(texts, key=lambda text: (guess.texts[header][text], text))
        for text in texts:
            if text != best and text not in guess.mapping.columns[header].values:
                guess.mapping.columns[header].values[text] = best
                guess.report.notice(read_as(header, text, best, guess.texts[header][text]))


def _guess_currency(targets: dict[str, Field], guess: Guess) -> None:
    codes = {profile.currency for profile in guess.profiles if profile.header in guess.mapping.columns}
    codes.discard(None)
    if "currency" in targets and "currency" not in guess.mapping.fields and len(codes) == 1:
        guess.mapping.defaults["currency"] = codes.pop()
