"""The customers of the example company, in three parts of the world."""

from typing import Any

from kairos.contacts.actions.contacts import create_contact
from kairos.contacts.models import Contact
from kairos.core.actions.records import create_record
from kairos.core.demo import DAYS, Story
from kairos.core.models import Tag

TAGS = (
    ("重點客戶", 1),
    ("Renewal", 4),
    ("Public tender", 7),
    ("急件", 9),
    ("Competitor inside", 2),
    ("展覽", 5),
)

# name, city, country, industry; then the people: name, job title
TAIPEI = (
    ("晨光精密工業", "台中市", "精密機械", (("吳建宏", "採購經理"), ("蔡佩珊", "品保主任"))),
    ("海峰半導體", "新竹市", "半導體", (("許家豪", "設備工程處長"), ("鄭雅文", "採購專員"))),
    ("遠山電子", "桃園市", "電子製造", (("郭明哲", "廠長"),)),
    ("台灣綠能科技", "台南市", "能源", (("謝宗翰", "研發副理"), ("曾淑芬", "財務長"))),
    ("宏達汽車零件", "彰化市", "汽車", (("洪志明", "生產經理"),)),
    ("福爾摩沙生醫", "台北市", "生技醫療", (("賴怡萱", "實驗室主任"), ("徐文彬", "總經理"))),
    ("成功大學材料系", "台南市", "學術研究", (("江教授", "教授"),)),
    ("群山光學", "台中市", "光學", (("葉冠廷", "技術長"), ("呂佳玲", "採購"))),
    ("大洋造船", "高雄市", "造船", (("潘俊傑", "工務經理"),)),
    ("鼎新食品", "嘉義市", "食品", (("莊惠如", "品管課長"),)),
    ("北極星航太", "台中市", "航太", (("盧彥廷", "專案經理"), ("方思敏", "採購主管"))),
    ("永豐檢測", "新北市", "檢測服務", (("施博文", "執行長"),)),
)
AMERICAS = (
    (
        "Calder & Finch Robotics",
        "Austin",
        "Robotics",
        (("Helen Calder", "VP Operations"), ("Marcus Webb", "Buyer")),
    ),
    (
        "Northgate Aerospace",
        "Seattle",
        "Aerospace",
        (("Ruth Vasquez", "Quality director"), ("Sam Ito", "Engineer")),
    ),
    ("Bluewater Desalination", "San Diego", "Utilities", (("Grace Lindqvist", "Plant manager"),)),
    ("Ironwood Foundry", "Pittsburgh", "Metals", (("Dale Kowalski", "Owner"),)),
    (
        "Halcyon Pharma",
        "Boston",
        "Pharmaceuticals",
        (("Anita Rao", "Lab head"), ("Peter Sloan", "Procurement")),
    ),
    ("Prairie Ag Systems", "Des Moines", "Agriculture", (("Carol Jensen", "COO"),)),
    (
        "Summit Medical Devices",
        "Denver",
        "Medical devices",
        (("Omar Haddad", "Head of R&D"), ("Jill Park", "Buyer")),
    ),
    ("Lakeshore University", "Chicago", "Research", (("Prof. Irene Novak", "Professor"),)),
    ("Cobalt Battery", "Reno", "Energy storage", (("Victor Tran", "Process lead"), ("Dana Fox", "CFO"))),
    ("Maple Ridge Optics", "Toronto", "Optics", (("Claire Dubois", "Director"),)),
    ("Gulfstar Marine", "Houston", "Marine", (("Ray Boudreaux", "Maintenance chief"),)),
    (
        "Redwood Semiconductor",
        "San Jose",
        "Semiconductors",
        (("Lin Zhao", "Metrology manager"), ("Kate Murphy", "Buyer")),
    ),
)
EUROPE = (
    (
        "Van Houten Meettechniek",
        "Utrecht",
        "NL",
        "Distribution",
        (("Pieter van Houten", "Directeur"), ("Eva Smit", "Inkoop")),
    ),
    ("Krüger Präzision GmbH", "Stuttgart", "DE", "Machinery", (("Martin Krüger", "Geschäftsführer"),)),
    (
        "Laboratoires Aubert",
        "Lyon",
        "FR",
        "Laboratories",
        (("Camille Aubert", "Directrice"), ("Luc Perrin", "Achats")),
    ),
    ("Officine Ferrante", "Torino", "IT", "Automotive", (("Giulia Ferrante", "Responsabile qualità"),)),
    (
        "Nordlys Instruments",
        "Aarhus",
        "DK",
        "Distribution",
        (("Mikkel Holm", "Partner"), ("Signe Krog", "Sales")),
    ),
    ("Iberia Control", "Bilbao", "ES", "Distribution", (("Jon Etxeberria", "Director"),)),
    ("Silesia Automatyka", "Katowice", "PL", "Automation", (("Agnieszka Nowak", "Kierownik"),)),
    ("Alpen Optik", "Innsbruck", "AT", "Optics", (("Stefan Gruber", "Leiter Technik"),)),
    (
        "Tees Valley Metrology",
        "Middlesbrough",
        "GB",
        "Services",
        (("Fiona Hart", "Managing director"), ("Ed Shaw", "Engineer")),
    ),
    ("Suomi Testaus", "Tampere", "FI", "Services", (("Aino Virtanen", "CEO"),)),
)

# Entered a second time by somebody in a hurry: by the name of the first, what was written this time.
TWINS: dict[str, dict[str, Any]] = {
    "晨光精密工業": {"name": "晨光精密工業股份有限公司", "city": "台中", "keeps": ("phones",)},
    "Halcyon Pharma": {"name": "Halcyon Pharma, Inc.", "city": "Cambridge", "industry": "Biotech"},
    "Bluewater Desalination": {"name": "Bluewater Desalinaton", "city": "San Diego", "keeps": ()},
    "Krüger Präzision GmbH": {"name": "Krüger Praezision", "city": "Esslingen", "keeps": ("website",)},
    "Helen Calder": {
        "name": "H. Calder",
        "keeps": ("emails",),
        "notes": "Met at the fair, wants the new catalogue.",
    },
    "許家豪": {"name": "許家豪", "job_title": "處長", "keeps": ("phones",)},
}


def tell(story: Story) -> None:
    """About thirty organisations with their people, from before the first deal; tags for their deals."""
    story.found["tags"] = [
        create_record(
            model=Tag, values={"name": name, "colour": colour}, by=story.found["kai"], at=story.ago(DAYS + 4)
        )
        for name, colour in TAGS
    ]
    for key, rows in (
        ("taipei", [(n, c, "TW", i, p) for n, c, i, p in TAIPEI]),
        ("americas", [(n, c, "CA" if c == "Toronto" else "US", i, p) for n, c, i, p in AMERICAS]),
        ("partners", list(EUROPE)),
    ):
        story.found[f"{key} customers"] = [
            _organisation(story, key, number, row) for number, row in enumerate(rows)
        ]
    _enter_twice(story)


def _enter_twice(story: Story) -> None:
    """A few contacts that are there already, so that the page of duplicates has something to ask."""
    by = story.found["kai"]
    for first in Contact.objects.filter(name__in=TWINS).order_by("pk"):
        twin = dict(TWINS[first.name])
        same = {name: getattr(first, name) for name in twin.pop("keeps", ("website", "phones"))}
        values = {"kind": first.kind, "country": first.country, **same, **twin, "owner": by}
        create_contact(values=values, by=by, at=story.ago(20))


def _organisation(story: Story, team: str, number: int, row: tuple) -> tuple[Contact, list[Contact]]:
    name, city, country, industry, people = row
    domain = f"{team[:2]}{number:02}.example"
    at = story.ago(DAYS + 3 - number / 8)
    owner = story.dice.choice([story.found["weiting"], story.found["maya"], story.found["ines"]])
    organisation = create_contact(
        values={
            "kind": Contact.Kind.ORGANISATION,
            "name": name,
            "city": city,
            "country": country,
            "industry": industry,
            "website": f"https://www.{domain}",
            "emails": [f"info@{domain}"],
            "phones": [_phone(country, story)],
            "employees": story.dice.choice([12, 25, 48, 80, 140, 260, 900, 3200]),
            "owner": owner,
        },
        by=owner,
        at=at,
    )
    members = [
        create_contact(
            values={
                "name": person,
                "job_title": job,
                "parent": organisation,
                "country": country,
                "emails": [f"contact{index}@{domain}"],
                "phones": [_phone(country, story)],
                "language": "zh-Hant" if country == "TW" else "en",
                "owner": owner,
            },
            by=owner,
            at=at,
        )
        for index, (person, job) in enumerate(people, 1)
    ]
    return organisation, members


# A valid prefix and length for each country the customers are in.
PREFIXES = {
    "TW": ("+8869", 8),
    "US": ("+1512555", 4),
    "CA": ("+1416555", 4),
    "NL": ("+316", 8),
    "DE": ("+4915", 9),
    "FR": ("+336", 8),
    "IT": ("+3933", 8),
    "DK": ("+452", 7),
    "ES": ("+346", 8),
    "PL": ("+4850", 7),
    "AT": ("+43664", 7),
    "GB": ("+447", 9),
    "FI": ("+35840", 7),
}


def _phone(country: str, story: Story) -> str:
    prefix, digits = PREFIXES[country]
    return prefix + "".join(str(story.dice.randint(0, 9)) for _digit in range(digits))
