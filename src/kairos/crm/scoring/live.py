"""Scores that follow: whatever touches a deal, its score and probability are right when the change set is done."""

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from django.db import connection
from django.db.models import Q

from kairos.core.history import Changes
from kairos.core.history.bulk import chunks
from kairos.core.history.surroundings import the_door
from kairos.core.models import Source
from kairos.core.slots import Follower
from kairos.crm.models import Opportunity, Status
from kairos.crm.scoring import lessons, tables
from kairos.crm.scoring.bayes import STAGE, Model
from kairos.crm.scoring.factors import Factor, Values, chosen, pairs_of, read_rows
from kairos.crm.scoring.trial import JUDGED_BY

CLOSING = frozenset({"", "status", "closed_at", "archived_at", "created_at"})
STANDING = frozenset({"", "status", "stage", "team", "kind", "archived_at", "is_probability_manual"})
COLUMNS = ("team_id", "stage_id", "stage__probability", "score", "probability", "is_probability_manual")
LOOKED_UP = 1_000


class FollowScores(Follower):
    """Learns from deals that close or open again, and scores the open ones whose facts have changed."""

    def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        learned = learn_from(changes, fields_by_id, deleted)
        if learned >= JUDGED_BY and the_door.get() == Source.IMPORT:
            _try_afterwards(changes)
        if not _may_matter(fields_by_id) or not (teams := tables.scoring_teams()):
            return
        factors = chosen(tables.settings().factors)
        watched = STANDING | factors.keys()
        ids = [pk for pk, names in fields_by_id.items() if pk not in deleted and names & watched]
        if ids:
            new = {pk for pk in ids if "" in fields_by_id[pk]}
            rescore(changes, ids, teams, factors, new=new)


def _try_afterwards(changes: Changes) -> None:
    """Whoever brings their past along need not wait a night to see what the score makes of it."""
    from kairos.crm.tasks import learn

    changes.afterwards(learn)


def learn_from(changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> int:
    """Bring the lessons of touched deals up to date; an open deal that stays open costs nothing."""
    ids = [
        pk
        for pk, names in fields_by_id.items()
        if names & CLOSING and not _is_new_and_open(changes, pk, names)
    ]
    others = [pk for pk, names in fields_by_id.items() if not names & CLOSING]
    for part in chunks(others, LOOKED_UP):
        if _all_open(changes, part):
            continue
        ids += (
            Opportunity.with_leads.filter(pk__in=part)
            .exclude(status=Status.OPEN)
            .values_list("pk", flat=True)
        )
    return lessons.sync({*ids, *deleted}) if ids or deleted else 0


def _is_new_and_open(changes: Changes, pk: int, names: set[str]) -> bool:
    """A deal just made and still in hand, so that nobody need ask."""
    return "" in names and _all_open(changes, [pk])


def _all_open(changes: Changes, ids: Sequence[int]) -> bool:
    known = changes.known(Opportunity, ids)
    return len(known) == len(ids) and all(deal.is_open for deal in known.values())


def _may_matter(fields_by_id: Mapping[int, set[str]]) -> bool:
    """Whether anything but the outcome of scoring itself has been touched."""
    return any(names - {"probability"} for names in fields_by_id.values())


def rescore(
    changes: Changes,
    ids: Iterable[int],
    teams: Set[int],
    factors: Mapping[str, Factor],
    *,
    new: Set[int] = frozenset(),
) -> int:
    """Score open deals by their numbers; those of teams that do not score lose it. Returns how many percents changed.

    A deal that is `new` in this change set has the probability from its beginning, without a change of its own.
    """
    percents: dict[int, dict[str, Any]] = {}
    scores: dict[int, float | None] = {}
    for part in chunks(list(ids), LOOKED_UP):
        deals = Opportunity.with_leads.filter(pk__in=part, status=Status.OPEN, archived_at=None)
        deals = deals.filter(Q(team__in=teams) | Q(score__isnull=False)).select_for_update(of=("self",))
        rows = read_rows(deals, factors, COLUMNS)
        models = tables.models_for({row["team_id"] for row, _values in rows} & teams)
        for row, values in rows:
            fresh = _fresh(models.get(row["team_id"]), row, pairs_of(values))
            if fresh != row["score"]:
                scores[row["pk"]] = fresh
            says = shown_percent(fresh, row["stage__probability"])
            if row["team_id"] in teams and not row["is_probability_manual"] and says != row["probability"]:
                percents[row["pk"]] = {"probability": says}
    write_scores(scores)
    for pk, score in scores.items():
        for record in changes.in_hand(Opportunity, pk):
            record.score = score
    _write_new(changes, {pk: percents.pop(pk) for pk in list(percents) if pk in new})
    return changes.settle(Opportunity, dict(sorted(percents.items(), key=lambda one: one[1]["probability"])))


def _fresh(model: Model | None, row: Mapping[str, Any], values: Values) -> float | None:
    if model is None or not model.is_enough:
        return None
    return model.score([(STAGE, str(row["stage_id"])), *values]).percent


def shown_percent(score: float | None, of_stage: int) -> int:
    """The probability of an open deal that follows its score: never quite certain. Without a score the stage's."""
    return of_stage if score is None else min(99, max(1, int(score + 0.5)))


def write_scores(scores: Mapping[int, float | None]) -> None:
    """Write scores without any history: they follow from what has one."""
    if not scores:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "UPDATE crm_opportunity SET score = fresh.score FROM unnest(%s::bigint[], %s::float8[]) "
                "AS fresh (id, score) WHERE crm_opportunity.id = fresh.id",
                [list(scores), list(scores.values())],
            )
        else:
            rows = [(score, pk) for pk, score in scores.items()]
            cursor.executemany("UPDATE crm_opportunity SET score = %s WHERE id = %s", rows)


def _write_new(changes: Changes, values_by_id: Mapping[int, Mapping[str, Any]]) -> None:
    for pk, values in values_by_id.items():
        Opportunity.with_leads.filter(pk=pk).update(**values)
        for record in changes.in_hand(Opportunity, pk):
            vars(record).update(values)
