"""Deals whose customer was written to and not heard of since: the filter, the start page, the report, the past."""

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from kairos.core.records import type_of
from kairos.crm.actions.closing import heard_from_customer
from kairos.crm.actions.merging import merge_opportunities
from kairos.crm.models import Opportunity
from kairos.discuss.actions.letters import send_due, send_message
from kairos.discuss.actions.messages import write
from tests.world import World

As = Callable[[Any], Client]
LISTED = "/opportunities?view=list&filter=silent"


def wrote(world: World, deal: Any, *, days_ago: int) -> dt.datetime:
    at = timezone.now() - dt.timedelta(days=days_ago)
    with time_machine.travel(at, tick=False):
        send_message(deal, text="Good day", to=[("Eve", "eve@acme.example")], by=world.ada)
    left = at + dt.timedelta(minutes=1)
    with time_machine.travel(left, tick=False):
        send_due(now=timezone.now())
    return left


def came(deal: Any, *, days_ago: int) -> dt.datetime:
    at = timezone.now() - dt.timedelta(days=days_ago)
    values = {"kind": "message", "text": "Yes", "sender_address": "eve@acme.example"}
    write(deal, values, by=None, at=at)
    return at


def since(deal: Any) -> dt.datetime | None:
    deal.refresh_from_db()
    found: dt.datetime | None = deal.unanswered_since
    return found


def test_a_deal_waits_since_the_first_message_after_the_customer_was_heard(world: World, as_: As) -> None:
    deal = world.sams_deal
    came(deal, days_ago=40)
    first = wrote(world, deal, days_ago=30)
    wrote(world, deal, days_ago=3)
    assert since(deal) == first
    page = as_(world.sam).get(LISTED).content.decode()
    assert "Anvils" in page
    assert "Rockets" not in page


def test_a_message_that_still_waits_to_leave_waits_for_no_answer(world: World) -> None:
    send_message(world.sams_deal, text="Good day", to=[("Eve", "eve@acme.example")], by=world.sam)
    assert since(world.sams_deal) is None


@pytest.mark.parametrize("how", ["mail", "otherwise"])
def test_whatever_the_customer_says_ends_the_wait(world: World, as_: As, how: str) -> None:
    wrote(world, world.sams_deal, days_ago=30)
    if how == "mail":
        came(world.sams_deal, days_ago=2)
    else:
        heard_from_customer(world.sams_deal, at=timezone.now(), by=world.sam)
    assert since(world.sams_deal) is None
    assert "Anvils" not in as_(world.sam).get(LISTED).content.decode()


def test_a_mail_that_is_found_late_ends_only_what_came_before_it(world: World) -> None:
    wrote(world, world.sams_deal, days_ago=30)
    later = wrote(world, world.sams_deal, days_ago=20)
    came(world.sams_deal, days_ago=25)
    assert since(world.sams_deal) == later


def test_two_weeks_of_silence_stand_on_the_start_page_and_lead_to_the_list(world: World, as_: As) -> None:
    wrote(world, world.sams_deal, days_ago=20)
    client = as_(world.sam)
    page = client.get("/").content.decode()
    panel = page[page.index("No answer for two weeks") - 600 :][:1600]
    assert "Anvils" in panel
    [link] = {html.unescape(one) for one in re.findall(r'href="([^"]*unanswered_since[^"]*)"', page)}
    assert "Anvils" in client.get(link).content.decode()


def test_the_report_counts_the_silent_deals_one_sees(world: World, as_: As) -> None:
    wrote(world, world.sams_deal, days_ago=20)
    wrote(world, world.ottos_deal, days_ago=20)
    wrote(world, world.tias_deal, days_ago=5)
    page = as_(world.lena).get("/reports/ready/opportunities/silent", follow=True).content.decode()
    assert "Acme" in page
    assert "Sam Seller" in page
    assert "Otto Other" not in page
    assert "Tia Team" not in page


def test_the_list_of_a_past_day_knows_who_was_silent_then(world: World, as_: As) -> None:
    with time_machine.travel(timezone.now() - dt.timedelta(days=60)):
        early = Opportunity.objects.create(
            title="Early", salesperson=world.sam, stage=world.new, currency="USD", created_at=timezone.now()
        )
    wrote(world, early, days_ago=40)
    came(early, days_ago=5)
    day = (timezone.localdate() - dt.timedelta(days=10)).isoformat()
    client = as_(world.sam)
    assert "Early" in client.get(f"{LISTED}&as_of={day}").content.decode()
    assert "Early" not in client.get(LISTED).content.decode()


def test_merging_keeps_the_longest_wait_that_nothing_ended(world: World) -> None:
    wrote(world, world.sams_deal, days_ago=30)
    came(world.tias_deal, days_ago=25)
    later = wrote(world, world.tias_deal, days_ago=20)
    merge_opportunities([world.sams_deal, world.tias_deal], into=world.sams_deal, choices={}, by=world.ada)
    assert since(world.sams_deal) == later
    assert type_of(Opportunity).fields["unanswered_since"].editable is False
