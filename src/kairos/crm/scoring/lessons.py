"""What each closed deal teaches, kept in step with the deals: the counts are the sum of the lessons, always.

A lesson is what the deal said before it closed, found in its history; what is filled in afterwards teaches nothing.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kairos.accounts.models import Team
from kairos.core.models import FieldChange
from kairos.crm.models import Kind, Opportunity, ScoreLesson, ScoreTable, Status
from kairos.crm.scoring.bayes import STAGE, Tally
from kairos.crm.scoring.factors import Factor, Values, candidates, pairs_of, raw_of_text, read_rows
from kairos.crm.scoring.tables import counts_from, settings

CHUNK = 2_000
COLUMNS = (
    "team_id",
    "stage_id",
    "kind",
    "status",
    "converted_at",
    "created_at",
    "closed_at",
    "probability",
    "is_probability_manual",
)
OWN = {
    "stage": "stage_id",
    "team": "team_id",
    "probability": "probability",
    "is_probability_manual": "is_probability_manual",
}
KEPT = ("team_id", "is_won", "was_lead", "opened_at", "closed_at", "values", "said", "is_manual")


def sync(ids: Iterable[int]) -> int:
    """Make the lessons of these deals, and the counts, what they must be now; returns how many lessons are others.

    Whoever changes lessons holds the table of all teams until the end of the transaction, so nobody counts amiss.
    """
    wanted = sorted(set(ids))
    changed = 0
    with transaction.atomic():
        for start in range(0, len(wanted), CHUNK):
            changed += _sync(wanted[start : start + CHUNK])
    return changed


def _sync(ids: list[int]) -> int:
    tables = _Tables()
    before = ScoreLesson.objects.in_bulk(ids)
    after = lessons_of(ids)
    gone = [pk for pk, one in before.items() if pk not in after or not _same(one, after[pk])]
    new = [one for pk, one in after.items() if pk not in before or not _same(before[pk], one)]
    if not gone and not new:
        return 0
    if gone:
        ScoreLesson.objects.filter(pk__in=gone).delete()
    ScoreLesson.objects.bulk_create(new, batch_size=500)
    tables.hold({one.team_id for one in [*before.values(), *new]} & tables.teams)
    tables.count([before[pk] for pk in gone], -1)
    tables.count(new, 1)
    tables.save()
    return len({*gone, *(one.pk for one in new)})


def recount() -> None:
    """Count all lessons anew: after another choice of fields, or of the day since when deals count."""
    with transaction.atomic():
        tables = _Tables()
        tables.hold(list(ScoreTable.objects.exclude(team=None).values_list("team_id", flat=True)))
        tables.clear()
        tables.count(ScoreLesson.objects.order_by("pk").iterator(5_000), 1)
        tables.save(trained_at=timezone.now())


def all_ids() -> list[int]:
    """The deals that have a lesson, or should have one."""
    closed = Opportunity.with_leads.exclude(status=Status.OPEN).filter(archived_at=None)
    return sorted({*closed.values_list("pk", flat=True), *ScoreLesson.objects.values_list("pk", flat=True)})


def lessons_of(ids: Collection[int]) -> dict[int, ScoreLesson]:
    """The lessons these deals should have, those of them that are closed and not archived."""
    factors = candidates()
    deals = Opportunity.with_leads.filter(pk__in=ids, archived_at=None).exclude(status=Status.OPEN)
    rows = read_rows(deals, factors, COLUMNS)
    if not rows:
        return {}
    olds = _before_closing({row["pk"]: row["closed_at"] for row, _values in rows}, factors)
    return {row["pk"]: _lesson(row, values, olds.get(row["pk"], {})) for row, values in rows}


def _lesson(row: Mapping[str, Any], values: Mapping[str, Any], old: Mapping[str, Any]) -> ScoreLesson:
    then = {**values, **{name: value for name, value in old.items() if name in values}}
    own = {name: old.get(name, row[column]) for name, column in OWN.items()}
    by_factor: dict[str, list[str]] = defaultdict(list)
    for name, key in pairs_of(then):
        by_factor[name].append(key)
    return ScoreLesson(
        deal_id=row["pk"],
        team_id=own["team"],
        is_won=row["status"] == Status.WON,
        was_lead=row["kind"] == Kind.LEAD or row["converted_at"] is not None,
        opened_at=row["created_at"],
        closed_at=row["closed_at"],
        values={STAGE: [str(own["stage"])], **by_factor},
        said=own["probability"],
        is_manual=bool(own["is_probability_manual"]),
    )


def _before_closing(
    closed: Mapping[int, dt.datetime], factors: Mapping[str, Factor]
) -> dict[int, dict[str, Any]]:
    """Of each deal the values that closing, or somebody after it, has changed: as they were before."""
    changes = FieldChange.objects.filter(
        record_type="opportunity",
        record_id__in=list(closed),
        field__in=[*OWN, *factors],
        at__gte=min(closed.values()),
    )
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    rows = changes.order_by("at", "pk").values_list("record_id", "field", "old", "at")
    for pk, name, old, at in rows:
        if at >= closed[pk] and name not in found[pk]:
            found[pk][name] = raw_of_text(name, old)
    return found


def _same(one: ScoreLesson, other: ScoreLesson) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in KEPT)


def pairs(lesson: ScoreLesson, counted: Collection[str]) -> Values:
    """Factor and value as they are counted; the stage says whether the deal began as a lead."""
    found = [(name, key) for name, keys in lesson.values.items() if name in counted for key in keys]
    mark = "L" if lesson.was_lead else ""
    return [(STAGE, f"{key}{mark}") for key in lesson.values[STAGE]] + found


class _Tables:
    """The stored counts, held for writing."""

    def __init__(self) -> None:
        self.rows: dict[int | None, ScoreTable] = {}
        self.tallies: dict[int | None, Tally] = {}
        self._teams: set[int] | None = None
        # Nobody writes lessons, or chooses what counts, without holding the table of all teams.
        self.hold([None])
        chosen_ = settings()
        self.since, self.counted = counts_from(chosen_), frozenset(chosen_.factors)

    @property
    def teams(self) -> set[int]:
        """The teams there are; one that is gone has left its deals to all."""
        if self._teams is None:
            self._teams = set(Team.objects.values_list("pk", flat=True))
        return self._teams

    def hold(self, teams: Iterable[int | None]) -> None:
        """Lock the tables of these teams, which are made where there are none."""
        wanted = set(teams) - self.rows.keys()
        if not wanted:
            return
        self._lock(wanted)
        if missing := wanted - self.rows.keys():
            ScoreTable.objects.bulk_create(
                [ScoreTable(team_id=team) for team in missing], ignore_conflicts=True
            )
            self._lock(missing)

    def _lock(self, teams: Collection[int | None]) -> None:
        asked = Q(team__in=[team for team in teams if team is not None])
        if None in teams:
            asked |= Q(team=None)
        for row in ScoreTable.objects.select_for_update().filter(asked).order_by("pk"):
            self.rows[row.team_id] = row
            self.tallies[row.team_id] = Tally(row.won, row.lost, row.counts)

    def clear(self) -> None:
        self.tallies = {team: Tally() for team in self.rows}

    def count(self, lessons: Iterable[ScoreLesson], sign: int) -> None:
        """Count lessons in, or out again: for all teams and for their own."""
        for lesson in lessons:
            if self.since is not None and lesson.opened_at < self.since:
                continue
            found = pairs(lesson, self.counted)
            for team in {None, lesson.team_id} & {None, *self.teams}:
                self.hold([team])
                self.tallies[team].add(lesson.is_won, found, sign)

    def save(self, **more: Any) -> None:
        for team, row in self.rows.items():
            tally = self.tallies[team]
            row.won, row.lost, row.counts = tally.won, tally.lost, tally.counts
            row.mark = uuid.uuid4().hex
            for name, value in more.items():
                setattr(row, name, value)
        ScoreTable.objects.bulk_update(self.rows.values(), ["won", "lost", "counts", "mark", *more])
