"""What the customers of the example company write, what is answered, how soon, and what nobody has answered yet."""

import datetime as dt
import random
from collections.abc import Sequence
from itertools import cycle
from typing import Any

from kairos.core.demo import Story
from kairos.core.records import type_of
from kairos.crm.models import Opportunity
from kairos.discuss.actions.messages import write
from kairos.discuss.models import Message

# Who writes ("they" is the customer), so many hours later, and what; the first of it is so many days ago.
LETTERS: dict[str, tuple[tuple[float, tuple[tuple[str, float, str], ...]], ...]] = {
    "zh": (
        (
            12,
            (
                ("they", 0, "您好，想請問校正一次需要停機多久？謝謝。"),
                ("we", 3, "您好，每台約四小時，可以安排在週末，不影響生產。"),
                ("they", 21, "了解，那請提供兩台的報價。"),
                ("we", 5, "報價單已寄出，有效期三十天。"),
            ),
        ),
        (
            30,
            (
                ("they", 0, "請問現場示範可以安排在下個月嗎？"),
                ("we", 26, "可以，十號或十二號都行，請選一天。"),
            ),
        ),
        (2, (("they", 0, "主管要看保固條款，麻煩寄一份過來。"),)),
        (
            45,
            (
                ("we", 0, "您好，附上規格書，方便的話想約個時間說明。"),
                ("we", 170, "想再確認一下，規格書有收到嗎？"),
            ),
        ),
        (9, (("they", 0, "合約第三條的交期可以縮短嗎？"), ("we", 1, "可以縮短到六週，我修改後寄給您。"))),
        (5, (("they", 0, "安裝前需要準備什麼電源？"),)),
        (24, (("we", 0, "您好，上次提到的預算，請問核定了嗎？"),)),
    ),
    "en": (
        (
            11,
            (
                ("they", 0, "How long does the line stand still for one calibration?"),
                ("we", 2, "About four hours per unit; we can come on a weekend."),
                ("they", 20, "Good. Please quote for two units then."),
                ("we", 7, "The quotation is on its way to you, valid for thirty days."),
            ),
        ),
        (
            33,
            (
                ("they", 0, "Could you show it on site next month?"),
                ("we", 31, "The 10th or the 12th, as you like."),
            ),
        ),
        (3, (("they", 0, "Legal asks for the warranty terms. Can you send them?"),)),
        (
            40,
            (
                ("we", 0, "Here is the data sheet. May I explain it on the phone?"),
                ("we", 190, "Did it arrive?"),
            ),
        ),
        (8, (("they", 0, "Can delivery in clause three be shorter?"), ("we", 1.5, "Six weeks is possible."))),
        (6, (("they", 0, "Which power supply do we have to prepare?"),)),
        (22, (("we", 0, "Last time you spoke of a budget in spring. Has it been approved?"),)),
    ),
}
WRITTEN_WITH = 30


def correspond(story: Story) -> None:
    """Letters with the customers of each team's open deals, in its language."""
    dice = random.Random(17)  # noqa: S311 - the same company each time
    for team in ("taipei", "americas", "partners"):
        letters = cycle(LETTERS["zh" if team == "taipei" else "en"])
        for deal in _open(story.found[team]):
            customer, (days, lines) = _addresses(deal)[0], next(letters)
            at = max(story.ago(days), deal.created_at)
            for who, hours, text in lines:
                at += dt.timedelta(hours=hours * dice.uniform(0.8, 1.2))
                if at < story.now:
                    _write(deal, who, text, at, customer)


def _open(team: Any) -> list[Opportunity]:
    deals = Opportunity.objects.open().filter(team=team).exclude(salesperson=None)
    found = deals.select_related("organisation", "person", "salesperson").order_by("created_at", "pk")
    return [one for one in found if _addresses(one)][:WRITTEN_WITH]


def _addresses(deal: Opportunity) -> Sequence[tuple[str, str]]:
    thread = type_of(Opportunity).thread
    return thread.addresses(deal) if thread else ()


def _write(deal: Opportunity, who: str, text: str, at: dt.datetime, customer: tuple[str, str]) -> None:
    name, address = customer
    values: dict[str, Any] = {"kind": Message.Kind.MESSAGE, "subject": deal.title, "text": text}
    if who == "they":
        write(deal, values | {"sender_name": name, "sender_address": address}, by=None, at=at)
        return
    recipients = [{"name": name, "address": address}]
    values |= {"recipients": recipients, "send_at": at, "sent_at": at}
    write(deal, values, by=deal.salesperson, at=at)
