"""The list of any kind of record, through the front door."""

import datetime as dt
import re

import pytest

from kairos.core.actions.records import archive_records
from kairos.core.models import Tag
from kairos.core.records import all_types
from kairos.crm.actions.opportunities import update_opportunity

URL = "/opportunities?view=list"


def titles(response) -> list[str]:
    """The titles of the rows, in order."""
    found = re.findall(r"data-selection-link>(.*?)</a>", response.content.decode())
    return [title.strip() for title in found]


def link(response, label: str) -> str:
    """The address of the pager's button."""
    found = re.search(rf'href="([^"]*)" aria-label="{label}"', response.content.decode())
    return found[1].replace("&amp;", "&") if found else ""


@pytest.mark.parametrize(
    "plural", ["opportunities", "contacts", "teams", "stages", "tags", "users", "products"]
)
def test_every_kind_of_record_has_its_list_from_its_declaration(world, as_, plural):
    response = as_(world.ada).get(f"/{plural}?view=list")
    assert response.status_code == 200
    assert str(next(t for t in all_types() if t.plural == plural).label_plural) in response.content.decode()


def test_people_see_only_what_they_may_see(world, as_):
    assert sorted(titles(as_(world.ada).get(URL))) == ["Anvils", "Magnets", "Rockets"]
    assert titles(as_(world.sam).get(URL)) == ["Anvils"]
    assert sorted(titles(as_(world.tia).get(URL))) == ["Anvils", "Rockets"]
    assert titles(as_(world.stranger).get(URL)) == []


def test_an_unknown_kind_is_not_found_and_a_visitor_must_sign_in(world, as_, client):
    assert as_(world.ada).get("/unicorns").status_code == 404
    assert client.get("/opportunities").status_code == 302


def test_filters_search_and_condition_narrow_the_list_together(world, as_):
    client = as_(world.ada)
    assert titles(client.get(f"{URL}&where=expected_revenue:gte:2500&sort=title")) == ["Magnets", "Rockets"]
    assert titles(client.get(f"{URL}&where=expected_revenue:gte:2500&q=rock")) == ["Rockets"]
    assert titles(as_(world.tia).get(f"{URL}&filter=mine")) == ["Rockets"]
    assert titles(client.get(f"{URL}&filter=won")) == []


def test_the_header_sorts_and_a_second_click_turns_the_order(world, as_):
    client = as_(world.ada)
    assert titles(client.get(f"{URL}&sort=expected_revenue")) == ["Anvils", "Rockets", "Magnets"]
    assert titles(client.get(f"{URL}&sort=-expected_revenue")) == ["Magnets", "Rockets", "Anvils"]
    assert titles(client.get(f"{URL}&sort=salesperson")) == ["Magnets", "Anvils", "Rockets"]
    assert "sort=-title" in client.get(f"{URL}&sort=title").content.decode()


def test_what_makes_no_sense_in_an_address_is_left_out_with_a_notice(world, as_):
    response = as_(world.ada).get(
        "/opportunities?view=spiral&where=(((&sort=zz&group=qq&columns=a,title&as_of=junk&filter=nope&saved=99&after=%00"
    )
    assert response.status_code == 200
    body = response.content.decode()
    for word in ("spiral", "zz", "qq", "junk", "nope"):
        assert f"“{word}” is no" in body
    assert "saved view is no longer there" in body


@pytest.mark.parametrize("place", ["zzz", "W10", "WyJ4IiwxXQ", "W251bGwsIngiXQ", "WzEsMl0", "%FF", "bnVsbA"])
def test_a_made_up_place_opens_the_first_page(world, as_, place):
    for order in ("expected_closing", "title", "-expected_revenue", "created_at"):
        response = as_(world.ada).get(f"{URL}&sort={order}&after={place}")
        assert response.status_code == 200
        assert len(titles(response)) == 3


@pytest.mark.parametrize(
    "order",
    [
        "title",
        "-title",
        "expected_closing",
        "-expected_closing",
        "-expected_revenue",
        "organisation",
        "-created_at",
    ],
)
def test_paging_shows_every_record_once_forwards_and_back(world, as_, many_deals, order):
    today = dt.date(2026, 11, 24)
    many_deals(100, expected_closing=today)
    many_deals(60, prefix="Open end")
    many_deals(40, prefix="Later", expected_closing=today + dt.timedelta(9), organisation=world.acme)
    client = as_(world.ada)
    pages, url = [], f"{URL}&sort={order}"
    while url:
        response = client.get(url)
        pages.append(titles(response))
        url = link(response, "Next page")
    assert [len(page) for page in pages] == [80, 80, 43]
    everything = [title for page in pages for title in page]
    assert len(set(everything)) == 203
    back: list[list[str]] = []
    url = link(response, "Previous page")
    while url:
        response = client.get(url)
        back.insert(0, titles(response))
        url = link(response, "Previous page")
    assert back == pages[:2]
    if "closing" in order:
        assert all(
            title.startswith("Open end") for title in everything[-60 - 3 :][:43] if title.startswith("Open")
        )
        assert [title for title in everything[:140] if title.startswith("Open end")] == []


def test_counting_stops_at_ten_thousand_until_it_is_asked_for(world, as_, many_deals, monkeypatch):
    from kairos.core.listing import paging

    monkeypatch.setattr(paging, "COUNTED", 100)
    many_deals(150)
    client = as_(world.ada)
    assert "100+ records" in client.get(URL).content.decode()
    assert "153 records" in client.get("/opportunities/count?view=list").content.decode()


def test_groups_have_counts_and_sums_and_their_rows_are_loaded_when_opened(world, as_, many_deals):
    many_deals(50, stage=world.talking)
    client = as_(world.ada)
    body = client.get(f"{URL}&group=stage").content.decode()
    heads = re.findall(r"<span>([^<]*)</span></button>\s*<span class=\"count\">([^<]*)</span>", body)
    assert heads == [("Lead in", "1"), ("New", "2"), ("Talking", "50")]
    assert "US$12.2K" in body or "$12.2K" in body
    found = re.findall(r'hx-get="(/opportunities/group\?[^"]*after=[^"]*)"', body)
    more = found[0].replace("&amp;", "&")
    rest = client.get(more)
    assert len(titles(rest)) == 10
    assert client.get("/opportunities/group?view=list&group=stage&key=x").status_code == 404
    assert client.get("/opportunities/group?view=list&key=1").status_code == 404


def test_dates_are_grouped_by_month(world, as_, many_deals):
    many_deals(3, prefix="May", expected_closing=dt.date(2026, 5, 31))
    many_deals(2, prefix="June", expected_closing=dt.date(2026, 6, 1))
    body = as_(world.ada).get(f"{URL}&group=expected_closing").content.decode()
    heads = re.findall(r"<span>([^<]*)</span></button>\s*<span class=\"count\">([^<]*)</span>", body)
    assert heads == [("May 2026", "3"), ("June 2026", "2"), ("Without Expected closing", "3")]


def test_sums_are_by_currency_the_usual_one_first(world, as_, many_deals):
    many_deals(10, currency="USD")
    body = as_(world.ada).get(URL).content.decode()
    assert "US$3.9K +1" in body or "$4K +1" in body or "$3.9K +1" in body or "$4.0K +1" in body
    assert "NT$90,000" in body


def test_chosen_columns_are_shown(world, as_):
    body = as_(world.ada).get(f"{URL}&columns=title,description,team").content.decode()
    head = body[body.index("<thead>") : body.index("</thead>")]
    assert re.findall(r"<span>([^<]*)</span>", head) == ["Title", "Description", "Team"]


def test_a_list_costs_the_same_queries_with_two_hundred_records_as_with_three(
    world, as_, many_deals, queries
):
    client = as_(world.ada)
    for url in (
        URL,
        f"{URL}&group=stage",
        f"{URL}&sort=-expected_closing",
        "/opportunities?view=list&group=salesperson",
    ):
        client.get(url)
        few = queries(client, url)
        deals = many_deals(200, organisation=world.acme, person=world.eve, prefix=url[-8:])
        deals[0].tags.add(Tag.objects.create(name=f"hot {url[-8:]}"))
        many = queries(client, url)
        assert many <= few + 4, url
        assert many <= 20, url


def test_archived_records_are_in_the_archive_only(world, as_):
    archive_records([world.sams_deal], by=world.sam)
    client = as_(world.ada)
    assert "Anvils" not in titles(client.get(URL))
    assert titles(client.get(f"{URL}&archived=1")) == ["Anvils"]


def test_cells_open_their_editor_only_for_who_may_edit(world, as_):
    assert f"/stages/{world.new.pk}/field/name" in as_(world.lena).get("/stages").content.decode()
    assert f"/stages/{world.new.pk}/field/name" not in as_(world.sam).get("/stages").content.decode()


def test_titles_are_text_whatever_they_hold(world, as_):
    update_opportunity(world.sams_deal, values={"title": "<script>alert(1)</script>"}, by=world.sam)
    for url in (URL, "/opportunities", f"{URL}&group=stage"):
        body = as_(world.ada).get(url).content.decode()
        assert "<script>alert" not in body
        assert "&lt;script&gt;alert(1)" in body


def test_an_empty_list_says_what_to_do(world, as_):
    body = as_(world.ada).get("/products").content.decode()
    assert "Nothing here yet" in body
    body = as_(world.ada).get(f"{URL}&q=nothinglikethis").content.decode()
    assert "Nothing matches" in body
