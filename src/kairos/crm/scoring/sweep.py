"""All open deals at once: the database adds up the reasons, and only what has moved is written."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db.models import (
    Case,
    Count,
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
from django.db.models.functions import Abs, Coalesce, Exp, Greatest, Least
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual

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
    ends = deals.aggregate(Min("pk"), Max("pk"), Count("pk"))
    if not ends["pk__count"]:
        return
    starts = range(ends["pk__min"], ends["pk__max"] + 1, WINDOW)
    for number, start in enumerate(starts):
        window = deals.filter(pk__gte=start, pk__lt=start + WINDOW)
        moved = with_fresh_score(window, model, factors).filter(_has_moved(model))
        yield from (list(part) for part in chunks(list(moved.values_list("pk", flat=True)), BATCH))
        before, now = (ends["pk__count"] * done // len(starts) for done in (number, number + 1))
        tell(now - before)


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


def _has_moved(model: Model) -> Q:
    follows = Q(is_probability_manual=False)
    if not model.is_enough:
        return Q(score__isnull=False) | follows & ~Q(probability=F("stage__probability"))
    # As `shown_percent` rounds, with a hair's breadth to spare: here nothing has been rounded to hundredths before.
    within = Least(Value(99.0), Greatest(Value(1.0), F("fresh")))
    is_other = Q(GreaterThan(Abs(within - F("probability")), Value(0.51)))
    far = Q(GreaterThanOrEqual(Abs(F("fresh") - F("score")), Value(MOVED)))
    return Q(score__isnull=True) | far | follows & is_other
