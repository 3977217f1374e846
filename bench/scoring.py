"""How many open deals are scored a second, and how long learning from all closed ones takes."""

import statistics
import time

from django.db import connection

SOURCES = ("Website", "Fair", "Referral", "Partner", "Call", "Newsletter")
PRODUCTS = ("One", "Bench", "Line", "Service", "Training")


def measure() -> dict[str, float]:
    """Deals with eight fields that count, all teams following the score.

    `per_second` is what a night does where nothing has moved: every open deal read, scored and compared. `learn_s` is
    the first night, which learns from all closed deals, tries the past and writes every score and probability.
    """
    from kairos.crm.actions import scoring
    from kairos.crm.models import Opportunity
    from kairos.crm.scoring.sweep import moved_deals
    from kairos.crm.scoring.tables import scoring_teams

    if not scoring_teams():
        _fill_in()
    started = time.perf_counter()
    written = scoring.learn()
    learned = time.perf_counter() - started
    count = Opportunity.with_leads.open().count()
    samples = []
    for _round in range(5):
        started = time.perf_counter()
        moved = sum(len(ids) for team in scoring_teams() for ids in moved_deals(team))
        samples.append(count / (time.perf_counter() - started))
        assert moved == 0, f"{moved} deals moved where nothing has changed"
    return {
        "per_second": round(statistics.median(samples)),
        "open": count,
        "learn_s": round(learned, 1),
        "written": written,
    }


def _fill_in() -> None:
    """Give all deals what scores count: by their number, and so that it tells won from lost a little."""
    from kairos.accounts.models import Team
    from kairos.crm.models import Medium, Product, Source, TeamProcess

    sources = [Source.objects.get_or_create(name=name)[0].pk for name in SOURCES]
    media = [Medium.objects.get_or_create(name=name)[0].pk for name in ("Search", "Mail", "Person")]
    products = [Product.objects.get_or_create(name=name)[0].pk for name in PRODUCTS]
    countries = ("'TW'", "'JP'", "'US'", "'DE'", "''")
    qualities = ("'correct'", "'empty'", "'incorrect'")
    skewed = "id / 7 + (CASE status WHEN %s THEN id %% 3 ELSE 0 END)"
    with connection.cursor() as cursor:
        # S608: numbers and words of our own.
        cursor.execute(
            f"UPDATE crm_opportunity SET source_id = {_by(skewed, sources)}, "
            f"medium_id = {_by('id / 11', media)}, product_id = {_by('id / 13', products)}, "
            f"country = {_by('id / 17', countries)}, email_quality = {_by('id / 3', qualities)}, "
            f"phone_quality = {_by('id / 5', qualities)}",
            ["won"],
        )
        cursor.execute("ANALYZE")
    for team in Team.objects.all():
        TeamProcess.objects.update_or_create(team=team, defaults={"probability_mode": "score"})


def _by(number: str, values: object) -> str:
    options = list(values)  # type: ignore[call-overload]
    whens = " ".join(f"WHEN {place} THEN {value}" for place, value in enumerate(options))
    return f"CASE ({number}) %% {len(options)} {whens} END"
