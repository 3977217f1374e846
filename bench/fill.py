"""A sales organisation of any size: forty salespeople in four teams, one customer per twenty deals, nine stages.

Of the deals six in ten are open, spread over five stages; a quarter is won, the rest lost. Each has the history a
deal has: made, moved twice.
"""

import datetime as dt
import random

from django.db import connection, transaction
from django.utils import timezone

CHUNK = 5_000
WORDS = "steel valve pump crane laser drone sensor cable motor panel filter robot lathe press mixer boiler".split()


def fill(size: int) -> None:
    """Insert `size` opportunities with their customers, history and search text, unless they are there already."""
    from kairos.accounts.models import Team, User, Workspace
    from kairos.contacts.models import Contact
    from kairos.crm.models import Opportunity, Stage

    if Opportunity.objects.count() >= size:
        return
    dice = random.Random(1)
    Workspace.objects.update_or_create(pk=1, defaults={"name": "Bench", "currency": "USD"})
    teams = Team.objects.bulk_create(Team(name=f"Team {n}", currency="USD", position=n) for n in range(4))
    users = User.objects.bulk_create(
        User(name=f"Seller {n}", email=f"s{n}@bench.example", role="sales_team") for n in range(40)
    )
    User.objects.create(name="Boss", email="boss@bench.example", role="administrator")
    User.teams.through.objects.bulk_create(
        User.teams.through(user=user, team=teams[n % 4]) for n, user in enumerate(users)
    )
    stages = Stage.objects.bulk_create(
        Stage(name=name, position=n, probability=p, is_won=p == 100, stale_after_days=14)
        for n, (name, p) in enumerate(
            [
                ("New", 10),
                ("Qualified", 30),
                ("Demo", 50),
                ("Proposal", 60),
                ("Negotiation", 80),
                ("Won", 100),
            ]
        )
    )
    customers = Contact.objects.bulk_create(
        [Contact(kind="organisation", name=_name(dice, n)) for n in range(max(10, size // 20))],
        batch_size=CHUNK,
    )
    _search([(c.pk, c.name.lower()) for c in customers], "contact")
    for start in range(0, size, CHUNK):
        with transaction.atomic():
            _deals(dice, start, min(CHUNK, size - start), users, teams, stages, customers)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _name(dice: random.Random, n: int) -> str:
    return f"{dice.choice(WORDS).title()} & {dice.choice(WORDS).title()} {n}"


def _deals(dice, start, count, users, teams, stages, customers) -> None:
    from kairos.core.models import ChangeSet, FieldChange
    from kairos.crm.models import Opportunity

    now = timezone.now()
    deals = []
    for n in range(start, start + count):
        seller = dice.randrange(40)
        fate = dice.random()
        status = "open" if fate < 0.6 else "won" if fate < 0.85 else "lost"
        stage = stages[5] if status == "won" else stages[dice.randrange(5)]
        created = now - dt.timedelta(days=dice.randrange(700))
        deals.append(
            Opportunity(
                title=f"{dice.choice(WORDS)} {dice.choice(WORDS)} {n}",
                organisation=customers[dice.randrange(len(customers))],
                salesperson=users[seller],
                team=teams[seller % 4],
                stage=stage,
                status=status,
                closed_at=None if status == "open" else min(now, created + dt.timedelta(days=40)),
                probability={"won": 100, "lost": 0}.get(status, stage.probability),
                expected_revenue=dice.randrange(100, 90_000),
                currency="USD",
                expected_closing=(created + dt.timedelta(days=60)).date(),
                priority=dice.choices((0, 1, 2, 3), (6, 3, 2, 1))[0],
                created_at=created,
                stage_entered_at=created,
            )
        )
    Opportunity.objects.bulk_create(deals, batch_size=1000)
    _search([(d.pk, f"{d.title} {d.organisation.name.lower()}") for d in deals], "opportunity")
    row = ChangeSet.objects.create(source="system", summary="Filled", at=now)
    changes = []
    for deal in deals:
        old = str(stages[0].pk)
        changes.append(_change(FieldChange, row, deal, "", None, None, deal.created_at))
        moved = deal.created_at + dt.timedelta(days=5)
        changes.append(_change(FieldChange, row, deal, "stage", old, str(deal.stage_id), moved))
        changes.append(_change(FieldChange, row, deal, "probability", "10", str(deal.probability), moved))
    FieldChange.objects.bulk_create(changes, batch_size=2000)


def _change(model, row, deal, field, old, new, at):
    return model(
        change_set=row, record_type="opportunity", record_id=deal.pk, field=field, old=old, new=new, at=at
    )


def _search(entries, name: str) -> None:
    from kairos.core.models import SearchEntry

    numbers = SearchEntry.numbers(name)
    SearchEntry.objects.bulk_create(
        [SearchEntry(pk=numbers[pk], record_type=name, record_id=pk, text=text) for pk, text in entries],
        batch_size=1000,
    )
