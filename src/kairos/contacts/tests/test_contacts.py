import pytest
from django.core.exceptions import ValidationError

from kairos.contacts.actions.contacts import OwnAncestor, create_contact, update_contact
from kairos.contacts.models import Contact
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet, FieldChange, MatchKey
from kairos.core.records import type_of
from kairos.core.search import matching_ids
from tests.world import World


def test_whoever_creates_a_contact_owns_it_unless_another_is_named(world: World) -> None:
    mine = create_contact(values={"name": "Bob"}, by=world.sam)
    theirs = create_contact(values={"name": "Bea", "owner": world.tia}, by=world.sam)
    assert (mine.owner, theirs.owner) == (world.sam, world.tia)


def test_an_organisation_cannot_belong_to_itself_through_others(world: World) -> None:
    child = create_contact(
        values={"name": "Acme East", "kind": "organisation", "parent": world.acme}, by=world.ada
    )
    before = FieldChange.objects.count()
    with pytest.raises(OwnAncestor, match="“Acme” cannot belong to itself"):
        update_contact(world.acme, values={"parent": child}, by=world.ada)
    world.acme.refresh_from_db()
    assert (world.acme.parent, FieldChange.objects.count()) == (None, before)


@pytest.mark.parametrize(
    ("entered", "kept"),
    [
        (["(02) 2345-6789"], ["+886223456789"]),
        (["+1 512 555 0100", "+15125550100"], ["+15125550100"]),
        (["+886 2 2345 6789 ext. 12"], ["+886223456789;ext=12"]),
        (["", "  "], []),
    ],
)
def test_phones_are_kept_in_e164_once(entered: list[str], kept: list[str]) -> None:
    assert type_of(Contact).field("phones").parse(entered, user=None) == kept


@pytest.mark.parametrize("entered", ["call me", "12", "+999999999999999999"])
def test_what_is_no_phone_number_is_refused_by_name(entered: str) -> None:
    with pytest.raises(ValidationError, match="is not a phone number"):
        type_of(Contact).field("phones").parse([entered], user=None)


def found(query: str) -> set[Contact]:
    return set(Contact.objects.filter(pk__in=matching_ids("contact", query)))


def test_a_contact_is_found_by_parts_of_its_name_its_mail_and_its_company(world: World) -> None:
    for query in ("eve buy", "EVE@acme", "acme"):
        assert world.eve in found(query), query
    update_contact(world.acme, values={"name": "晨光精密工業"}, by=world.ada)
    for query in ("晨光", "精密工業", "密工"):
        assert found(query) == {world.acme, world.eve}
    assert not found("acme tools")


def test_match_keys_follow_the_contact_and_its_undo(world: World) -> None:
    def keys() -> set[tuple[str, str]]:
        return set(
            MatchKey.objects.filter(record_type="contact", record_id=world.eve.pk).values_list(
                "kind", "value"
            )
        )

    before = keys()
    assert before == {("name", "evebuyer"), ("email", "eve@acme.example")}
    update_contact(
        world.eve, values={"emails": ["EVE@new.example"], "phones": ["+15125550100"]}, by=world.sam
    )
    assert {("email", "eve@new.example"), ("phone", "+15125550100")} <= keys()
    undo(ChangeSet.objects.latest("pk"), by=world.sam)
    assert keys() == before
