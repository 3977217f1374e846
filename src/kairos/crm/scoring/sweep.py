"""All open deals at once: the database adds up the reasons, and only what has moved is written."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db.models import (
    Case,
    ExpressionWrapper,
    F,
    FloatField,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Abs, Coalesce, Exp, Floor, Greatest, Least
from django.db.models.lookups import GreaterThanOrEqual

from kairos.core.history import Changes
from kairos.core.history.bulk import chunks
from kairos.crm.models import Opportunity, Status
from kairos.crm.scoring import tables
from kairos.crm.scoring.bayes import HIGHEST, LOWEST, STAGE, Model
from kairos.crm.scoring.factors import Factor, chosen
from kairos.crm.scoring.live import rescore

WINDOW = 100_000
BATCH = 5_000
# A score that has moved by less is left as it is, so that a night rewrites what matters and not everything.
MOVED = 0.05


def open_deals(team_id: int) -> Any:
    return Opportunity.with_leads.filter(team=team_id, status=Status.OPEN, archived_at=None)


def rescore_team(changes: Changes, team_id: int) -> int:
    """Score all open deals of a team within a change set; returns how many probabilities changed."""
    teams, factors = tables.scoring_teams(), chosen(tables.settings().factors)
    ids = list(open_deals(team_id).values_list("pk", flat=True))
    return rescore(changes, ids, teams, factors)


def moved_deals(team_id: int, tell: Callable[[int], None] = lambda done: None) -> Iterator[list[int]]:
    """The open deals of a team whose stored score is out of date, in batches; `tell` hears how many were scored."""
    model = tables.models_for([team_id])[team_id]
    factors = chosen(tables.settings().factors)
    deals = open_deals(team_id)
    ends = deals.aggregate(Min("pk"), Max("pk"))
    if ends["pk__min"] is None:
        return
    for start in range(ends["pk__min"], ends["pk__max"] + 1, WINDOW):
        window = deals.filter(pk__gte=start, pk__lt=start + WINDOW)
        moved = list(
            with_fresh_score(window, model, factors).filter(_has_moved()).values_list("pk", flat=True)
        )
        yield from (list(part) for part in chunks(moved, BATCH))
        tell(window.count())


def with_fresh_score(deals: Any, model: Model, factors: Mapping[str, Factor]) -> Any:
    """Deals annotated as `fresh` with their score, computed by the database; as `Model.score` says, but not rounded."""
    if not model.is_enough:
        return deals.annotate(fresh=Value(None, output_field=FloatField()))
    odds: Any = Value(model.base, output_field=FloatField())
    for name, factor in {STAGE: None, **factors}.items():
        if weights := model.weights(name):
            odds = odds + _weights(name, factor, weights)
    share = Value(100.0) / (Value(1.0) + Exp(Value(-1.0) * odds))
    score = Least(Value(HIGHEST), Greatest(Value(LOWEST), share))
    return deals.annotate(fresh=ExpressionWrapper(score, output_field=FloatField()))


def _weights(name: str, factor: Factor | None, weights: Mapping[str, float]) -> Any:
    """What a field adds: the usual values are compared first."""
    if factor is not None and factor.is_related:
        return _weights_of_list(factor, weights)
    if factor is not None and factor.is_several:
        parts = [
            Case(When(**{f"{name}__icontains": f'"{key}"'}, then=Value(w)), default=Value(0.0))
            for key, w in weights.items()
        ]
        return sum(parts[1:], parts[0])
    whens = [When(**{name: _value(factor, key)}, then=Value(w)) for key, w in weights.items()]
    return Case(*whens, default=Value(0.0), output_field=FloatField())


def _weights_of_list(factor: Factor, weights: Mapping[str, float]) -> Any:
    field: Any = factor.field.model_field
    source, target = field.m2m_field_name(), field.m2m_reverse_field_name()
    by_value = Case(
        *(When(**{f"{target}_id": int(key)}, then=Value(w)) for key, w in weights.items()),
        default=Value(0.0),
        output_field=FloatField(),
    )
    rows = field.remote_field.through._base_manager.filter(**{source: OuterRef("pk")}).order_by()
    total = rows.values(source).annotate(total=Sum(by_value)).values("total")
    return Coalesce(Subquery(total, output_field=FloatField()), Value(0.0))


def _value(factor: Factor | None, key: str) -> Any:
    """A counted value as the column holds it."""
    if factor is not None and factor.field.kind == "boolean":
        return key == "true"
    if factor is None or factor.field.kind in ("relation", "person", "rating"):
        return int(key)
    return key


def _has_moved() -> Q:
    percent = Least(Value(99.0), Greatest(Value(1.0), Floor(F("fresh") + Value(0.5))))
    is_other = ~Q(probability=ExpressionWrapper(percent, output_field=FloatField()))
    unscored = Q(fresh__isnull=True, is_probability_manual=False) & ~Q(probability=F("stage__probability"))
    return (
        Q(score__isnull=True, fresh__isnull=False)
        | Q(score__isnull=False, fresh__isnull=True)
        | unscored
        | _further_than(MOVED)
        | Q(is_probability_manual=False, fresh__isnull=False) & is_other
    )


def _further_than(limit: float) -> Q:
    difference = Abs(F("fresh") - F("score"))
    return Q(GreaterThanOrEqual(difference, Value(limit)))
