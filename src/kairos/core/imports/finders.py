"""Finding the records a column names, many texts at a time."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from kairos.core.fields import RelationField
from kairos.core.history.bulk import chunks
from kairos.core.imports.problems import NobodyCalled, SeveralCalled
from kairos.core.models import MatchKey
from kairos.core.tables import CellError, ValueMatcher, name_key, value_key

FEW = 1_000
KINDS = ("email", "name")


class Wish:
    """A record that is named and does not exist yet; it is made with the first row that needs it."""

    __slots__ = ("key", "pk", "record", "record_type", "title", "values")

    def __init__(self, record_type: Any, key: str, title: str, values: dict[str, Any]) -> None:
        self.record_type, self.key, self.title, self.values = record_type, key, title, values
        self.record: Any = None
        self.pk: int | None = None

    def __str__(self) -> str:
        return self.title


class Later:
    """A record of the same file, to be linked when all rows are in."""

    __slots__ = ("key", "pk", "title")

    def __init__(self, key: str, title: str) -> None:
        self.key, self.title = key, title
        self.pk: int | None = None

    def __str__(self) -> str:
        return self.title


class Finder:
    """The records one field may refer to, found by external ID, e-mail address, phone or name.

    Only records the person may see and the field allows are found. `names` are the names of the file's own rows where
    the field refers to its own kind.
    """

    def __init__(
        self,
        field: RelationField,
        *,
        user: Any,
        wishes: dict[tuple[str, str], Wish],
        may_create: bool,
        new_values: Any = None,
        names: set[str] | None = None,
    ) -> None:
        self.field, self.user, self.may_create = field, user, may_create
        self.record_type = field.related_type
        self._wishes, self._new_values, self._names = wishes, new_values, names or set()
        self._index: dict[tuple[str, str], list[Any]] = defaultdict(list)
        self._indexed: set[int] = set()
        self._learned: set[str] = set()
        self._small: bool | None = None

    def _candidates(self) -> Any:
        return self.field.choices_for(self.user)

    def is_small(self) -> bool:
        """Whether all records the field may refer to are few enough to be compared with."""
        if self._small is None:
            found = list(self._candidates()[: FEW + 1])
            self._small = len(found) <= FEW
            if self._small:
                self._index_records(found)
        return self._small

    def learn(self, texts: Iterable[str]) -> None:
        """Look up all these texts in a few queries."""
        new = set(texts) - self._learned
        self._learned |= new
        if not new or self.is_small():
            return
        ids: set[int] = set()
        for part in chunks(sorted(new)):
            by_id = self._candidates().filter(external_id__in=part).exclude(external_id="")
            ids |= set(by_id.values_list("pk", flat=True))
            values = {name_key(text)[:200] for text in part} | {text.casefold()[:200] for text in part}
            keys = MatchKey.objects.filter(
                record_type=self.record_type.stored_name, kind__in=KINDS, value__in=values
            )
            ids |= set(keys.values_list("record_id", flat=True))
        for part in chunks(sorted(ids - self._indexed)):
            self._index_records(self._candidates().filter(pk__in=part))

    def _index_records(self, records: Iterable[Any]) -> None:
        keys = self.record_type.match_keys
        for record in records:
            if record.pk in self._indexed:
                continue
            self._indexed.add(record.pk)
            title = self.record_type.title(record)
            pairs = {("name", name_key(title)), ("value", value_key(title)), ("id", record.external_id)}
            pairs |= {(kind, value) for kind, value in keys.values(record)} if keys else set()
            for pair in pairs:
                if pair[1]:
                    self._index[pair].append(record)

    def find(self, text: str) -> Any:
        """The record, a `Wish` for it, or a `Later`. Raises `NobodyCalled` or `SeveralCalled`."""
        key = name_key(text)
        for pair in (("id", text), ("email", text.casefold()), ("name", key), ("value", value_key(text))):
            if found := self._index.get(pair):
                return found[0] if len(found) == 1 else self._one_of(found, text)
        if key in self._names:
            return Later(key, text)
        return self.wish(text)

    def wish(self, text: str) -> Wish:
        """The record of this name that shall be made. Raises `NobodyCalled` where that is not allowed."""
        limit = self.record_type.model._meta.get_field(self.record_type.title_field).max_length or 200
        if not self.may_create or len(text) > limit or not name_key(text):
            raise NobodyCalled(text)
        place = (self.record_type.name, name_key(text))
        if place not in self._wishes:
            extra = self._new_values(self.field.name, text) if self._new_values else {}
            values = {self.record_type.title_field: text, **extra}
            self._wishes[place] = Wish(self.record_type, place[1], text, values)
        return self._wishes[place]

    def _one_of(self, found: list[Any], text: str) -> Any:
        same = [record for record in found if self.record_type.title(record) == text]
        if len(same) == 1:
            return same[0]
        chosen = self.record_type.import_rules.choose(same or found)
        if chosen is None:
            raise SeveralCalled(text)
        return chosen

    def by_id(self, pk: int) -> Any:
        """The record with this number, if the person may choose it. Raises `CellError`."""
        record = self._candidates().filter(pk=pk).first()
        if record is None:
            raise CellError(f"#{pk}")
        return record

    def records(self) -> list[Any]:
        """All records looked at so far, each once."""
        return list({record.pk: record for records in self._index.values() for record in records}.values())

    def guess(self, text: str) -> tuple[Any, int] | None:
        """The record a text most likely means with a score up to 100; None when unsure or where there are too many."""
        if not self.is_small():
            return None
        if not hasattr(self, "_matcher"):
            by_pk = {record.pk: record for record in self.records()}
            pairs = [(pk, self.record_type.title(record)) for pk, record in by_pk.items()]
            self._matcher, self._by_pk = ValueMatcher(pairs), by_pk
        found = self._matcher.match(text)
        return (self._by_pk[found[0]], found[1]) if found else None
