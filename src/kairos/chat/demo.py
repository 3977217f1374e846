"""What the people of the example company say to each other: in the house's channels, in their teams', and alone."""

import datetime as dt
from typing import Any

from kairos.chat.actions.channels import create_channel, open_direct
from kairos.chat.actions.messages import say_in_channel
from kairos.chat.actions.reading import mark_unread
from kairos.chat.models import Channel
from kairos.core.demo import Story
from kairos.core.records import all_types
from kairos.discuss.actions.messages import pin_message, react
from kairos.discuss.models import Message

AMERICAS = ("maya", "daniel", "priya", "tom")
TAIPEI = ("weiting", "chenghan", "yijun", "zhihao", "kai")
PARTNERS = ("ines", "lukas", "sofie")
# Name, description, kind, who is in it (the first one makes it), what is said: hours ago, by whom, the words; replies
# begin with ">", and {deal} is the newest one of the speaker.
CHANNELS: Any = (
    (
        "general",
        "For everybody at Meridian",
        Channel.Kind.PUBLIC,
        ("kai", *AMERICAS, *TAIPEI[:4], *PARTNERS),
        (
            (
                75,
                "kai",
                "The price list for 2027 is final. **Old offers keep their prices until the year ends.**",
            ),
            (74, "ines", "Does that hold for partner discounts as well?"),
            (74, "kai", "> It does."),
            (50, "weiting", "大家早，台北辦公室這週四下午停電檢修，示範中心改到週五。"),
            (27, "priya", "Tampa signed this morning :tada: thanks @Daniel Reyes for the site visit!"),
            (26.8, "maya", "Well done, both of you."),
            (3, "kai", "@channel please look through your overdue steps before the Monday meeting."),
            (2.9, "tom", "On it."),
        ),
    ),
    (
        "deals-americas",
        "What we sell between Alaska and Patagonia",
        Channel.Kind.PRIVATE,
        AMERICAS,
        (
            (
                29,
                "daniel",
                "{deal}: their new purchasing manager wants three quotes. Who has a reference in food?",
            ),
            (28.5, "tom", "> Prairie Dairy, since spring. I can call them."),
            (28.4, "daniel", "> Please do, they decide on Friday."),
            (
                5,
                "priya",
                "Two leads from the trade fair want a call today:\n- Canyon Instruments\n- Bluff Street Labs",
            ),
            (4.8, "maya", "I take Canyon. @Tom Whitfield can you take the other one?"),
        ),
    ),
    (
        "台北業務",
        "台北直銷團隊",
        Channel.Kind.PRIVATE,
        TAIPEI,
        (
            (30, "chenghan", "新竹的客戶想提前交貨，庫存還夠嗎？"),
            (29.7, "yijun", "還有四台，我先保留兩台給您。"),
            (6, "weiting", "@channel 週一會議改到十點，請先更新各自的預計成交日。"),
        ),
    ),
)
PAIRS: Any = (
    (
        ("maya", "daniel"),
        (
            (8, "maya", "How did the demo go?"),
            (7.8, "daniel", "They liked it. The question is the calibration interval, I have asked the lab."),
            (1.5, "daniel", "Lab says 18 months. I put it into {deal}."),
        ),
    ),
    (
        ("maya", "ines"),
        (
            (52, "ines", "Can we share the booth costs in Hannover?"),
            (51, "maya", "Yes, send me the figures."),
        ),
    ),
    (
        ("weiting", "kai"),
        ((9, "kai", "十一月的預測我已經更新，有兩筆需要您確認。"), (8.5, "weiting", "好，下午看。")),
    ),
)


def tell(story: Story) -> None:
    """Talk when there is something to talk of: the deals are told later than we are."""
    story.endings.append(talk)


def talk(story: Story) -> None:
    """Two channels of teams, one of the house, and a few words between two."""
    for name, about, kind, keys, said in CHANNELS:
        people = [story.found[key] for key in keys]
        values = {"name": name, "description": about, "kind": kind, "members": people[1:]}
        channel = create_channel(values=values, by=people[0], at=story.ago(90))
        _talk(story, channel, said)
    for keys, said in PAIRS:
        one, other = (story.found[key] for key in keys)
        _talk(story, open_direct(other, by=one, at=story.ago(40)), said)


def _talk(story: Story, channel: Channel, said: Any) -> None:
    """Let them speak; the first word is pinned where many listen, and the last one is still to be read."""
    top: Message | None = None
    for hours, who, text in said:
        at = story.now - dt.timedelta(hours=hours)
        words = text.removeprefix("> ").replace(":tada:", "🎉").replace("{deal}", _deal_of(story.found[who]))
        one = say_in_channel(
            channel, text=words, by=story.found[who], at=at, reply_to=top if text.startswith("> ") else None
        )
        top = one if one.reply_to is None else top
    first = Message.objects.filter(record_type="channel", record_id=channel.pk).earliest("created_at")
    if channel.is_named:
        pin_message(first, by=first.author)
        react(first, sign="👍", by=channel.members.exclude(pk=first.author_id).first())
    for person in channel.members.exclude(pk=one.author_id):
        mark_unread(top or one, by=person)


def _deal_of(person: Any) -> str:
    """A link to the newest record this person sells."""
    for kind in all_types():
        if kind.thread and "salesperson" in kind.thread.responsible:
            record = kind.model.objects.filter(archived_at=None, salesperson=person).order_by("-pk").first()
            if record is not None:
                return f"[{kind.title(record)}]({kind.url_of(record)})"
    return "a deal"
