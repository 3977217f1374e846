"""The screens of assignment: who may open them, what they say, and that trying changes nothing."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kairos.core.history import change_set
from kairos.core.models import ChangeSet, FieldChange
from kairos.crm.actions.assignment import assign_waiting
from kairos.crm.actions.opportunities import create_lead, update_opportunity
from kairos.crm.actions.stages import found_lead_stages
from kairos.crm.assignment.looking_back import look_back
from kairos.crm.assignment.overview import arrivals, trial
from kairos.crm.assignment.seats import rosters_of
from kairos.crm.models import Assignment, AssignmentRun, Lead, MemberRule, Opportunity, TeamProcess
from tests.world import World

As = Callable[[Any], Client]
LEADERS = [("ada", 200), ("lena", 200), ("sam", 404), ("tia", 404), ("otto", 404), ("stranger", 404)]


@pytest.fixture
def house(world: World) -> World:
    """Six leads wait in North, which assigns by hand; Sam takes 20, Tia 10, Lena none."""
    with change_set(by=world.ada, summary="Stages") as changes:
        found_lead_stages(changes)
        changes.create(TeamProcess, team=world.north)
        for user, capacity in ((world.lena, 0), (world.sam, 20), (world.tia, 10)):
            changes.create(MemberRule, team=world.north, user=user, capacity=capacity)
    for n in range(6):
        bring(world, f"Lead {n}")
    return world


def bring(world: World, title: str, **values: Any) -> Lead:
    given = {"title": title, "team": world.north, "salesperson": None, **values}
    return create_lead(values=given, by=world.ada)


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def addresses(world: World) -> list[str]:
    team = f"/teams/{world.north.pk}/assignment"
    return [team, f"{team}?try=now", f"{team}?try=past", f"{team}/member?person={world.sam.pk}"]


@pytest.mark.parametrize(("who", "status"), LEADERS)
def test_only_those_who_lead_the_team_arrange_it(house: World, as_: As, who: str, status: int) -> None:
    client = as_(getattr(house, who))
    assert [client.get(path).status_code for path in addresses(house)] == [status] * 4
    if status == 404:
        before = FieldChange.objects.count()
        data = {"assignment_mode": "immediate", "assignment_hours": "1", "condition": ""}
        assert client.post(addresses(house)[0], data).status_code == 404
        assert client.post(addresses(house)[3], {"capacity": "1"}).status_code == 404
        assert client.post(f"{addresses(house)[0]}/run").status_code == 404
        assert FieldChange.objects.count() == before
        assert Lead.objects.exclude(salesperson=None).count() == 0


def test_everybody_else_sees_their_own_share_and_a_stranger_nothing(house: World, as_: As) -> None:
    text = page(as_(house.sam), "/assignment")
    assert "Your share" in text
    assert "0 / 20" in text
    assert "Tia Team" not in text
    assert "Runs" not in text.split('id="content"')[1]
    assert as_(house.stranger).get("/assignment").status_code == 404
    assert "Tia Team" in page(as_(house.lena), "/assignment")
    assert "South" not in page(as_(house.lena), "/assignment").split('id="content"')[1]


def test_a_leader_gives_out_the_queue_and_takes_it_back(house: World, as_: As) -> None:
    client = as_(house.lena)
    answer = client.post(f"/teams/{house.north.pk}/assignment/run", {"from": "overview"})
    assert (answer.status_code, answer["Location"]) == (302, "/assignment")
    text = page(client, "/assignment")
    assert "6 leads were given out, 0 are left." in text
    assert Lead.objects.filter(salesperson=house.sam).count() == 4
    run = AssignmentRun.objects.get()
    assert as_(house.otto).post(f"/assignment/runs/{run.pk}/undo").status_code == 404
    assert as_(house.sam).post(f"/assignment/runs/{run.pk}/undo").status_code == 404
    assert Lead.objects.filter(salesperson=house.sam).count() == 4
    client.post(f"/assignment/runs/{run.pk}/undo")
    assert Lead.objects.exclude(salesperson=None).count() == 0
    assert Assignment.objects.count() == 0
    assert "Undone" in page(client, "/assignment")


def test_undoing_a_run_leaves_alone_what_somebody_has_moved_since(house: World, as_: As) -> None:
    assign_waiting([house.north], by=house.lena)
    moved = Lead.objects.filter(salesperson=house.sam)[0]
    update_opportunity(moved, values={"salesperson": house.lena}, by=house.lena)
    answer = as_(house.lena).post(f"/assignment/runs/{AssignmentRun.objects.get().pk}/undo", follow=True)
    assert "1 lead stays as it is" in answer.content.decode()
    assert [lead.pk for lead in Lead.objects.exclude(salesperson=None)] == [moved.pk]


def test_the_overview_says_why_nobody_takes_a_lead(house: World, as_: As) -> None:
    MemberRule.objects.filter(user=house.sam).update(is_paused=True)
    MemberRule.objects.filter(user=house.tia).update(capacity=0)
    text = page(as_(house.lena), "/assignment")
    assert "Everybody is paused or away." in text
    MemberRule.objects.filter(user=house.tia).update(capacity=1)
    assign_waiting([house.north], by=house.lena)
    text = page(as_(house.lena), "/assignment")
    assert "Everybody who could take it is full." in text
    assert "1 of 1" in text
    text = page(as_(house.lena), "/")
    assert "Leads nobody has" in text
    assert "5 wait" in text
    assert "Leads nobody has" not in page(as_(house.sam), "/")


def test_leads_without_a_team_are_shown_to_administrators(house: World, as_: As) -> None:
    bring(house, "Whose?", team=None)
    assert "1 lead has no team." in page(as_(house.ada), "/assignment")
    assert "has no team" not in page(as_(house.lena), "/assignment")


def test_trying_says_who_and_why_and_changes_nothing(house: World, as_: As) -> None:
    counts = (ChangeSet.objects.count(), Assignment.objects.count(), AssignmentRun.objects.count())
    text = page(as_(house.lena), f"/teams/{house.north.pk}/assignment?try=now")
    assert "Of 2 who could take it, it was their turn: 0.7 due and 0 received in 30 days." in text
    assert "Tia Team: 0.3 due, 0 received" in text
    assert "Lena Leader: takes no leads" in text
    assert Lead.objects.exclude(salesperson=None).count() == 0
    assert counts == (ChangeSet.objects.count(), Assignment.objects.count(), AssignmentRun.objects.count())


def test_a_trial_says_what_a_run_then_does(house: World, as_: As) -> None:
    TeamProcess.objects.filter(team=house.north).update(condition=["country", "is", "TW"])
    for n in range(3):
        bring(house, f"Coming {n}", team=None, country="TW", created_at=timezone.now() - dt.timedelta(days=n))
    now = timezone.now()
    [roster] = rosters_of([house.north], now=now)
    coming = arrivals(now=now)[house.north.pk]
    assert len(coming) == 3
    tried = {turn.lead.pk: turn.to.pk for turn in trial(roster, coming, now=now)}
    assert "3 without a team would come" in page(as_(house.lena), "/assignment")
    tried_page = page(as_(house.lena), f"/teams/{house.north.pk}/assignment?try=now")
    assert "3 without a team would come too. Trying changes nothing." in tried_page
    assign_waiting([house.north], by=house.lena)
    assert tried == dict(Lead.objects.values_list("pk", "salesperson"))


def test_the_last_90_days_are_played_again_with_capacity_of_each_month(house: World, as_: As) -> None:
    """Sixty leads, two a day for thirty days, then thirty more after: capacities 20 and 10 hold in every 30 days."""
    Lead.objects.all().delete()
    now = timezone.now()
    stage = house.sams_deal.stage
    given = [
        Opportunity(
            title=f"Past {n}",
            team=house.north,
            stage=stage,
            currency="USD",
            salesperson=house.sam,
            created_at=now - dt.timedelta(days=80) + dt.timedelta(hours=12 * n),
        )
        for n in range(150)
    ]
    Opportunity.objects.bulk_create(given)
    Opportunity.objects.filter(title__in=["Anvils", "Rockets"]).delete()
    past = look_back(house.north, now=now)
    found = {str(one.person): (one.would, one.really, round(one.due)) for one in past.shares}
    assert past.leads == 150
    assert found == {
        "Sam Seller": (60, 150, 67),
        "Tia Team": (30, 0, 33),
        "Lena Leader": (0, 0, 0),
    }
    assert past.would_be_nobodys == 60
    before = FieldChange.objects.count()
    text = page(as_(house.lena), f"/teams/{house.north.pk}/assignment?try=past")
    assert "150 leads came since" in text
    assert FieldChange.objects.count() == before


def test_a_leader_saves_when_and_which_leads(house: World, as_: As) -> None:
    condition = json.dumps({"all": [["country", "is", "DE"]]})
    data = {"assignment_mode": "scheduled", "assignment_hours": "6", "condition": condition}
    answer = as_(house.lena).post(f"/teams/{house.north.pk}/assignment", data)
    assert answer.status_code == 302
    process = TeamProcess.objects.get(team=house.north)
    assert (process.assignment_mode, process.assignment_hours) == ("scheduled", 6)
    assert process.condition == ["country", "is", "DE"]
    text = page(as_(house.lena), f"/teams/{house.north.pk}/assignment")
    assert "Country is Germany" in text


def test_a_condition_nobody_can_mean_is_refused(house: World, as_: As) -> None:
    data = {"assignment_mode": "scheduled", "assignment_hours": "6", "condition": '["nonsense", "is", 1]'}
    answer = as_(house.lena).post(f"/teams/{house.north.pk}/assignment", data)
    assert answer.status_code == 422
    assert TeamProcess.objects.get(team=house.north).assignment_mode == "manual"


def test_capacity_and_pauses_are_edited_in_the_table(house: World, as_: As) -> None:
    path = f"/teams/{house.north.pk}/assignment"
    given = {f"capacity-{user.pk}": 5 for user in (house.lena, house.sam, house.tia)}
    as_(house.lena).post(path, {**given, f"paused-{house.tia.pk}": "1"})
    rows = MemberRule.objects.order_by("user__name").values_list("capacity", "is_paused")
    assert list(rows) == [(5, False), (5, False), (5, True)]
    answer = as_(house.lena).post(path, {**given, f"capacity-{house.sam.pk}": "-1"})
    assert answer.status_code == 422
    assert MemberRule.objects.get(user=house.sam).capacity == 5


def test_all_that_a_member_takes_is_edited_on_a_page(house: World, as_: As) -> None:
    path = f"/teams/{house.north.pk}/assignment/member?person={house.sam.pk}"
    data = {
        "capacity": "12",
        "condition": json.dumps({"all": []}),
        "preferred": json.dumps(["country", "is", "DE"]),
        "languages": ["de", "en"],
        "countries": ["DE"],
    }
    assert as_(house.lena).post(path, data).status_code == 302
    rule = MemberRule.objects.get(user=house.sam)
    assert (rule.capacity, rule.condition, rule.preferred) == (12, None, ["country", "is", "DE"])
    assert (rule.languages, rule.countries) == (["de", "en"], ["DE"])
    assert as_(house.lena).get(path.replace(str(house.sam.pk), str(house.otto.pk))).status_code == 404


def test_people_pause_themselves(house: World, as_: As) -> None:
    path = f"/teams/{house.north.pk}/assignment/pause"
    as_(house.sam).post(path, {"pause": "1"})
    assert MemberRule.objects.get(user=house.sam).is_paused is True
    assert "Take leads again" in page(as_(house.sam), "/assignment")
    as_(house.sam).post(path, {"pause": "0"})
    assert MemberRule.objects.get(user=house.sam).is_paused is False
    assert as_(house.otto).post(path, {"pause": "1"}).status_code == 404


def test_what_is_new_stands_on_today_until_it_is_opened(house: World, as_: As) -> None:
    assert "New for you" not in page(as_(house.sam), "/")
    Lead.objects.exclude(title="Lead 0").delete()
    assign_waiting([house.north], by=house.lena)
    assert "Lead 0" in page(as_(house.sam), "/").split("New for you")[1]
    lead = Lead.objects.get()
    text = page(as_(house.sam), f"/leads/{lead.pk}")
    line = Assignment.objects.get()
    assert f"/assignment/{line.pk}/seen" in text
    assert as_(house.tia).post(f"/assignment/{line.pk}/seen").status_code == 404
    assert as_(house.sam).post(f"/assignment/{line.pk}/seen").status_code == 204
    assert "New for you" not in page(as_(house.sam), "/")
    assert f"/assignment/{line.pk}/seen" not in page(as_(house.sam), f"/leads/{lead.pk}")


def test_a_notice_tells_of_what_came_since(house: World, as_: As) -> None:
    before = timezone.now().timestamp()
    assign_waiting([house.north], by=house.lena)
    text = as_(house.sam).get(f"/assignment/news?after={before}").content.decode()
    assert text.count("New for you") == 3
    assert "And 1 more" in text
    assert f'data-live-region="user-{house.sam.pk}-news"' in text
    later = timezone.now().timestamp()
    assert "New for you" not in as_(house.sam).get(f"/assignment/news?after={later}").content.decode()
    assert "New for you" not in as_(house.lena).get(f"/assignment/news?after={before}").content.decode()
    assert as_(house.sam).get("/assignment/news?after=nonsense").status_code == 200
    assert f'data-live-region="user-{house.sam.pk}-news"' in page(as_(house.sam), "/")


def test_the_page_says_why_it_is_whose_in_both_languages(house: World, as_: As) -> None:
    assign_waiting([house.north], by=house.lena)
    lead = Lead.objects.filter(salesperson=house.sam).order_by("pk")[0]
    text = page(as_(house.lena), f"/leads/{lead.pk}")
    assert "Why Sam Seller?" in text
    assert "The rules of North gave it to Sam Seller." in text
    assert "Tia Team: 0.3 due, 0 received" in text
    update_opportunity(lead, values={"salesperson": house.tia}, by=house.lena)
    text = page(as_(house.lena), f"/leads/{lead.pk}")
    assert "Lena Leader gave it to Tia Team by hand." in text
    house.lena.__class__.objects.filter(pk=house.lena.pk).update(language="zh-hant")
    assert "Tia Team" in page(as_(house.lena), f"/leads/{lead.pk}")


def test_chosen_leads_go_by_the_rules_too(house: World, as_: As) -> None:
    two = list(Lead.objects.order_by("pk").values_list("pk", flat=True)[:2])
    data = {"ids": two, "run": "1", "key": "k"}
    assert as_(house.lena).post("/leads/bulk/assign-by-rules", data).status_code == 200
    assert sorted(Lead.objects.exclude(salesperson=None).values_list("pk", flat=True)) == two
    data = {"ids": [Lead.objects.filter(salesperson=None)[0].pk], "run": "1", "key": "l"}
    as_(house.tia).post("/leads/bulk/assign-by-rules", data)
    assert Lead.objects.exclude(salesperson=None).count() == 2


def test_the_overview_costs_the_same_however_many_leads(house: World, as_: As) -> None:
    client = as_(house.lena)
    page(client, "/assignment")
    with CaptureQueriesContext(connection) as few:
        page(client, "/assignment")
    for n in range(20):
        bring(house, f"More {n}")
    with CaptureQueriesContext(connection) as many:
        page(client, "/assignment")
    assert len(many) == len(few) <= 34


def test_the_builder_puts_a_condition_into_the_form(house: World, as_: As) -> None:
    client = as_(house.lena)
    into = {"name": "condition", "label": "Takes", "unset": "None"}
    opened = client.get("/leads/condition-field", into).content.decode()
    assert 'name="into_name" value="condition"' in opened
    assert "Choose a field" in opened
    row = {"c.group": "all", "c.0.field": "country", "c.0.op": "in", "c.0.value": "DE"}
    sent = {f"into_{name}": value for name, value in into.items()}
    answer = client.post("/leads/condition-field", {**row, **sent, "do": "apply"})
    text = answer.content.decode()
    assert 'hx-target="#condition-field-condition"' in text
    assert "Country is Germany" in text
    assert "&#34;country&#34;" in text
    assert answer["HX-Trigger"] == "dialog:close"
    assert client.get("/leads/condition-field", {**into, "name": "<x>"}).status_code == 404
    bad = client.get("/leads/condition-field", {**into, "value": "{nonsense"})
    assert "This condition cannot be read." in bad.content.decode()
    assert "None" in client.get("/leads/condition-field", {**into, "clear": "1"}).content.decode()
