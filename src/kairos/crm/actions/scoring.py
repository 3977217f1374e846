"""What can be done about scoring: learn anew, choose what counts, and choose what a team's probabilities follow."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import Team
from kairos.core.history import Changes, change_set
from kairos.core.history.bulk import chunks
from kairos.crm.models import Opportunity, ProbabilityMode, ScoreRun, ScoreSettings, Status
from kairos.crm.scoring import lessons, tables
from kairos.crm.scoring.factors import chosen
from kairos.crm.scoring.live import rescore
from kairos.crm.scoring.sweep import moved_deals, open_deals, rescore_team
from kairos.crm.scoring.trial import try_on_the_past

# A run that was asked for longer ago than this has been lost with its worker.
GIVEN_UP = dt.timedelta(hours=1)


def change_score_settings(*, values: Mapping[str, Any], by: Any) -> ScoreSettings:
    """Choose what counts. The closed deals are counted anew at once, the open ones scored in the background."""
    with change_set(by=by, summary=_("Changed what counts in scores")) as changes:
        present = ScoreSettings.objects.select_for_update().order_by("pk").first()
        if present is None:
            return changes.create(ScoreSettings, **values)
        changes.update(present, **values)
    return present


def follow_mode(changes: Changes, team: Team, mode: str) -> int:
    """Let the open deals of a team follow what it has chosen now; those set by hand stay. Returns how many changed."""
    if mode == ProbabilityMode.SCORE:
        return rescore_team(changes, team.pk)
    rescore(changes, open_deals(team.pk).filter(score__isnull=False).values_list("pk", flat=True), set(), {})
    if mode == ProbabilityMode.HAND:
        return 0
    following = open_deals(team.pk).filter(is_probability_manual=False)
    rows = following.exclude(probability=F("stage__probability")).order_by("stage__probability", "pk")
    wanted = {pk: {"probability": says} for pk, says in rows.values_list("pk", "stage__probability")}
    return changes.settle(Opportunity, wanted)


def leave_scores(changes: Changes) -> None:
    """Take away the scores of deals whose team does not follow them."""
    scored = Opportunity.with_leads.filter(status=Status.OPEN, score__isnull=False)
    ids = scored.exclude(team__in=tables.scoring_teams()).values_list("pk", flat=True)
    rescore(changes, ids, set(), {})


def request_learning() -> bool:
    """Learn and score in the background; False where that is being done already."""
    from kairos.crm.tasks import learn as task

    now = timezone.now()
    with transaction.atomic():
        run = ScoreRun.objects.select_for_update().filter(pk=ScoreRun.only).first()
        if run is not None and run.finished_at is None and now - run.asked_at < GIVEN_UP:
            return False
        _note(asked_at=now, started_at=None, finished_at=None, done=0, total=0, changed=0)
        task.enqueue()
    return True


def learn() -> int:
    """Bring all lessons up to date, try the score on the past, score every open deal of the teams that follow it.

    Deals are written in batches, each a change set of its own, so that nobody waits long. Returns how many
    probabilities changed.
    """
    _note(started_at=timezone.now(), finished_at=None, done=0, changed=0)
    ids = lessons.all_ids()
    teams = sorted(tables.scoring_teams())
    waiting = Opportunity.with_leads.filter(team__in=teams, status=Status.OPEN, archived_at=None).count()
    _note(total=len(ids) + waiting)
    for part in chunks(ids, 5_000):
        lessons.sync(part)
        ScoreRun.objects.filter(pk=ScoreRun.only).update(done=F("done") + len(part))
    lessons.recount()
    try_on_the_past()
    changed = sum(_score_all_of(team) for team in teams)
    _note(finished_at=timezone.now(), changed=changed)
    return changed


def _score_all_of(team: int) -> int:
    def tell(done: int) -> None:
        ScoreRun.objects.filter(pk=ScoreRun.only).update(done=F("done") + done)

    changed = 0
    for ids in moved_deals(team, tell):
        with change_set(by=None, summary=_("Scored open deals")) as changes:
            changes.about(Opportunity)
            factors = chosen(tables.settings().factors)
            changed += rescore(changes, ids, tables.scoring_teams(), factors)
    return changed


def _note(**values: Any) -> None:
    ScoreRun.objects.update_or_create(
        pk=ScoreRun.only, defaults=values, create_defaults={"asked_at": timezone.now(), **values}
    )
