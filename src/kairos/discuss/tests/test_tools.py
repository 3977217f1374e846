"""The tools of messages: drawn once for those that have the same, each with its own addresses; long changes."""

import re
from collections.abc import Callable
from typing import Any

from django.test import Client

from kairos.core.history import change_set
from kairos.discuss.actions.messages import pin_message, post_note, star_message
from tests.world import World

As = Callable[[Any], Client]


def test_each_message_has_its_own_tools(world: World, as_: As) -> None:
    deal = world.sams_deal
    notes = [post_note(deal, text=f"Note {n}", by=world.sam if n % 2 else world.tia) for n in range(6)]
    pin_message(notes[0], by=world.sam)
    star_message(notes[3], by=world.sam)
    page = as_(world.sam).get(f"/opportunities/{deal.pk}").content.decode()
    assert "999999999999999937" not in page
    for note in notes:
        line = page[page.index(f'id="message-{note.pk}"') :].split("</li>")[0]
        own = f"/opportunities/{deal.pk}/messages/{note.pk}/"
        assert {int(pk) for pk in re.findall(r"/messages/(\d+)/", line)} == {note.pk}
        assert f'data-reply-id-value="{note.pk}"' in line
        assert f"Reply to {note.author}" in line
        assert (f"{own}delete" in line) == (note.author == world.sam)
        assert ("Take the star off" in line) == (note == notes[3])
        assert ("Unpin" in line) == (note == notes[0])


def test_a_page_of_long_changes_leaves_none_out(world: World, as_: As) -> None:
    deal, client = world.sams_deal, as_(world.sam)
    for n in range(36):
        with change_set(by=world.sam, summary="Changed") as changes:
            changes.lock(deal)
            values = {name: f"{name} {n}" for name in ("title", "referred_by", "description", "lost_note")}
            changes.update(deal, **values)
    page = client.get(f"/opportunities/{deal.pk}/timeline?show=changes").content.decode()
    found = {int(n) for n in re.findall(r"referred_by (\d+)", page)}
    assert found >= set(range(16, 36))
    older = re.search(r'hx-get="([^"]*before=[^"]*)"', page)
    assert older
    rest = client.get(older[1].replace("&amp;", "&")).content.decode()
    assert found | {int(n) for n in re.findall(r"referred_by (\d+)", rest)} == set(range(36))
