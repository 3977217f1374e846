"""Recognising the records a file is about, and what its rows change in them."""

from collections import defaultdict
from typing import Any

from kairos.core.history.bulk import chunks
from kairos.core.imports.drafts import Draft
from kairos.core.imports.problems import FieldNotAllowed, KeyTaken, NotAllowed, RepeatedKey, SeveralMatch
from kairos.core.models import MatchKey
from kairos.core.tables import name_key

MANY = {"relations", "people", "tags"}


class Matcher:
    """Finds the record of each row by the keys the mapping names, chunk by chunk; no record is taken twice."""

    def __init__(self, record_type: Any, match_by: list[str], fields: set[str], *, user: Any) -> None:
        self.record_type, self.match_by, self.user = record_type, match_by, user
        self._seen: dict[tuple[str, Any], int] = {}
        self._related = [name for name in fields if _is_many(record_type, name)]

    def match(self, drafts: list[Draft]) -> None:
        """Give each draft its existing record, or a problem when it repeats a row or means several records."""
        keyed = [(draft, self._key(draft)) for draft in drafts if draft.problem is None and not draft.skips]
        by_id = self._by_external_id({key[1] for _draft, key in keyed if key and key[0] == "external_id"})
        by_key = self._by_match_key({key for _draft, key in keyed if key and key[0] != "external_id"})
        for draft, key in keyed:
            if key is None:
                continue
            if self._is_repeated(draft, key):
                continue
            if key[0] == "external_id":
                draft.record = by_id.get(key[1])
                if draft.record is None and key[1] in by_id:
                    draft.problem = KeyTaken(row=draft.number, value=key[1])
            else:
                self._take_one(draft, by_key.get(key, []))
            if draft.record is not None:
                self._is_repeated(draft, ("record", draft.record.pk))

    def _key(self, draft: Draft) -> tuple[str, str] | None:
        """By what this row is recognised: the first of the kinds for which it has a value."""
        for kind in self.match_by:
            if kind == "external_id" and draft.values.get("external_id"):
                return kind, draft.values["external_id"]
            if kind in ("email", "phone"):
                value = draft.values.get(f"{kind}s") or draft.values.get(kind)
                if value:
                    return kind, (value[0] if isinstance(value, list) else value).casefold()
            title = draft.values.get(self.record_type.title_field)
            if kind == "name" and title:
                draft.key = name_key(title)
                return kind, draft.key
        return None

    def _is_repeated(self, draft: Draft, key: tuple[str, Any]) -> bool:
        first = self._seen.setdefault(key, draft.number)
        if first == draft.number:
            return False
        title = draft.values.get(self.record_type.title_field, "")
        draft.problem = RepeatedKey(
            row=draft.number, value=title if key[0] in ("name", "record") else key[1], first=first
        )
        draft.record = None
        return True

    def _visible(self) -> Any:
        records = self.record_type.visible_to(self.user)
        return records.prefetch_related(*self._related) if self._related else records

    def _by_external_id(self, ids: set[str]) -> dict[str, Any]:
        """Records by external ID; None stands for one this person may not see."""
        found: dict[str, Any] = {}
        for part in chunks(sorted(ids)):
            # The unique index leaves empty IDs out and is only used by a question that does so, too.
            taken = self.record_type.model._base_manager.filter(external_id__in=part).exclude(external_id="")
            found |= dict.fromkeys(taken.values_list("external_id", flat=True))
            found |= {
                record.external_id: record for record in self._visible().filter(pk__in=taken.values("pk"))
            }
        return found

    def _by_match_key(self, keys: set[tuple[str, str]]) -> dict[tuple[str, str], list[Any]]:
        ids_by_key: dict[tuple[str, str], list[int]] = defaultdict(list)
        for part in chunks(sorted({value[:200] for _kind, value in keys})):
            rows = MatchKey.objects.filter(record_type=self.record_type.stored_name, value__in=part)
            for kind, value, pk in rows.values_list("kind", "value", "record_id"):
                ids_by_key[kind, value].append(pk)
        wanted = sorted({pk for key in keys for pk in ids_by_key.get((key[0], key[1][:200]), ())})
        records: dict[int, Any] = {}
        for part in chunks(wanted):
            records |= {record.pk: record for record in self._visible().filter(pk__in=part, archived_at=None)}
        return {
            key: [records[pk] for pk in ids_by_key.get((key[0], key[1][:200]), ()) if pk in records]
            for key in keys
        }

    def _take_one(self, draft: Draft, records: list[Any]) -> None:
        if len(records) > 1:
            title = draft.values.get(self.record_type.title_field)
            same = [record for record in records if self.record_type.title(record) == title]
            if len(same) != 1:
                draft.problem = SeveralMatch(row=draft.number, value=title or "")
                return
            records = same
        draft.record = records[0] if records else None


def _is_many(record_type: Any, name: str) -> bool:
    field = record_type.fields.get(name)
    return field is not None and field.kind in MANY


class Differences:
    """What rows change in existing records, as far as this person may change it."""

    def __init__(self, record_type: Any, *, user: Any) -> None:
        self.record_type, self.user = record_type, user

    def find(self, drafts: list[Draft]) -> None:
        """Fill `changes` of each draft that has a record; a problem where the person may not write them."""
        pairs = [(draft.record, _written(draft)) for draft in drafts]
        for draft, changes in zip(drafts, self.record_type.import_rules.changes(pairs), strict=True):
            draft.changes = changes
            if changes or draft.later:
                self._check(draft, {*changes, *draft.later})

    def _check(self, draft: Draft, names: set[str]) -> None:
        access, record = self.record_type.access, draft.record
        title = self.record_type.title(record)
        if not access.can_edit(self.user, record) and not any(
            access.can_edit_field(self.user, record, name) for name in names
        ):
            draft.problem = NotAllowed(row=draft.number, record=title)
            return
        for name in sorted(names):
            if not access.can_edit_field(self.user, record, name):
                draft.problem = FieldNotAllowed(row=draft.number, field=name, record=title)
                return


def _written(draft: Draft) -> dict[str, Any]:
    """The row's own values; only the file's name for a record it would have to make counts as a change."""
    return {name: value for name, value in draft.values.items() if value is not None}
