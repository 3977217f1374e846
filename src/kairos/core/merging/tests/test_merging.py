"""Merging through the actions: what is kept, where it goes, and that unmerging gives everything back."""

from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from kairos.contacts.actions.contacts import OwnAncestor, create_contact, update_contact
from kairos.contacts.actions.merging import MixedKinds, merge_contacts
from kairos.contacts.models import Contact
from kairos.core.history import change_set
from kairos.core.merging import NothingToMerge, origins, unmerge
from kairos.core.models import ChangeSet, DuplicatePair, FieldChange, MatchKey, MergedRecord, Tag
from kairos.core.records import type_of
from kairos.crm.actions.merging import merge_opportunities
from kairos.crm.actions.opportunities import (
    create_lead,
    create_opportunity,
    lose_opportunity,
    update_opportunity,
)
from kairos.crm.models import Kind, Opportunity, Source, Stage, Status, Touch
from tests.world import World

CONTACTS, DEALS = type_of(Contact), type_of(Opportunity)


def state_of(*names: str) -> dict[str, Any]:
    """Every row of these tables, with what its relations hold, without counters and clocks."""
    found: dict[str, Any] = {}
    for label in names:
        model = apps.get_model(label)
        for row in model._base_manager.order_by("pk"):
            values = {
                f.attname: getattr(row, f.attname)
                for f in model._meta.concrete_fields
                if f.name not in ("version", "updated_at")
            }
            for field in model._meta.many_to_many:
                values[field.name] = sorted(getattr(row, field.name).values_list("pk", flat=True))
            found[f"{label} {row.pk}"] = values
    return found


KEPT = ("contacts.Contact", "crm.Opportunity", "crm.Touch", "core.MergedRecord")


def keys_of(record: Any) -> set[tuple[str, str]]:
    keys = MatchKey.objects.filter(record_type="contact", record_id=record.pk)
    return set(keys.values_list("kind", "value"))


@pytest.fixture
def acme_twin(world: World) -> Contact:
    """Acme entered again, with a person, a deal, a tag, and more to tell."""
    tag = Tag.objects.create(name="Key account")
    with change_set(by=world.sam, summary="Twin") as changes:
        twin: Contact = changes.create(
            Contact,
            kind="organisation",
            name="ACME Inc.",
            emails=["sales@acme.example"],
            phones=["+15125550100"],
            city="Austin",
            country="US",
            external_id="A-2",
            tags=[tag],
            notes="Entered twice.",
        )
        changes.create(Contact, name="Wile", parent=twin)
    create_opportunity(
        values={"title": "Traps", "organisation": twin, "salesperson": world.sam}, by=world.sam
    )
    return twin


def test_everything_that_belonged_to_the_twin_belongs_to_the_survivor(
    world: World, acme_twin: Contact
) -> None:
    merge_contacts([acme_twin], into=world.acme, choices={}, by=world.ada)
    acme = Contact.objects.get(pk=world.acme.pk)
    assert not Contact.objects.filter(pk=acme_twin.pk).exists()
    assert set(acme.children.values_list("name", flat=True)) == {"Eve Buyer", "Wile"}
    assert acme.opportunities.count() == 4
    assert acme.emails == ["sales@acme.example", "info@acme.example"]
    assert (acme.phones, acme.city, acme.industry) == (["+15125550100"], "Austin", "Tools")
    assert [tag.name for tag in acme.tags.all()] == ["Key account"]
    assert (acme.external_id, acme.notes) == ("A-2", "Entered twice.")
    assert [origin.title for origin in origins(CONTACTS, acme)] == ["ACME Inc."]


def test_a_choice_goes_before_the_rule(world: World, acme_twin: Contact) -> None:
    choices: dict[str, int | str] = {"name": world.acme.pk, "emails": world.acme.pk, "street": world.acme.pk}
    merge_contacts([acme_twin], into=world.acme, choices=choices, by=world.ada)
    acme = Contact.objects.get(pk=world.acme.pk)
    assert (acme.name, acme.emails, acme.city) == ("Acme", ["info@acme.example"], "")


def test_unmerging_gives_everything_back_and_keeps_what_changed_since(
    world: World, acme_twin: Contact
) -> None:
    before, keys = state_of(*KEPT), keys_of(acme_twin)
    merge_contacts([acme_twin], into=world.acme, choices={}, by=world.ada)
    report = unmerge(CONTACTS, Contact.objects.get(pk=world.acme.pk), by=world.ada)
    assert (report.conflicts, state_of(*KEPT), keys_of(acme_twin)) == ([], before, keys)

    merge_contacts([acme_twin], into=world.acme, choices={}, by=world.ada)
    acme = Contact.objects.get(pk=world.acme.pk)
    update_contact(acme, values={"city": "Dallas", "website": "https://acme.example"}, by=world.sam)
    report = unmerge(CONTACTS, acme, by=world.ada)
    acme.refresh_from_db()
    twin = Contact.objects.get(pk=acme_twin.pk)
    assert [(c.record_id, c.field, c.reason) for c in report.conflicts] == [(acme.pk, "city", "changed")]
    assert (acme.city, acme.website, acme.external_id) == ("Dallas", "https://acme.example", "")
    assert (twin.city, twin.external_id, twin.children.get().name) == ("Austin", "A-2", "Wile")
    assert twin.opportunities.get().title == "Traps"


def test_unmerging_works_where_something_the_twin_named_is_gone(world: World, acme_twin: Contact) -> None:
    merge_contacts([acme_twin], into=world.acme, choices={"tags": world.acme.pk}, by=world.ada)
    with change_set(by=world.ada, summary="Tidy") as changes:
        changes.delete(Tag.objects.get(name="Key account"))
    unmerge(CONTACTS, Contact.objects.get(pk=world.acme.pk), by=world.ada)
    assert list(Contact.objects.get(pk=acme_twin.pk).tags.all()) == []


def test_merges_upon_merges_are_taken_back_one_after_the_other(world: World, acme_twin: Contact) -> None:
    third = create_contact(values={"name": "Acme Group", "kind": "organisation"}, by=world.ada)
    merge_contacts([acme_twin], into=world.acme, choices={}, by=world.ada)
    merge_contacts([world.acme], into=third, choices={}, by=world.ada)
    assert {o.pk for o in origins(CONTACTS, third)} == {world.acme.pk, acme_twin.pk}
    unmerge(CONTACTS, third, by=world.ada)
    assert MergedRecord.objects.get().into_id == world.acme.pk
    unmerge(CONTACTS, Contact.objects.get(pk=world.acme.pk), by=world.ada)
    assert not MergedRecord.objects.exists()
    assert Contact.objects.filter(kind="organisation").count() == 3


def test_who_belonged_to_the_twin_does_not_come_to_belong_to_itself(world: World) -> None:
    child = create_contact(
        values={"name": "Acme", "kind": "organisation", "parent": world.acme, "city": "Austin"}, by=world.ada
    )
    merge_contacts([world.acme], into=child, choices={}, by=world.ada)
    child.refresh_from_db()
    assert child.parent is None
    assert child.children.get() == world.eve


def test_a_circle_is_refused_and_nothing_is_merged(world: World, acme_twin: Contact) -> None:
    between = create_contact(
        values={"name": "Holding", "kind": "organisation", "parent": acme_twin}, by=world.ada
    )
    update_contact(world.acme, values={"parent": between}, by=world.ada)
    before = FieldChange.objects.count()
    with pytest.raises(OwnAncestor):
        merge_contacts([acme_twin], into=world.acme, choices={}, by=world.ada)
    assert (FieldChange.objects.count(), Contact.objects.filter(pk=acme_twin.pk).count()) == (before, 1)


def test_a_person_is_no_organisation_and_one_record_is_no_merge(world: World) -> None:
    with pytest.raises(MixedKinds):
        merge_contacts([world.eve], into=world.acme, choices={}, by=world.ada)
    with pytest.raises(NothingToMerge):
        merge_contacts([world.acme], into=world.acme, choices={}, by=world.ada)
    assert not ChangeSet.objects.filter(summary__startswith="Merged").exists()


def test_a_lead_and_an_opportunity_become_an_opportunity_in_its_stage(world: World) -> None:
    Stage.objects.create(name="New lead", kind=Kind.LEAD)
    made = create_lead(
        values={"title": "Web form", "email": "eve@acme.example", "salesperson": world.sam}, by=world.sam
    )
    lead = Opportunity.with_leads.get(pk=made.pk)
    now = timezone.now()
    Touch.objects.create(opportunity=lead, at=now, channel="form", url="/contact")
    with change_set(by=world.sam, summary="Note") as changes:
        changes.update(lead, description="Asked twice.", priority=2)
    deal = world.sams_deal
    before = state_of(*KEPT)
    merge_opportunities([deal], into=lead, choices={}, by=world.sam)
    lead.refresh_from_db()
    assert (lead.kind, lead.stage, lead.title) == (Kind.OPPORTUNITY, world.new, "Anvils")
    assert (lead.expected_revenue, lead.email, lead.priority) == (1000, "eve@acme.example", 2)
    assert (lead.description, lead.channel) == ("Asked twice.", "form")
    unmerge(DEALS, lead, by=world.sam)
    assert state_of(*KEPT) == before


def test_where_a_deal_came_from_is_kept_though_the_other_was_touched_later(world: World) -> None:
    fair, web = Source.objects.create(name="Fair"), Source.objects.create(name="Website")
    update_opportunity(world.sams_deal, values={"source": fair}, by=world.sam)
    lead = create_opportunity(values={"title": "Web form", "salesperson": world.sam}, by=world.sam)
    Touch.objects.create(opportunity=lead, at=timezone.now(), channel="form", source=web)
    merge_opportunities([world.sams_deal], into=lead, choices={}, by=world.sam)
    lead.refresh_from_db()
    assert (lead.source, lead.last_source, lead.channel) == (fair, web, world.sams_deal.channel)
    unmerge(DEALS, lead, by=world.sam)
    lead.refresh_from_db()
    assert (lead.source, lead.last_source) == (None, None)


def test_a_lost_deal_does_not_make_the_open_one_lost_but_by_choice(world: World) -> None:
    lost = create_opportunity(
        values={"title": "Anvils again", "salesperson": world.sam, "expected_revenue": 5}, by=world.sam
    )
    lose_opportunity(lost, by=world.sam, lost_reason=world.too_dear)
    other = create_opportunity(values={"title": "Third", "salesperson": world.sam}, by=world.sam)
    merge_opportunities([lost], into=world.sams_deal, choices={}, by=world.sam)
    assert (world.sams_deal.status, world.sams_deal.expected_revenue) == (Status.OPEN, 1000)
    lost = create_opportunity(values={"title": "Lost", "salesperson": world.sam}, by=world.sam)
    lose_opportunity(lost, by=world.sam, lost_reason=world.too_dear)
    merge_opportunities([lost], into=other, choices={"stage": lost.pk}, by=world.sam)
    assert (other.status, other.lost_reason, other.probability) == (Status.LOST, world.too_dear, 0)


def test_the_stage_is_one_of_the_process_of_the_team_that_is_kept(world: World) -> None:
    world.ottos_deal.salesperson = world.otto
    choices: dict[str, int | str] = {"stage": world.sams_deal.pk, "salesperson": world.ottos_deal.pk}
    merge_opportunities([world.ottos_deal], into=world.sams_deal, choices=choices, by=world.ada)
    deal = Opportunity.objects.get(pk=world.sams_deal.pk)
    assert (deal.team, deal.stage.team) == (world.south, world.south)
    assert deal.currency in ("USD", "TWD")


def test_a_pair_that_was_merged_is_settled_and_open_again_after_unmerging(
    world: World, acme_twin: Contact
) -> None:
    first, second = sorted((world.acme.pk, acme_twin.pk))
    pair = DuplicatePair.objects.create(
        record_type="contact", first_id=first, second_id=second, found_at=timezone.now()
    )
    merge_contacts([acme_twin], into=world.acme, choices={}, by=world.ada)
    pair.refresh_from_db()
    assert pair.state == "merged"
    unmerge(CONTACTS, world.acme, by=world.ada)
    pair.refresh_from_db()
    assert pair.state == "open"
