"""Reports split up by, filtered by and summed over custom fields."""

from kairos.core.actions.custom_fields import create_custom_field
from kairos.core.actions.records import update_record

SIZES = [{"value": "small", "label": "Small", "colour": 0}, {"value": "large", "label": "Large", "colour": 3}]


def test_a_report_knows_custom_fields_like_any_other(world, as_):
    for label, kind in (("Size", "choice"), ("Trial", "date"), ("Cost", "money")):
        values = {"label": label, "kind": kind, "record_types": ["opportunity"]}
        create_custom_field(values={**values, "choices": SIZES if kind == "choice" else []}, by=world.ada)
    given = {"custom__size": "large", "custom__trial": "2026-03-31", "custom__cost": 4321}
    update_record(world.sams_deal, values=given, by=world.ada)
    base = "/reports/on/opportunities?measures=count,custom__cost"
    for more in (
        "&rows=custom__size",
        "&rows=custom__trial:quarter&column=custom__size",
        "&rows=team&where=custom__size:in:large",
        "&rows=custom__size&as_of=2099-01-01",
    ):
        answer = as_(world.ada).get(base + more)
        assert answer.status_code == 200
        page = answer.content.decode()
        assert "4,321" in page, more
    assert "Large" in as_(world.ada).get(base + "&rows=custom__size").content.decode()
