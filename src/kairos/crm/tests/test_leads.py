"""Leads are records of the same table with a list, a board and an address of their own."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kairos.core.history import change_set
from kairos.core.models import ChangeSet, FieldChange, ImportRun
from kairos.crm.actions.leads import add_lead
from kairos.crm.actions.opportunities import create_lead
from kairos.crm.actions.processes import update_team_process
from kairos.crm.actions.stages import found_lead_stages
from kairos.crm.actions.touches import Brought
from kairos.crm.models import Lead, LostReason, Opportunity, OpportunityTally, Source
from tests.world import World

As = Callable[[Any], Client]


@pytest.fixture
def lead(world: World) -> Lead:
    with change_set(by=world.ada, summary="Stages") as changes:
        found_lead_stages(changes)
    values = {"title": "Wants anvils", "contact_name": "Wile E.", "email": "wile@acme.example"}
    return create_lead(values=values, by=world.sam)


def test_a_lead_is_no_opportunity_until_it_is_converted(world: World, as_: As, lead: Lead) -> None:
    assert lead.stage.name == "New"
    assert lead.team == world.north
    assert Opportunity.objects.filter(pk=lead.pk).count() == 0
    assert "Wants anvils" in as_(world.sam).get("/leads").content.decode()
    assert "Wants anvils" not in as_(world.sam).get("/opportunities?view=list").content.decode()
    tallied = OpportunityTally.objects.filter(kind="lead", count__gt=0).values_list("stage__name", "count")
    assert list(tallied) == [("New", 1)]


def test_the_board_of_leads_has_the_columns_of_their_process(world: World, as_: As, lead: Lead) -> None:
    board = as_(world.sam).get("/leads?view=board").content.decode()
    assert "Contacted" in board
    assert "Talking" not in board
    assert "Wants anvils" in board
    assert "Contacted" not in as_(world.sam).get("/opportunities?view=board").content.decode()


def test_history_and_search_know_leads_by_the_name_of_their_table(world: World, as_: As, lead: Lead) -> None:
    assert FieldChange.objects.filter(record_type="opportunity", record_id=lead.pk, field="").count() == 1
    found = as_(world.sam).get("/commands?q=anvils").content.decode()
    assert f"/leads/{lead.pk}" in found
    assert f"/opportunities/{lead.pk}" not in found


def test_the_address_of_the_other_list_leads_on(world: World, as_: As, lead: Lead) -> None:
    answer = as_(world.sam).get(f"/opportunities/{lead.pk}")
    assert (answer.status_code, answer["Location"]) == (302, f"/leads/{lead.pk}")
    assert as_(world.stranger).get(f"/opportunities/{lead.pk}").status_code == 404
    assert (
        as_(world.sam)
        .get(f"/leads/{world.sams_deal.pk}")["Location"]
        .endswith(f"/opportunities/{world.sams_deal.pk}")
    )


def test_a_lead_cannot_stand_in_a_stage_of_the_pipeline(world: World, as_: As, lead: Lead) -> None:
    answer = as_(world.sam).post(
        f"/leads/{lead.pk}/field/stage", {"value": world.talking.pk, "was": lead.stage_id}
    )
    assert answer.status_code in (200, 409, 422)
    lead.refresh_from_db()
    assert lead.stage.name == "New"


def test_the_rail_shows_leads_where_they_are_used(world: World, as_: As) -> None:
    def rail(who: Any) -> bool:
        return 'href="/leads"' in as_(who).get("/opportunities?view=list").content.decode()

    assert not any(rail(who) for who in (world.ada, world.lena, world.sam, world.otto))
    update_team_process(world.south, values={"uses_leads": True}, by=world.ada)
    assert [rail(who) for who in (world.ada, world.otto, world.sam, world.stranger)] == [
        True,
        True,
        False,
        False,
    ]


def test_the_rail_shows_leads_to_whoever_has_one(world: World, as_: As, lead: Lead) -> None:
    page = as_(world.sam).get("/opportunities?view=list").content.decode()
    assert 'href="/leads"' in page
    assert 'href="/leads"' not in as_(world.otto).get("/opportunities?view=list").content.decode()


def test_a_lead_typed_in_is_named_after_whoever_it_is(world: World, as_: As, lead: Lead) -> None:
    source = Source.objects.create(name="Fair")
    data = {"contact_name": "Beep B.", "company_name": "Coyote Ltd", "email": "beep@coyote.example"}
    as_(world.sam).post("/leads/new", {**data, "source": source.pk, "key": "k1"})
    made = Lead.objects.latest("pk")
    assert (made.title, made.channel, made.salesperson) == ("Coyote Ltd", "hand", world.sam)
    assert made.email_quality == "correct"
    touch = made.touches.get()
    assert (touch.channel, touch.source, made.last_source, made.last_customer_event_at) == (
        "hand", source, source, None,
    )  # fmt: skip


def test_a_lead_of_nobody_is_refused(world: World, as_: As, lead: Lead) -> None:
    before = Lead.objects.count()
    answer = as_(world.sam).post("/leads/new", {"priority": "1", "key": "k1"})
    assert answer.status_code == 409
    assert "Say who it is" in answer.content.decode()
    assert Lead.objects.count() == before


def test_a_card_says_who_it_is_where_from_and_whether_they_can_be_reached(
    world: World, as_: As, lead: Lead
) -> None:
    board = as_(world.sam).get("/leads?view=board").content.decode()
    assert "Wile E." in board
    assert "By hand" in board
    assert "Has an e-mail address" in board
    assert "No phone number" in board


@pytest.mark.parametrize("view", ["list", "board"])
def test_the_queries_of_a_page_of_leads_do_not_grow_with_them(
    world: World, as_: As, lead: Lead, view: str
) -> None:
    client = as_(world.lena)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(f"/leads?view={view}").status_code == 200
        return len(caught)

    def add(number: int) -> None:
        values = {"contact_name": f"Lead {number}", "salesperson": world.sam, "team": world.north}
        add_lead(values=values, channel="form", brought=Brought(source=f"Source {number % 5}"))

    for number in range(5):
        add(number)
    client.get(f"/leads?view={view}")
    few = queries()
    for number in range(5, 30):
        add(number)
    assert queries() <= few


def test_discarding_needs_a_reason_for_leads_and_can_be_taken_back(world: World, as_: As, lead: Lead) -> None:
    spam = LostReason.objects.create(name="Spam", loses="lead")
    LostReason.objects.create(name="Chose a rival", loses="opportunity")
    choices = as_(world.sam).get("/lost-reasons/options?for=lead.lost_reason").content.decode()
    assert "Spam" in choices
    assert "Too dear" in choices
    assert "Chose a rival" not in choices
    assert (
        "Spam" not in as_(world.sam).get("/lost-reasons/options?for=opportunity.lost_reason").content.decode()
    )
    as_(world.sam).post(
        f"/leads/{lead.pk}/do/lose", {"lost_reason": spam.pk, "lost_note": "Bot", "key": "k1"}
    )
    lead.refresh_from_db()
    assert (lead.status, lead.lost_reason, lead.lost_note) == ("lost", spam, "Bot")
    assert ChangeSet.objects.latest("pk").summary == "Discarded %(record)s"
    assert "Discarded" in as_(world.sam).get(f"/leads/{lead.pk}").content.decode()
    as_(world.sam).post(f"/leads/{lead.pk}/do/reopen", {"key": "k2"})
    lead.refresh_from_db()
    assert (lead.status, lead.lost_reason, lead.stage.name) == ("open", None, "New")


def test_a_spreadsheet_of_leads_is_understood(world: World, as_: As, lead: Lead) -> None:
    rows = (
        "Full Name,Company,E-mail Address,Mobile,Lead Source,Job Title,Message\n"
        "Ann Lee,Lee Works,ANN@lee.example,0912 345 678,Fair,Buyer,Needs two\n"
        ",Nameless Ltd,not an address,,,,\n"
    )
    upload = SimpleUploadedFile("leads.csv", rows.encode(), "text/csv")
    page = as_(world.ada).post("/leads/import", {"file": upload})
    run = ImportRun.objects.latest("pk")
    assert page["Location"] == f"/imports/{run.pk}"
    as_(world.ada).post(f"/imports/{run.pk}/check")
    as_(world.ada).post(f"/imports/{run.pk}/apply")
    ann, nameless = Lead.objects.order_by("-pk")[:2][::-1]
    assert (ann.title, ann.contact_name, ann.company_name, ann.email) == (
        "Lee Works – Ann Lee", "Ann Lee", "Lee Works", "ann@lee.example",
    )  # fmt: skip
    assert (ann.phone, ann.phone_quality, ann.job_title, ann.description) == (
        "+886912345678", "correct", "Buyer", "Needs two",
    )  # fmt: skip
    assert (ann.channel, str(ann.source), str(ann.last_source)) == ("import", "Fair", "Fair")
    assert [(touch.channel, str(touch.source)) for touch in ann.touches.all()] == [("import", "Fair")]
    assert (nameless.title, nameless.email_quality, nameless.touches.count()) == (
        "Nameless Ltd",
        "incorrect",
        0,
    )
