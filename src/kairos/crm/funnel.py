"""The funnel in numbers: how far deals came by the steps of one process, where they are, and how long each step took.

All from the history, in the database: two statements, however many deals. A deal that was moved back and forth counts
where it was furthest, and its times in a step add up; a move that was taken back was none (see `crm.reached`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, F, Value, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Lag
from django.utils import timezone

from kairos.crm.models import Stage, Status
from kairos.crm.reached import standing_for, standing_moves

SECONDS = {
    "sqlite": "(unixepoch({end}) - unixepoch({start}))",
    "postgresql": "FLOOR(EXTRACT(EPOCH FROM ({end}) - ({start})))::bigint",
}


@dataclass(slots=True)
class Step:
    """One step: how many came as far, are there now, were lost there; how many have been there, and for how long.

    `mean` and `median` are seconds, None where no deal has been. Whoever was won came past every step.
    """

    stage: Stage | None
    reached: int = 0
    here: int = 0
    lost: int = 0
    been: int = 0
    mean: float | None = None
    median: float | None = None

    @property
    def is_passed_over(self) -> bool:
        """Whether deals came further, and none ever stood here."""
        return bool(self.reached) and not (self.here or self.lost or self.been)


@dataclass(slots=True)
class Funnel:
    """The steps in order; after them `won`."""

    steps: list[Step]
    won: Step = field(default_factory=lambda: Step(None))

    @property
    def rows(self) -> list[Step]:
        return [*self.steps, self.won]


def funnel_of(deals: Any, steps: Sequence[Stage], stages: Iterable[Stage]) -> Funnel:
    """The funnel of these deals (a queryset) by the steps of their process; `stages` are all there are or were."""
    found = Funnel([Step(one) for one in steps])
    if not steps:
        return found
    parts = _Parts(deals, standing_for(list(steps), stages), [one.pk for one in steps])
    for furthest, status, place, count in parts.asked(COUNTED):
        reached = len(steps) if status == Status.WON else furthest or 0
        for row in found.rows[: reached + 1]:
            row.reached += count
        if place is not None and status == Status.OPEN:
            found.steps[place].here += count
        if place is not None and status == Status.LOST:
            found.steps[place].lost += count
    for place, been, mean, median in parts.asked(TIMED):
        row = found.steps[place]
        row.been, row.mean, row.median = been, float(mean), float(median)
    return found


class _Parts:
    """What both statements begin with: the deals, the step each stage stands for, and the moves between them."""

    def __init__(self, deals: Any, places: Mapping[int, int], own: Sequence[int]) -> None:
        now = Value(timezone.now(), output_field=DateTimeField())
        wanted = deals.order_by().values_list(
            "pk",
            "status",
            "stage_id",
            Coalesce(F("converted_at"), F("created_at")),
            Coalesce(F("closed_at"), now, output_field=DateTimeField()),
        )
        moves = standing_moves().filter(record_id__in=RawSQL("SELECT id FROM deals", []))
        before = Window(Lag("at"), partition_by=F("record_id"), order_by=[F("at"), F("pk")])
        moved = moves.order_by().values_list("record_id", "old", "new", "at", before)
        self.places, self.own = places, own
        self.deals, self.moves = _compiled(wanted), _compiled(moved)

    def asked(self, rest: str) -> Iterator[tuple[Any, ...]]:
        seconds = SECONDS[connection.vendor]
        rest = rest.replace("<move>", seconds.format(start="COALESCE(m.since, d.entered)", end="m.at"))
        rest = rest.replace("<stay>", seconds.format(start="COALESCE(l.at, d.entered)", end="d.ended"))
        pairs = ", ".join(f"({int(pk)}, {int(place)})" for pk, place in self.places.items())
        own = ", ".join(str(int(pk)) for pk in self.own)
        sql = BEGINNING.format(deals=self.deals[0], moves=self.moves[0], pairs=pairs, own=own)
        with connection.cursor() as cursor:
            cursor.execute(sql + rest, [*self.deals[1], *self.moves[1]])
            yield from cursor.fetchall()


def _compiled(queryset: Any) -> tuple[str, list[Any]]:
    sql, params = queryset.query.get_compiler(connection=connection).as_sql()
    return sql, list(params)


BEGINNING = """
WITH deals(id, status, stage, entered, ended) AS ({deals}),
moves(deal, source, target, at, since) AS ({moves}),
places(stage, step) AS (VALUES {pairs}),
own(stage, step) AS (SELECT stage, step FROM places WHERE stage IN ({own})),
"""
COUNTED = """
passed(deal, step) AS (
  SELECT d.id, p.step FROM deals d JOIN places p ON p.stage = d.stage
  UNION ALL SELECT m.deal, p.step FROM moves m JOIN places p ON p.stage = CAST(m.source AS bigint)
  UNION ALL SELECT m.deal, p.step FROM moves m JOIN places p ON p.stage = CAST(m.target AS bigint)
),
furthest(deal, step) AS (SELECT deal, MAX(step) FROM passed GROUP BY deal)
SELECT f.step, d.status, o.step, COUNT(*)
FROM deals d LEFT JOIN furthest f ON f.deal = d.id LEFT JOIN own o ON o.stage = d.stage
GROUP BY f.step, d.status, o.step
"""
TIMED = """
latest(deal, at) AS (SELECT deal, MAX(at) FROM moves GROUP BY deal),
stays(deal, step, seconds) AS (
  SELECT d.id, p.step, <move> FROM moves m JOIN deals d ON d.id = m.deal
  JOIN places p ON p.stage = CAST(m.source AS bigint)
  UNION ALL
  SELECT d.id, p.step, <stay> FROM deals d JOIN places p ON p.stage = d.stage LEFT JOIN latest l ON l.deal = d.id
),
spent(step, seconds) AS (
  SELECT step, SUM(CASE WHEN seconds > 0 THEN seconds ELSE 0 END) FROM stays GROUP BY deal, step
),
ranked(step, seconds, place, count) AS (
  SELECT step, seconds, ROW_NUMBER() OVER (PARTITION BY step ORDER BY seconds), COUNT(*) OVER (PARTITION BY step)
  FROM spent
)
SELECT step, MAX(count), AVG(seconds), AVG(CASE WHEN place IN ((count + 1) / 2, (count + 2) / 2) THEN seconds END)
FROM ranked GROUP BY step
"""
