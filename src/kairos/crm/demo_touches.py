"""What the leads of the example company tell of themselves: how they can be reached, what brought them, and again."""

import datetime as dt
import random
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.demo import Story
from kairos.core.history import change_set
from kairos.crm.actions.touches import Brought, add_touch
from kairos.crm.models import Channel, Opportunity

CALLED = {
    "TW": "02 2345 {n}",
    "JP": "03-1234-{n}",
    "US": "(202) 555-{n}",
    "MX": "55 5512 {n}",
    "DE": "030 12345{n}",
    "NL": "020 123 {n}",
    "FR": "01 42 68 {n}",
    "BR": "11 2345 {n}",
}
MEDIA = {"Website": "Search", "Trade fair": "Event", "Newsletter": "E-mail"}
CAMPAIGNS = (None, None, "Spring line", "Calibration week")


def dice_of(story: Story) -> random.Random:
    """Dice of their own, so that what is told elsewhere falls as before."""
    found: random.Random = story.found.setdefault("touch dice", random.Random(31))  # noqa: S311 - the same each time
    return found


def reached(story: Story, person: str, company: str, country: str) -> dict[str, Any]:
    """Most leave an address, half a number; some mistype one, and some leave nothing."""
    dice = dice_of(story)
    box, domain = _latin(person) or "office", _latin(company).replace(".", "")
    domain = domain or f"{country.lower()}-works-{sum(map(ord, company)) % 900}"
    number, luck = dice.randint(10, 999), dice.random()
    email = f"{box}.{number}@{domain}.example"
    if luck > 0.8:
        email = "" if luck > 0.88 else f"{box}.{number}@gmail.com" if luck > 0.83 else f"{box} at {domain}"
    phone = CALLED[country].format(n=dice.randint(1000, 9999)) if dice.random() < 0.55 else ""
    return {"email": email, "phone": phone if country != "FR" else phone[:-2] + " " + phone[-2:]}


def _latin(words: str) -> str:
    return ".".join(words.lower().split()) if words.isascii() else ""


def brought(story: Story, source: Any, at: dt.datetime) -> Brought:
    """The first touch, by its source."""
    campaign = dice_of(story).choice(CAMPAIGNS)
    return Brought(source, MEDIA[source.name], campaign, url="https://meridian.example/contact", at=at)


def come_again(story: Story, lead: Opportunity, at: dt.datetime) -> None:
    """One in five asks again some days later."""
    dice = dice_of(story)
    later = at + dt.timedelta(days=dice.uniform(1, 12))
    if dice.random() > 0.2 or later > story.now:
        return
    with change_set(by=None, summary=_("Changed %(record)s"), params={"record": lead}, at=later) as changes:
        again = Brought("Newsletter", MEDIA["Newsletter"], dice.choice(CAMPAIGNS), at=later)
        add_touch(changes, lead, channel=Channel.MAIL, brought=again)
