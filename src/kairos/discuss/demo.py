"""What the people of the example company say of their newest deals and customers, each team in its language."""

import random
from typing import Any

from kairos.core.demo import Story
from kairos.core.records import RecordType, all_types
from kairos.discuss.actions.messages import pin_message, post_note, react
from kairos.discuss.models import Message

# Days ago, who speaks, what is said; {leader} and {seller} are their names.
TALKS = {
    "zh": (
        (
            (
                6,
                "seller",
                "今天和採購通電話，**預算已經編列**，但要等處長月底核定。\n\n- 需要兩份參考客戶\n- 希望先看現場示範",
            ),
            (5, "leader", "很好。@{seller} 示範機我請工程部週四前準備好。"),
            (2, "seller", "示範完成，對方最在意*校正週期*和保固。競爭對手報價低 8 %。"),
        ),
        (
            (9, "seller", "客戶把時程延到下一季，原因是新廠搬遷。"),
            (8, "leader", "@{seller} 請先把規格書寄過去，保持聯絡。"),
        ),
    ),
    "en": (
        (
            (
                7,
                "seller",
                "Call with purchasing: **budget is approved**, the plant director signs at the end of the month.\n\n"
                "- wants two references\n- wants to see it run on site first",
            ),
            (6, "leader", "Good. @{seller} the demo unit is yours from Thursday."),
            (
                1,
                "seller",
                "Demo went well. They care about *calibration intervals* and warranty; a rival is 8 % below us.",
            ),
        ),
        (
            (11, "seller", "Moved to next quarter: they are relocating the line."),
            (10, "leader", "@{seller} send the data sheet anyway, and keep a step in the calendar."),
            (
                3,
                "seller",
                "Sent. They asked for the price list with freight, see https://example.com/incoterms",
            ),
        ),
    ),
}
SPOKEN_OF = 12


def tell(story: Story) -> None:
    """Speak when there is something to speak of: the deals are told later than we are."""
    story.endings.append(talk)


def talk(story: Story) -> None:
    """Notes on the newest records of each team, the first one pinned, the last one liked."""
    dice = random.Random(11)  # noqa: S311 - the same company each time
    for record_type in all_types():
        has_seller = record_type.thread and "salesperson" in record_type.thread.responsible
        if has_seller and "team" in record_type.fields:
            for team in ("taipei", "americas", "partners"):
                for record in _newest(record_type, story.found[team]):
                    talks = TALKS["zh" if team == "taipei" else "en"]
                    _say(story, record, dice.choice(talks), leader=story.found[team].leaders.first())


def _newest(record_type: RecordType, team: Any) -> list[Any]:
    found = record_type.model.objects.filter(archived_at=None, team=team).exclude(salesperson=None)
    return list(found.select_related("salesperson").order_by("-created_at", "-pk")[:SPOKEN_OF])


def _say(story: Story, record: Any, lines: Any, *, leader: Any) -> None:
    people = {"seller": record.salesperson, "leader": leader or record.salesperson}
    names = {key: person.name for key, person in people.items()}
    said: list[Message] = []
    for days, who, text in lines:
        at = max(story.ago(days), record.created_at)
        said.append(post_note(record, text=text.format(**names), by=people[who], at=at))
    if len(said) > 2:
        pin_message(said[0], by=people["leader"])
        react(said[-1], sign="\N{PARTY POPPER}", by=people["leader"])
