"""The people of the example company: Meridian, a maker of measuring instruments in Taipei, Austin and Utrecht."""

from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import Role, Team, User, Workspace
from kairos.core.demo import DAYS, ZONE, Story
from kairos.core.history import change_set

TEAMS = (
    ("taipei", "台北直銷", "TWD"),
    ("americas", "Americas", "USD"),
    ("partners", "Partners Europe", "EUR"),
)
PEOPLE = (
    ("weiting", "林薇婷", "weiting.lin", Role.LEADER, "taipei", "業務經理", "zh-hant"),
    ("chenghan", "陳承翰", "chenghan.chen", Role.SALES_TEAM, "taipei", "業務專員", "zh-hant"),
    ("yijun", "黃怡君", "yijun.huang", Role.SALES_TEAM, "taipei", "業務專員", "zh-hant"),
    ("zhihao", "張志豪", "zhihao.chang", Role.SALES_OWN, "taipei", "業務專員", "zh-hant"),
    ("maya", "Maya Okafor", "maya.okafor", Role.LEADER, "americas", "Sales lead", "en"),
    ("daniel", "Daniel Reyes", "daniel.reyes", Role.SALES_TEAM, "americas", "Account executive", "en"),
    ("priya", "Priya Natarajan", "priya.natarajan", Role.SALES_TEAM, "americas", "Account executive", "en"),
    ("tom", "Tom Whitfield", "tom.whitfield", Role.SALES_OWN, "americas", "Account executive", "en"),
    ("ines", "Inês Duarte", "ines.duarte", Role.LEADER, "partners", "Channel lead", "en"),
    ("lukas", "Lukas Brandt", "lukas.brandt", Role.SALES_TEAM, "partners", "Partner manager", "en"),
    ("sofie", "Sofie Jansen", "sofie.jansen", Role.SALES_OWN, "partners", "Partner manager", "en"),
    ("kai", "周凱文 Kai Chou", "kai.chou", Role.SALES_ALL, "taipei", "Sales operations", "zh-hant"),
)


def tell(story: Story) -> None:
    """Three teams, two of them below a region, twelve people, leaders. Nobody can sign in until invited."""
    house = {"name": "Meridian Instruments", "currency": "USD", "time_zone": ZONE.key, "country": "TW"}
    house |= {
        "address": "7 Xinyi Road, Section 5\nTaipei 110, Taiwan",
        "tax_id": "24567891",
        "accent": "#0f766e",
    }
    house |= {"phone": "+886 2 5555 0123", "website": "meridian.example"}
    Workspace.objects.update_or_create(pk=1, defaults=house)
    with change_set(by=None, summary=_("Opened the house"), at=story.ago(DAYS + 5)) as changes:
        for position, (key, name, currency) in enumerate(TEAMS):
            story.found[key] = changes.create(Team, name=name, currency=currency, position=position)
        for key, name, mailbox, role, team, job_title, language in PEOPLE:
            story.found[key] = changes.create(
                User,
                name=name,
                email=f"{mailbox}@meridian.example",
                role=role,
                teams=[story.found[team]],
                job_title=job_title,
                language=language,
            )
        for team, leader in (("taipei", "weiting"), ("americas", "maya"), ("partners", "ines")):
            changes.set_related(story.found[team], "leaders", [story.found[leader]])
            for key, *_rest, at_team, _job, _language in PEOPLE:
                if at_team == team and key != leader:
                    changes.update(story.found[key], manager=story.found[leader])
        region = changes.create(Team, name="International", currency="USD", position=len(TEAMS))
        changes.set_related(region, "leaders", [story.found["maya"]])
        for team in ("americas", "partners"):
            changes.update(story.found[team], parent=region)
