"""A past day on list and board: what was then, not what is now."""

import datetime as dt
import random
import re
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Sum
from django.utils import timezone

from kairos.core.actions.records import archive_records, restore_records
from kairos.core.exports import rows_of
from kairos.core.history import change_set
from kairos.core.history.as_of import apply_as_of, as_of, end_of_day
from kairos.core.listing import read_listing
from kairos.core.models import Tag
from kairos.core.records import type_called
from kairos.crm.actions.opportunities import create_opportunity
from kairos.crm.models import Opportunity

UTC = dt.UTC
FIELDS = (
    "title stage salesperson status closed_at lost_reason lost_note expected_revenue currency probability "
    "expected_closing priority is_probability_manual archived_at weighted_revenue"
).split()


ATTRIBUTES = {field.name: field.attname for field in Opportunity._meta.concrete_fields}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def noon(text: str) -> dt.datetime:
    return dt.datetime.combine(day(text), dt.time(12), tzinfo=UTC)


@pytest.fixture
def deal(world):
    """Bought in steps: made on 1 March as New for 100, moved on 10 March, 200 on 20 March, won on 1 April."""
    made = create_opportunity(
        values={"title": "Bolts", "salesperson": world.sam, "team": world.north, "expected_revenue": 100},
        by=world.sam,
        at=noon("2026-03-01"),
    )
    steps = (
        ("2026-03-10", {"stage": world.talking, "probability": 40, "expected_closing": day("2026-05-01")}),
        ("2026-03-20", {"expected_revenue": 200, "title": "Better bolts", "salesperson": world.tia}),
        (
            "2026-04-01",
            {"stage": world.won, "status": "won", "closed_at": noon("2026-04-01"), "probability": 100},
        ),
    )
    for when, values in steps:
        with change_set(by=world.ada, summary="Step", at=noon(when)) as changes:
            changes.update(made, **values)
    return made


def listed(client, url: str) -> dict[str, str]:
    """Titles in the list, with the text of the rest of their row."""
    body = client.get(url).content.decode()
    rows = re.findall(r'<tr id="opportunity-\d+-row".*?</tr>', body, re.DOTALL)
    found = {}
    for row in rows:
        title = re.findall(r"data-selection-link>(.*?)</a>", row, re.DOTALL)[0].strip()
        found[title] = " ".join(re.sub(r"<[^>]*>", " ", row).split())
    return found


def test_the_list_shows_each_day_as_it_was(world, as_, deal):
    client = as_(world.ada)
    columns = "title,stage,expected_revenue,weighted_revenue,expected_closing,salesperson"
    url = f"/opportunities?view=list&columns={columns}&as_of="
    assert listed(client, url + "2026-02-28") == {}
    assert "New" in listed(client, url + "2026-03-01")["Bolts"]
    middle = listed(client, url + "2026-03-10")["Bolts"]
    for word in ("Talking", "100", "40", "May 1, 2026", "Sam Seller"):
        assert word in middle
    later = listed(client, url + "2026-03-31")["Better bolts"]
    for word in ("Talking", "200", "80", "Tia Team"):
        assert word in later
    assert "Won" in listed(client, url + "2026-04-01")["Better bolts"]


def test_conditions_order_and_search_ask_the_day_that_is_shown(world, as_, deal):
    client = as_(world.ada)
    url = "/opportunities?view=list&as_of=2026-03-15&"
    assert list(listed(client, f"{url}where=stage:is:{world.talking.pk}")) == ["Bolts"]
    assert listed(client, f"{url}where=stage:is:{world.won.pk}") == {}
    assert list(listed(client, f"{url}where=expected_revenue:lt:150&sort=salesperson")) == ["Bolts"]
    assert list(listed(client, f"{url}filter=open&sort=-expected_closing")) == ["Bolts"]
    assert list(listed(client, f"{url}where=expected_closing:within:next.60.days")) == ["Bolts"]
    assert (
        listed(client, "/opportunities?view=list&as_of=2026-03-05&where=expected_closing:is_not_empty") == {}
    )
    assert list(listed(client, "/opportunities?view=list&as_of=2026-03-05&where=closed_at:is_empty")) == [
        "Bolts"
    ]


def test_groups_and_sums_are_of_that_day(world, as_, deal):
    body = as_(world.ada).get("/opportunities?view=list&group=stage&as_of=2026-03-15").content.decode()
    heads = re.findall(r"<span>([^<]*)</span></button>\s*<span class=\"count\">([^<]*)</span>", body)
    assert heads == [("Talking", "1")]
    assert "US$100" in body or "$100" in body


def test_the_board_of_a_day_counts_what_was_open_then(world, as_, deal):
    client = as_(world.ada)
    body = client.get("/opportunities?as_of=2026-03-15").content.decode()
    counts = dict(
        re.findall(r'<h2 class="column-name[^>]*>(.*?)</h2>\s*<span class="count">(.*?)</span>', body)
    )
    assert (counts["Talking"], counts["Won"]) == ("1", "0")
    assert "Bolts" in body
    assert "Mar 15, 2026" in body or "March 15, 2026" in body
    now = client.get("/opportunities").content.decode()
    counts = dict(
        re.findall(r'<h2 class="column-name[^>]*>(.*?)</h2>\s*<span class="count">(.*?)</span>', now)
    )
    assert (counts["Talking"], counts["Won"]) == ("0", "1")


def test_nothing_can_be_changed_in_the_past(world, as_, deal):
    client = as_(world.ada)
    for url in ("/opportunities?as_of=2026-03-15", "/opportunities?view=list&as_of=2026-03-15"):
        body = client.get(url).content.decode()
        content = body[body.index('id="content"') :]
        for control in (
            "hx-post",
            "inline-edit",
            "data-sortable-target",
            "drop-zone",
            "bulkbar",
            "quick-create",
        ):
            assert control not in content.split('class="dialog"')[0], control


def test_archived_then_and_restored_since(world, as_, deal):
    with change_set(by=world.ada, summary="Archive", at=noon("2026-03-12")) as changes:
        changes.update(deal, archived_at=noon("2026-03-12"))
    restore_records([deal], by=world.ada)
    client = as_(world.ada)
    assert "Better bolts" in listed(client, "/opportunities?view=list")
    assert listed(client, "/opportunities?view=list&as_of=2026-03-15") == {}
    assert list(listed(client, "/opportunities?view=list&as_of=2026-03-15&archived=1")) == ["Bolts"]
    archive_records([deal], by=world.ada)
    assert list(listed(client, "/opportunities?view=list&as_of=2026-03-11")) == ["Bolts"]


def test_tags_are_those_of_the_day(world, as_, deal):
    hot, cold = Tag.objects.create(name="hot"), Tag.objects.create(name="cold")
    for when, tags in (("2026-03-05", [hot]), ("2026-03-25", [hot, cold]), ("2026-04-02", [])):
        with change_set(by=world.ada, summary="Tag", at=noon(when)) as changes:
            changes.set_related(deal, "tags", tags)
    url = "/opportunities?view=list&columns=title,tags&as_of="
    client = as_(world.ada)
    assert listed(client, url + "2026-03-04")["Bolts"].endswith("Bolts")
    assert listed(client, url + "2026-03-06")["Bolts"].endswith("hot")
    assert "cold" in listed(client, url + "2026-03-26")["Better bolts"]
    assert "hot" not in listed(client, url + "2026-04-03")["Better bolts"]


def test_a_day_ends_in_the_persons_time_zone(world, as_, deal):
    with change_set(by=world.ada, summary="Late", at=dt.datetime(2026, 3, 5, 22, tzinfo=UTC)) as changes:
        changes.update(deal, priority=3)
    listing = {"view": "list", "columns": "title,priority", "as_of": "2026-03-05"}
    seen = {}
    for zone in ("UTC", "Asia/Taipei"):
        with timezone.override(ZoneInfo(zone)):
            seen[zone] = list(rows_of(read_listing(type_called("opportunities"), listing, user=world.ada)))
    assert seen == {"UTC": [["Bolts", 3]], "Asia/Taipei": [["Bolts", 0]]}


def test_exports_show_the_day_too(world, as_, deal):
    url = "/opportunities/export.csv?columns=title,stage,expected_revenue&as_of=2026-03-15"
    response = as_(world.ada).get(url)
    assert 'filename="opportunities-2026-03-15.csv"' in response.headers["Content-Disposition"]
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[1:] == ["Bolts,Talking,100.000,USD"]


def test_what_the_person_may_not_see_today_stays_unseen(world, as_, deal):
    assert listed(as_(world.sam), "/opportunities?view=list&as_of=2026-03-15") == {}
    assert list(listed(as_(world.tia), "/opportunities?view=list&as_of=2026-03-15")) == ["Bolts"]


@pytest.mark.parametrize("seed", range(4))
def test_any_day_equals_a_replay_of_what_happened(world, seed):
    """Random changes at random times; each day is compared with values remembered while they were made."""
    dice = random.Random(seed)
    tags = [Tag.objects.create(name=f"t{seed}{n}") for n in range(3)]
    begun = day("2026-01-01")
    deals = [
        create_opportunity(
            values={"title": f"D{n}", "salesperson": world.sam, "team": world.north, "expected_revenue": n},
            by=world.ada,
            at=noon("2026-01-01") - dt.timedelta(hours=6),
        )
        for n in range(5)
    ]
    kept = {begun: _photo(deals)}
    now, last = begun, noon("2026-01-01")
    for _step in range(40):
        now += dt.timedelta(days=dice.choice((0, 0, 1, 3)))
        moment = dt.datetime.combine(now, dt.time(dice.randrange(24), dice.randrange(60)), tzinfo=UTC)
        last = moment = max(moment, last)
        record = dice.choice(deals)
        with change_set(by=world.ada, summary="Random", at=moment) as changes:
            changes.update(record, **_values(dice, world, moment))
            if dice.random() < 0.3:
                changes.set_related(record, "tags", dice.sample(tags, dice.randrange(4)))
        kept[now] = _photo(deals)
    ids = [record.pk for record in deals]
    for shown in (begun + dt.timedelta(n) for n in range((now - begun).days + 1)):
        expected = kept[max(one for one in kept if one <= shown)]
        with timezone.override(UTC):
            cutoff = end_of_day(shown)
        found = as_of(Opportunity.objects.filter(pk__in=ids).order_by("pk"), cutoff, FIELDS)
        records = list(found)
        annotated = [{name: getattr(r, f"as_of_{name}") for name in FIELDS} for r in records]
        apply_as_of(records, cutoff)
        assert _photo(records, refresh=False) == expected
        assert annotated == [{n: v for n, v in one.items() if n != "tags"} for one in expected]
        total = found.aggregate(sum=Sum("as_of_expected_revenue"))["sum"]
        assert total == sum(one["expected_revenue"] for one in expected)
        for status in ("open", "lost"):
            count = found.filter(as_of_status=status, as_of_closed_at__isnull=status == "open").count()
            assert count == sum(one["status"] == status for one in expected)


def _values(dice, world, moment):
    lost = dice.random() < 0.3
    choices = {
        "title": dice.choice(("=1", "naïve", "德", "")) + str(dice.randrange(9)),
        "stage": dice.choice((world.new, world.talking)),
        "salesperson": dice.choice((world.sam, world.tia, None)),
        "expected_revenue": Decimal(dice.randrange(10**9)) / 1000,
        "currency": dice.choice(("USD", "TWD")),
        "probability": dice.randrange(101),
        "expected_closing": dice.choice((None, moment.date(), day("2025-12-31"))),
        "priority": dice.randrange(4),
        "is_probability_manual": dice.random() < 0.5,
        "archived_at": dice.choice((None, moment)),
    }
    chosen = {name: choices[name] for name in dice.sample(sorted(choices), 3)}
    status = {"status": "lost", "closed_at": moment.replace(microsecond=dice.randrange(2)), "lost_note": "no"}
    return chosen | (status if lost else {"status": "open", "closed_at": None, "lost_note": ""})


def _photo(records, *, refresh: bool = True):
    """What the tracked fields hold, as plain values."""
    if refresh:
        records = Opportunity.objects.filter(pk__in=[r.pk for r in records]).order_by("pk")
    return [
        {name: getattr(r, ATTRIBUTES[name]) for name in FIELDS}
        | {"tags": sorted(tag.name for tag in r.tags.all())}
        for r in records
    ]
