"""The board of any kind of record: its columns, their sums, and cards that move."""

import re

from kairos.core.history import change_set
from kairos.core.models import ChangeSet
from kairos.crm.actions.opportunities import lose_opportunity, win_opportunity
from kairos.crm.models import Opportunity, Stage

URL = "/opportunities"


def columns(response) -> dict[str, str]:
    """Column names with their counts, in order."""
    body = response.content.decode()
    return dict(
        re.findall(r'<h2 class="column-name[^>]*>(.*?)</h2>\s*<span class="count">(.*?)</span>', body)
    )


def cards(response) -> list[str]:
    found = re.findall(r"data-selection-link>(.*?)</a>", response.content.decode())
    return [title.strip() for title in found]


def move(client, deal, column, query: str = "", **more):
    return client.post(f"/opportunities/{deal.pk}/move{query}", {"column": column, "before": "", **more})


def test_the_columns_are_the_stages_of_the_persons_teams(world, as_):
    assert list(columns(as_(world.sam).get(URL))) == ["New", "Talking", "Won"]
    assert list(columns(as_(world.otto).get(f"{URL}?where=team:is:{world.south.pk}"))) == [
        "Lead in",
        "Offer",
        "Signed",
    ]
    everything = columns(as_(world.ada).get(URL))
    assert everything == {"New": "2", "Talking": "0", "Won": "0", "Lead in": "1", "Offer": "0", "Signed": "0"}


def test_open_stages_show_open_deals_and_the_won_stage_won_ones(world, as_):
    win_opportunity(world.sams_deal, by=world.sam)
    lose_opportunity(world.tias_deal, by=world.tia)
    response = as_(world.tia).get(URL)
    assert columns(response) == {"New": "0", "Talking": "0", "Won": "1"}
    assert cards(response) == ["Anvils"]
    asked = as_(world.tia).get(f"{URL}?filter=lost")
    assert columns(asked) == {"New": "1", "Talking": "0", "Won": "0"}
    assert cards(asked) == ["Rockets"]


def test_column_sums_are_exact_and_weighted(world, as_, many_deals):
    many_deals(60, stage=world.talking, probability=40)
    response = as_(world.ada).get(URL)
    assert columns(response)["Talking"] == "60"
    body = response.content.decode()
    head = body[body.index(f'id="column-{world.talking.pk}-head"') :][:3000]
    assert "Expected revenue: US$17,700" in head or "Expected revenue: $17,700" in head
    assert "Weighted revenue: US$7,080" in head or "Weighted revenue: $7,080" in head


def test_forty_cards_come_first_and_the_rest_when_scrolled_to(world, as_, many_deals):
    many_deals(90, stage=world.talking)
    client = as_(world.ada)
    response = client.get(URL)
    assert len([title for title in cards(response) if title.startswith("Deal")]) == 40
    seen = [title for title in cards(response) if title.startswith("Deal")]
    while found := re.search(r'hx-get="(/opportunities/column\?[^"]*)"', response.content.decode()):
        response = client.get(found[1].replace("&amp;", "&"))
        seen += cards(response)
    assert seen == [f"Deal {n:03}" for n in reversed(range(90))]


def test_a_board_costs_the_same_queries_however_many_cards_it_has(world, as_, many_deals, queries):
    client = as_(world.ada)
    client.get(URL)
    few = queries(client, URL)
    for stage in (world.new, world.talking):
        many_deals(60, stage=stage, organisation=world.acme, person=world.eve)
    assert queries(client, URL) <= few + 2
    assert few <= 23


def test_any_declared_field_makes_columns(world, as_):
    assert columns(as_(world.ada).get(f"{URL}?group=salesperson"))["Sam Seller"] == "1"
    assert columns(as_(world.ada).get(f"{URL}?group=status")) == {"Open": "3", "Won": "0", "Lost": "0"}
    assert columns(as_(world.ada).get("/contacts?view=board")) == {"Organisation": "1", "Person": "1"}


def test_dropping_a_card_moves_the_deal_and_answers_with_both_heads(world, as_):
    response = move(as_(world.sam), world.sams_deal, world.talking.pk)
    assert response.status_code == 200
    world.sams_deal.refresh_from_db()
    assert (world.sams_deal.stage, world.sams_deal.probability) == (world.talking, 40)
    body = response.content.decode()
    assert f'hx-target="#column-{world.new.pk}-head"' in body
    assert f'hx-target="#column-{world.talking.pk}-head"' in body
    assert columns(response) == {"New": "0", "Talking": "1"}
    assert f'hx-target="#opportunity-{world.sams_deal.pk}-card"' in body
    assert "Moved “Anvils” to Talking" in body
    assert f"/history/{ChangeSet.objects.latest('pk').pk}/undo" in body


def test_a_card_that_leaves_the_board_is_taken_away(world, as_):
    client = as_(world.sam)
    response = move(client, world.sams_deal, world.won.pk, "?filter=open")
    body = response.content.decode()
    assert f'hx-target="#opportunity-{world.sams_deal.pk}-card" hx-swap="delete"' in body
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.status == "won"


def test_moves_that_cannot_be_are_refused_with_a_sentence_and_change_nothing(world, as_):
    before = ChangeSet.objects.count()
    client = as_(world.sam)
    gone = move(client, world.sams_deal, 999_999)
    closed = move(client, world.sams_deal, "won", "?group=status")
    nothing = move(client, world.sams_deal, "none")
    for response in (gone, closed, nothing):
        assert response.status_code == 409
    assert "This column is no longer there" in gone.content.decode()
    assert "Use Won, Lost or Reopen" in closed.content.decode()
    assert move(client, world.tias_deal, world.talking.pk).status_code == 404
    assert move(client, world.sams_deal, world.talking.pk, "?as_of=2020-01-01").status_code == 403
    assert ChangeSet.objects.count() == before
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.stage == world.new


def test_boards_by_a_plain_field_move_by_writing_it(world, as_):
    response = as_(world.sam).post(f"/contacts/{world.eve.pk}/move?group=country", {"column": "TW"})
    assert response.status_code == 200
    world.eve.refresh_from_db()
    assert world.eve.country == "TW"
    move(as_(world.sam), world.sams_deal, 3, "?group=priority")
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.priority == 3


def test_the_keyboard_asks_for_the_column_by_number(world, as_):
    query = {"listing": "view=board"}
    response = as_(world.sam).get(f"/opportunities/{world.sams_deal.pk}/move", query)
    body = response.content.decode()
    assert re.findall(r'data-shortcut="(\d)"', body) == ["1", "2", "3"]
    assert 'aria-current="true"' in body


def test_a_changed_card_is_drawn_anew(world, as_):
    client = as_(world.sam)
    client.get(URL)
    with change_set(by=world.sam, summary="Renamed") as changes:
        changes.update(world.sams_deal, title="Hammers")
        changes.update(world.acme, name="Acme Works")
    body = client.get(URL).content.decode()
    assert "Hammers" in body
    assert "Anvils" not in body
    assert "Acme Works" in body


def test_leaders_put_columns_into_another_order(world, as_):
    order = f"{world.talking.pk},{world.new.pk},{world.won.pk}"
    assert as_(world.sam).post("/opportunities/columns", {"order": order}).status_code == 409
    assert as_(world.lena).post("/opportunities/columns", {"order": "1,2"}).status_code == 409
    assert list(Stage.objects.for_team(None).values_list("name", flat=True)) == ["New", "Talking", "Won"]
    assert as_(world.lena).post("/opportunities/columns", {"order": order}).status_code == 204
    assert list(Stage.objects.for_team(None).values_list("name", flat=True)) == ["Talking", "New", "Won"]


def test_kinds_without_a_board_have_none(world, as_):
    client = as_(world.ada)
    assert client.get("/tags/column?key=1").status_code == 404
    assert "is no view here" in client.get("/tags?view=board").content.decode()
    for key in ("x", "", "99999999999999999999"):
        assert client.get(f"/opportunities/column?key={key}").status_code in (200, 404)
    assert Opportunity.objects.count() == 3


def test_a_board_by_another_field_shows_open_deals_as_the_stages_do(world, as_):
    lose_opportunity(world.tias_deal, by=world.tia)
    client = as_(world.ada)
    text = client.get("/opportunities?view=board&group=salesperson").content.decode()
    assert "Anvils" in text
    assert "Rockets" not in text
    assert "Rockets" in client.get("/opportunities?view=board&group=status").content.decode()
    asked = client.get("/opportunities?view=board&group=salesperson&where=status:is:lost").content.decode()
    assert "Rockets" in asked


def test_columns_of_one_name_say_whose_they_are(world, as_):
    Stage.objects.filter(pk=world.offer.pk).update(name="Talking")
    page = as_(world.ada).get(URL).content.decode()
    assert "Talking · South" in page
    assert "Talking · North" not in page
    assert "Lead in ·" not in page
