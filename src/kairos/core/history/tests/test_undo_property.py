"""Undoing any sequence of changes returns to its start; undoing the undoing returns to its end."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from kairos.core.history import ActionRefused, Changes, RecordGone, change_set, recorded
from kairos.core.history.bulk import related_ids
from kairos.core.history.canonical import to_text, tracked_fields
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet, Tag
from kairos.core.records import type_named

pytestmark = pytest.mark.django_db

KINDS = ("contact", "opportunity", "tag", "stage")
TEXTS = st.sampled_from(["", "Ünïcode", "北風", "'; --", "a\nb"])
AMOUNTS = st.sampled_from(
    [None, Decimal("0.001"), Decimal(0), Decimal("-5.500"), Decimal("999999999999.999")]
)


def state() -> dict[str, Any]:
    """Every tracked value of every record, as the history writes it; nothing refers to what is not there."""
    connection.check_constraints()
    found: dict[str, Any] = {}
    for name in KINDS:
        model: Any = type_named(name).model
        rows = model._base_manager.in_bulk()
        fields = tracked_fields(model)
        many = {field: related_ids(model, field, rows) for field, one in fields.items() if one.many_to_many}
        for pk, record in rows.items():
            for field, one in fields.items():
                value = many[field].get(pk, []) if field in many else getattr(record, one.attname)
                found[f"{name} {pk} {field}"] = to_text(one, value)
    return found


class Doer:
    """Does one drawn step to whatever records there are; positions wrap around."""

    def __init__(self, by: Any) -> None:
        self.by = by

    def some(self, kind: str, position: int) -> Any:
        """The record at this position, counted round. Raises `RecordGone` where there is none."""
        ids = sorted(type_named(kind).model._base_manager.values_list("pk", flat=True))
        if not ids:
            raise RecordGone()
        return type_named(kind).model._base_manager.get(pk=ids[position % len(ids)])

    def create(self, changes: Changes, at: int, text: str, amount: Any) -> None:
        values = {"name": text or "Nameless", "annual_revenue": amount, "tags": list(Tag.objects.all()[:at])}
        changes.create(type_named("contact").model, **values, parent=self.some("contact", at))

    def update(self, changes: Changes, at: int, text: str, amount: Any) -> None:
        emails = [text] if text else []
        changes.update(
            self.some("contact", at), city=text[:20], annual_revenue=amount, emails=emails, owner=self.by
        )

    def update_many(self, changes: Changes, at: int, text: str, amount: Any) -> None:
        ids = sorted(type_named("contact").model._base_manager.values_list("pk", flat=True))[: at + 2]
        tags = list(Tag.objects.values_list("pk", flat=True)[: at + 1])
        changes.update_many(
            type_named("contact").model,
            {pk: {"notes": text, "employees": at, "tags": tags} for pk in ids},
        )

    def tag(self, changes: Changes, at: int, text: str, amount: Any) -> None:
        name = f"tag {at} {text}"[:60]
        tag = Tag.objects.filter(name__iexact=name).first() or changes.create(Tag, name=name, colour=at % 12)
        changes.set_related(self.some("opportunity", at), "tags", [tag])

    def delete(self, changes: Changes, at: int, text: str, amount: Any) -> None:
        changes.delete(self.some(("tag", "contact", "opportunity")[at % 3], at))

    def archive(self, changes: Changes, at: int, text: str, amount: Any) -> None:
        action: Any = type_named("contact").action("archive" if at % 2 else "restore")
        action.run(self.some("contact", at), by=self.by)

    def act(self, changes: Changes, at: int, text: str, amount: Any) -> None:
        deal = self.some("opportunity", at)
        deals = type_named("opportunity")
        name = ("win", "lose", "reopen", "follow-stage")[at % 4]
        action: Any = deals.action(name)
        action.run(deal, by=self.by)

    def move(self, changes: Changes, at: int, text: str, amount: Any) -> None:
        values = {"stage": self.some("stage", at + len(text)), "expected_revenue": amount or 0}
        type_named("opportunity").update(self.some("opportunity", at), values=values, by=self.by)


VERBS: list[Callable[..., None]] = [
    Doer.create,
    Doer.update,
    Doer.update_many,
    Doer.tag,
    Doer.delete,
    Doer.archive,
    Doer.act,
    Doer.move,
]
STEP = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 5), TEXTS, AMOUNTS), min_size=1, max_size=3)


def do_steps(steps: list[Any], by: Any) -> list[ChangeSet]:
    """One change set a step; a step that is refused leaves nothing."""
    doer = Doer(by)
    with recorded() as written:
        for step in steps:
            try:
                with change_set(by=by, summary="Step") as changes:
                    for verb, at, text, amount in step:
                        verb(doer, changes, at, text, amount)
            except ActionRefused:
                continue
    return list(written)


def undo_all(rows: list[ChangeSet], by: Any) -> list[ChangeSet]:
    """Take these back, the last first; returns what took them back, in that order."""
    written = []
    for row in reversed(rows):
        report = undo(row, by=by)
        assert report.conflicts == []
        if report.change_set:
            written.append(report.change_set)
    return written


@settings(max_examples=25)
@given(steps=st.lists(STEP, min_size=1, max_size=6))
def test_undoing_everything_in_reverse_returns_to_the_start_and_again_to_the_end(
    world: Any, steps: Any
) -> None:
    with transaction.atomic():
        start = state()
        rows = do_steps(steps, world.ada)
        end = state()
        undone = undo_all(rows, world.ada)
        assert state() == start
        redone = undo_all(undone, world.ada)
        assert state() == end
        undo_all(redone, world.ada)
        assert state() == start
        transaction.set_rollback(True)
