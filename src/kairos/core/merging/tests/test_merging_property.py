"""Whatever is merged into whatever, by whatever choices: unmerging returns every record and every reference."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kairos.contacts.actions.contacts import OwnAncestor
from kairos.contacts.actions.merging import merge_contacts
from kairos.contacts.models import Contact
from kairos.core.history import change_set
from kairos.core.merging import unmerge
from kairos.core.merging.values import TOGETHER, blocks_of
from kairos.core.models import MatchKey, MergedRecord, SearchEntry, Tag
from kairos.core.records import type_of
from kairos.crm.actions.merging import merge_opportunities
from kairos.crm.models import Opportunity, Touch
from tests.world import World

TEXTS = st.sampled_from(["", "A", "B"])
LISTS = st.lists(st.sampled_from(["a@x.example", "b@x.example", "c@y.example"]), max_size=2, unique=True)
NUMBERS = st.lists(st.integers(0, 4), max_size=3)


@st.composite
def contacts(draw: Any) -> list[dict[str, Any]]:
    """Organisations that belong to earlier ones, with tags by number."""
    made: list[dict[str, Any]] = []
    for n in range(draw(st.integers(2, 5))):
        parent = draw(st.one_of(st.none(), st.integers(0, n - 1))) if n else None
        external = draw(st.sampled_from(["", f"X{n}"]))
        made.append(
            {
                "name": draw(st.sampled_from(["Acme", "ACME Inc.", "Other"])),
                "city": draw(TEXTS),
                "notes": draw(TEXTS),
                "emails": draw(LISTS),
                "parent": parent,
                "external_id": external,
                "tags": draw(NUMBERS),
            }
        )
    return made


@pytest.mark.parametrize("noun", ["contact", "deal"])
@settings(
    max_examples=12,
    derandomize=True,
)
@given(values=contacts(), data=st.data())
def test_unmerging_returns_everything_to_the_start(
    world: World, noun: str, values: list[dict[str, Any]], data: Any
) -> None:
    records = _made(world, values, data) if noun == "contact" else _deals(world, values, data)
    model = Contact if noun == "contact" else Opportunity
    record_type = type_of(model)
    into = data.draw(st.sampled_from(records))
    others = [one for one in records if one.pk != into.pk]
    names = [block.name for block in blocks_of(record_type)]
    options = st.one_of(st.sampled_from([one.pk for one in records]), st.just(TOGETHER))
    choices = data.draw(st.dictionaries(st.sampled_from(names), options, max_size=6))
    before = _state()
    try:
        merge = merge_contacts if noun == "contact" else merge_opportunities
        merge(others, into=into, choices=choices, by=world.ada)
    except OwnAncestor:
        assert _state() == before
        return
    assert model._base_manager.filter(pk__in=[one.pk for one in others]).count() == 0
    report = unmerge(record_type, model._base_manager.get(pk=into.pk), by=world.ada)
    assert report.conflicts == []
    assert _state() == before


def _made(world: World, values: list[dict[str, Any]], data: Any) -> list[Any]:
    made: list[Any] = []
    _forget_ids()
    with change_set(by=world.ada, summary="Made") as changes:
        tags = [changes.create(Tag, name=f"T{n} {Tag.objects.count()}") for n in range(5)]
        for value in values:
            parent = made[value["parent"]] if value["parent"] is not None else None
            chosen = sorted({tags[n].pk for n in value["tags"]})
            own = {**value, "parent": parent, "tags": chosen, "kind": "organisation"}
            made.append(changes.create(Contact, **own))
        for deal in (world.sams_deal, world.tias_deal):
            changes.update(deal, organisation=data.draw(st.sampled_from(made)))
    return made


def _deals(world: World, values: list[dict[str, Any]], data: Any) -> list[Any]:
    made: list[Any] = []
    _forget_ids()
    with change_set(by=world.ada, summary="Made") as changes:
        tags = [changes.create(Tag, name=f"T{n} {Tag.objects.count()}") for n in range(5)]
        for n, value in enumerate(values):
            deal = changes.create(
                Opportunity,
                title=value["name"],
                stage=data.draw(st.sampled_from([world.new, world.talking])),
                team=world.north,
                currency="USD",
                city=value["city"],
                description=value["notes"],
                external_id=value["external_id"],
                email=(value["emails"] or [""])[0],
                expected_revenue=n * 10,
                tags=sorted({tags[i].pk for i in value["tags"]}),
                shared_with=[world.tia] if value["parent"] else [],
            )
            changes.create(Touch, opportunity=deal, at=deal.created_at, channel="form")
            made.append(deal)
    return made


def _forget_ids() -> None:
    """Examples share one database; what is unique belongs to the newest."""
    Contact.objects.exclude(external_id="").update(external_id="")
    Opportunity.with_leads.exclude(external_id="").update(external_id="")


def _state() -> dict[str, Any]:
    """Everything that is stored, without counters and clocks."""
    found: dict[str, Any] = {}
    for model in (Contact, Opportunity, Touch, MergedRecord):
        fields = [f.attname for f in model._meta.concrete_fields if f.name not in ("version", "updated_at")]
        found[model.__name__] = list(model._base_manager.order_by("pk").values_list(*fields))
        for field in model._meta.many_to_many:
            through: Any = field.remote_field.through
            pairs = through._base_manager.values_list(field.m2m_column_name(), field.m2m_reverse_name())
            found[f"{model.__name__}.{field.name}"] = sorted(pairs)
    keys = MatchKey.objects.values_list("record_type", "record_id", "kind", "value")
    found["keys"] = sorted(keys)
    found["search"] = sorted(SearchEntry.objects.values_list("record_type", "record_id", "text"))
    return found
