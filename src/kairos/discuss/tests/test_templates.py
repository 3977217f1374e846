"""Templates of messages: written, filled in for a record, and never more than words."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.utils.translation import override

from kairos.core.records import type_of
from kairos.crm.models import Opportunity
from kairos.discuss.actions.templates import create_template
from kairos.discuss.filling import BrokenTemplate, Filled, TooLong, UnknownPlace, fill
from kairos.discuss.models import MessageTemplate

As = Callable[..., Any]
WELCOME = {
    "name": "Welcome",
    "subject": "About {{ record.title }}",
    "text": "Dear {{ record.organisation }},\nit is {{ record.expected_revenue }}.\n"
    "{{ author.name }}, {{ house.name }}",
}


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def said(world: Any, text: str, **more: Any) -> str:
    template = MessageTemplate(name="x", text=text)
    deal = Opportunity.objects.get(pk=world.sams_deal.pk)
    return fill(template, type_of(Opportunity), deal, by=world.sam, **more).text


def test_a_template_says_what_is_known_of_the_record(world: Any) -> None:
    template = MessageTemplate(**WELCOME, language="en")
    deal = Opportunity.objects.get(pk=world.sams_deal.pk)
    assert fill(template, type_of(Opportunity), deal, by=world.sam) == Filled(
        "About Anvils", "Dear Acme,\nit is $1,000.\nSam Seller, Kairos Test"
    )


def test_dates_and_amounts_are_in_the_language_of_the_template_not_of_the_screen(world: Any) -> None:
    with override("en"):
        there = said(world, "{{ record.status }}", language="zh-hant")
    with override("zh-hant"):
        here = said(world, "{{ record.status }}", language="en")
    assert (there, here) == ("進行中", "Open")


def test_what_is_not_there_is_nothing_and_can_be_asked_for(world: Any) -> None:
    asked = "{% if record.person %}Dear {{ record.person }}{% else %}Hello{% endif %}"
    assert said(world, asked + ", {{ record.phone | default: 'no phone' }}") == "Hello, no phone"
    assert said(world, "{{ record }} {{ author }}") == "Anvils Sam Seller"


@pytest.mark.parametrize(
    ("text", "refusal", "words"),
    [
        ("a\n{{ record.nosuch }}", UnknownPlace, "no “record.nosuch” here (line 2)"),
        ("{{ self }}", UnknownPlace, "no “self” here"),
        ("{{ record.__class__ }}", UnknownPlace, "record.__class__"),
        ("{{ record.title.upper }}", UnknownPlace, "record.title.upper"),
        ("{{ author.password }}", UnknownPlace, "author.password"),
        ("{{ open", BrokenTemplate, "Line 1: expected '}}'"),
        ("{% for x in (1..1000) %}a{% endfor %}", BrokenTemplate, "unexpected tag 'for'"),
        ("{% include 'x' %}", BrokenTemplate, "unexpected tag 'include'"),
        ("{% render '/etc/passwd' %}", BrokenTemplate, "unexpected tag 'render'"),
        ("{% capture a %}x{% endcapture %}", BrokenTemplate, "unexpected tag 'capture'"),
        ("{{ 'x' | append: 'y' }}", BrokenTemplate, "unknown filter 'append'"),
        ("{{ record.title | replace: 'A', 'AA' }}", BrokenTemplate, "unknown filter 'replace'"),
        ("{% if true %}" * 40 + "{% endif %}" * 40, BrokenTemplate, ""),
        ("{% if true %}", BrokenTemplate, ""),
        ("{{ 7*7 }}", BrokenTemplate, ""),
    ],
)
def test_a_broken_template_says_where(world: Any, text: str, refusal: Any, words: str) -> None:
    with pytest.raises(refusal) as raised:
        said(world, text)
    assert words in str(raised.value)


def test_a_template_takes_no_more_room_and_time_than_it_is_long(world: Any) -> None:
    begun = time.monotonic()
    with pytest.raises(TooLong):
        said(world, "{% assign a = '" + "x" * 2000 + "' %}" + "{{ a }}" * 2000)
    assert time.monotonic() - begun < 2


def test_values_are_words_and_not_templates(world: Any, as_: As) -> None:
    Opportunity.objects.filter(pk=world.sams_deal.pk).update(
        title="{{ author.email }} <script>alert(1)</script>"
    )
    world.sams_deal.refresh_from_db()
    assert said(world, "{{ record.title }}") == "{{ author.email }} <script>alert(1)</script>"
    create_template(values={"name": "T", "text": "{{ record.title }}"}, by=world.sam)
    for way in ("templates", "templates/offered"):
        assert "<script>alert" not in text_of(
            as_(world.sam).get(f"/opportunities/{world.sams_deal.pk}/{way}")
        )


def test_a_template_that_does_not_read_is_not_kept(world: Any, as_: As) -> None:
    sam = as_(world.sam)
    answer = sam.post("/message-templates/new", {**WELCOME, "text": "{{ oh", "key": "a"})
    assert (answer.status_code >= 400, "Line 1" in text_of(answer)) == (True, True)
    assert MessageTemplate.objects.count() == 0
    assert sam.post("/message-templates/new", {**WELCOME, "key": "b"}).status_code == 200
    kept = MessageTemplate.objects.get()
    assert (kept.created_by, kept.is_shared) == (world.sam, False)


def test_ones_own_templates_are_ones_own_and_leaders_change_what_is_for_everybody(
    world: Any, as_: As
) -> None:
    own = create_template(values=WELCOME, by=world.sam)
    shared = create_template(values={**WELCOME, "name": "Shared", "is_shared": True}, by=world.sam)
    for who, statuses in {world.sam: (200, 200), world.tia: (404, 404), world.lena: (404, 200)}.items():
        rename = {"value": "Hi", "was": "Old"}
        for template, status in zip((own, shared), statuses, strict=True):
            MessageTemplate.objects.filter(pk=template.pk).update(name="Old")
            answer = as_(who).post(f"/message-templates/{template.pk}/field/name", rename)
            assert answer.status_code == status, who
            template.refresh_from_db()
            assert template.name == ("Hi" if status == 200 else "Old")


def test_the_choice_shows_what_each_says_of_the_record_or_why_not(world: Any, as_: As) -> None:
    deal = world.sams_deal
    bad = create_template(values={"name": "Bad", "text": "{{ record.nosuch }}"}, by=world.sam)
    good = create_template(values={**WELCOME, "language": "en"}, by=world.sam)
    create_template(values={**WELCOME, "name": "Tia's"}, by=world.tia)
    there = f"/opportunities/{deal.pk}/templates"
    shown = text_of(as_(world.sam).get(f"{there}?template={good.pk}"))
    assert "Dear Acme,\nit is $1,000." in shown
    assert "Tia" not in shown
    refused = text_of(as_(world.sam).get(f"{there}?template={bad.pk}"))
    assert ("no “record.nosuch” here" in refused, "insert#put" in refused) == (True, False)
    offered = text_of(as_(world.sam).get(f"{there}/offered?q=we"))
    assert ('data-subject="About Anvils"' in offered, "Bad" in offered) == (True, False)
    assert "Bad" not in text_of(as_(world.sam).get(f"{there}/offered"))
    for way in (there, f"{there}/offered"):
        assert as_(world.otto).get(way).status_code == 404
