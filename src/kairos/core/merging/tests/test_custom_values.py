"""Fields of an administrator's own are merged, chosen and brought back like any other."""

from typing import Any

from kairos.core.actions.custom_fields import create_custom_field
from kairos.core.actions.records import update_record
from kairos.core.merging import compare, unmerge
from kairos.core.records import type_of
from kairos.crm.actions.merging import merge_opportunities
from kairos.crm.actions.opportunities import create_opportunity
from kairos.crm.models import Opportunity
from tests.world import World

SIZES = [{"value": "small", "label": "Small", "colour": 0}, {"value": "large", "label": "Large", "colour": 3}]


def _field(world: World, label: str, kind: str, **values: Any) -> None:
    given = {"label": label, "kind": kind, "record_types": ["opportunity"], **values}
    create_custom_field(values=given, by=world.ada)


def test_custom_values_are_merged_and_come_back(world: World) -> None:
    _field(world, "Budget", "money")
    _field(world, "Size", "choice", choices=SIZES)
    _field(world, "Traits", "choices", choices=SIZES)
    other = create_opportunity(values={"title": "Anvils 2", "salesperson": world.sam}, by=world.sam)
    update_record(world.sams_deal, values={"custom__budget": 5, "custom__traits": ["small"]}, by=world.ada)
    update_record(other, values={"custom__size": "large", "custom__traits": ["large"]}, by=world.ada)
    before = {pk: dict(stored) for pk, stored in Opportunity.objects.values_list("pk", "custom")}
    line = next(
        one
        for one in compare(type_of(Opportunity), [world.sams_deal, other], choices={}).differing
        if one.name == "custom__traits"
    )
    assert line.joined is not None
    assert line.result == "Small, Large"
    merge_opportunities([other], into=world.sams_deal, choices={}, by=world.sam)
    deal = Opportunity.objects.get(pk=world.sams_deal.pk)
    assert (deal.custom__budget, deal.custom__size) == (5, "large")
    assert set(deal.custom__traits) == {"small", "large"}
    unmerge(type_of(Opportunity), deal, by=world.sam)
    assert {pk: dict(stored) for pk, stored in Opportunity.objects.values_list("pk", "custom")} == before
