"""Custom fields on every screen of the records that have them, through the front door."""

import datetime as dt
from decimal import Decimal

import pytest

from kairos.core.actions.custom_fields import delete_custom_field, restore_custom_field
from kairos.core.actions.records import update_record
from kairos.core.history import change_set, recorded
from kairos.core.history.undo import Conflict, undo
from kairos.core.models import ChangeSet, FieldChange
from kairos.core.records import type_named
from kairos.crm.models import Opportunity

# kind, what a form sends, what the record then says, how it is kept, how it is shown
VALUES = [
    ("text", " Blue ", "Blue", "Blue", "Blue"),
    ("long_text", "Line\r\nline", "Line\r\nline", "Line\r\nline", "Line\r\nline"),
    ("number", "1,234.5", Decimal("1234.5"), 1234500, "1,234.5"),
    ("money", "99.95", Decimal("99.95"), 99950, "99.95"),
    ("date", "2026-11-23", dt.date(2026, 11, 23), "2026-11-23", "Nov 23, 2026"),
    ("time", "14:30", dt.time(14, 30), "14:30:00", "2:30\u202fPM"),
    ("choice", "large", "large", "large", "Large"),
    ("choices", ["large", "small"], ["large", "small"], ["large", "small"], "Small, Large"),
    ("boolean", "true", True, True, "Yes"),
    ("url", "kairos.example", "https://kairos.example", "https://kairos.example", "https://kairos.example"),
    ("email", "a@b.example", "a@b.example", "a@b.example", "a@b.example"),
    ("phone", "(02) 2345-6789", "+886223456789", "+886223456789", "+886 2 2345 6789"),
]


@pytest.mark.parametrize(("kind", "sent", "value", "kept", "shown"), VALUES, ids=[row[0] for row in VALUES])
def test_a_value_is_entered_kept_typed_and_shown(world, as_, add, kind, sent, value, kept, shown):
    field = add("Extra", kind)
    url = f"/opportunities/{world.sams_deal.pk}/field/custom__extra"
    client = as_(world.sam)
    was = "[]" if kind == "choices" else "false" if kind == "boolean" else ""
    answer = client.post(url, {"value": sent, "was": was})
    assert answer.status_code == 200, answer.content.decode()
    deal = Opportunity.objects.get(pk=world.sams_deal.pk)
    assert deal.custom == {field.key: kept}
    assert deal.custom__extra == value
    found = type_named("opportunity").fields["custom__extra"]
    assert found.format(found.value(deal)) == shown
    assert client.get(url).status_code == 200
    assert client.get(f"/opportunities/{deal.pk}").status_code == 200
    assert (
        client.get("/opportunities?view=list&columns=title,custom__extra&sort=custom__extra").status_code
        == 200
    )


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("text", "x" * 501),
        ("text", "nul \x00"),
        ("long_text", "x" * 10_001),
        ("number", "NaN"),
        ("number", "Infinity"),
        ("number", "1e30"),
        ("money", "9999999999999"),
        ("money", "many"),
        ("date", "1066-10-14"),
        ("date", "tomorrow"),
        ("time", "25:00"),
        ("choice", "gigantic"),
        ("choices", ["small", "gigantic"]),
        ("url", "javascript://alert(1)"),
        ("email", "nobody"),
        ("phone", "one two"),
        ("relation", "999999"),
        ("person", "0"),
    ],
)
def test_a_hostile_value_is_refused_and_nothing_changes(world, as_, add, kind, sent):
    add("Extra", kind, target="contact" if kind == "relation" else "")
    count = ChangeSet.objects.count()
    was = "[]" if kind == "choices" else ""
    url = f"/opportunities/{world.sams_deal.pk}/field/custom__extra"
    answer = as_(world.sam).post(url, {"value": sent, "was": was})
    assert answer.status_code == 422
    assert Opportunity.objects.get(pk=world.sams_deal.pk).custom == {}
    assert ChangeSet.objects.count() == count


def test_links_lead_to_a_record_and_to_a_colleague(world, as_, add):
    add("Partner", "relation", target="contact")
    add("Engineer", "person")
    client, base = as_(world.sam), f"/opportunities/{world.sams_deal.pk}"
    assert client.post(f"{base}/field/custom__partner", {"value": world.eve.pk, "was": ""}).status_code == 200
    assert (
        client.post(f"{base}/field/custom__engineer", {"value": world.tia.pk, "was": ""}).status_code == 200
    )
    deal = Opportunity.objects.get(pk=world.sams_deal.pk)
    assert (deal.custom__partner, deal.custom__engineer) == (world.eve, world.tia)
    page = client.get(base).content.decode()
    assert f'href="/contacts/{world.eve.pk}"' in page
    listed = client.get("/opportunities?view=list&columns=title,custom__partner&sort=-custom__partner")
    assert "Eve Buyer" in listed.content.decode()


def test_history_and_undo_go_by_the_custom_field(world, as_, add):
    add("Colour", "text")
    add("Size", "choice")
    with recorded() as rows:
        update_record(
            world.sams_deal, values={"custom__colour": "Blue", "custom__size": "small"}, by=world.sam
        )
    changes = FieldChange.objects.filter(change_set=rows[0]).order_by("field")
    assert [(c.field, c.old, c.new) for c in changes] == [
        ("custom__colour", None, '"Blue"'),
        ("custom__size", None, '"small"'),
    ]
    update_record(world.sams_deal, values={"custom__colour": "Red"}, by=world.tia)
    page = as_(world.sam).get(f"/opportunities/{world.sams_deal.pk}/field/custom__colour/history")
    assert "Blue" in page.content.decode()
    report = undo(rows[0], by=world.sam)
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.custom == {"colour": "Red"}
    assert report.conflicts == [Conflict("opportunity", world.sams_deal.pk, "custom__colour", "changed")]


def test_two_people_who_edit_different_custom_fields_both_win(world, as_, add):
    add("Colour", "text")
    add("Size", "choice")
    stale = Opportunity.objects.get(pk=world.sams_deal.pk)
    update_record(world.sams_deal, values={"custom__colour": "Blue"}, by=world.sam)
    with change_set(by=world.tia, summary="Both") as changes:
        changes.lock(world.sams_deal)
        changes.update(stale, custom__size="large")
    assert Opportunity.objects.get(pk=stale.pk).custom == {"colour": "Blue", "size": "large"}
    url = f"/opportunities/{stale.pk}/field/custom__colour"
    assert as_(world.sam).post(url, {"value": "Green", "was": ""}).status_code == 409
    assert Opportunity.objects.get(pk=stale.pk).custom__colour == "Blue"


def test_many_records_get_a_value_without_losing_their_others(world, as_, add):
    add("Colour", "text")
    add("Size", "choice")
    deals = [world.sams_deal, world.tias_deal]
    update_record(deals[0], values={"custom__size": "huge"}, by=world.ada)
    ids = [deal.pk for deal in deals]
    form = {"ids": ids, "field": "custom__colour", "custom__colour": "Blue", "value": "Blue"}
    answer = as_(world.lena).post("/opportunities/bulk/edit", form | {"run": "1", "key": "k1"})
    assert answer.status_code == 200, answer.content.decode()
    found = dict(Opportunity.objects.filter(pk__in=ids).values_list("pk", "custom"))
    assert found == {ids[0]: {"size": "huge", "colour": "Blue"}, ids[1]: {"colour": "Blue"}}


def test_a_new_record_is_asked_for_what_is_required(world, as_, add):
    add("Colour", "text", is_required=True)
    add("Shade", "text", is_required=True, team_id=world.south.pk)
    client, form = as_(world.sam), {"title": "Saws", "key": "abc"}
    count = Opportunity.objects.count()
    asked = client.get("/opportunities/new").content.decode()
    assert 'name="custom__colour"' in asked
    assert "custom__shade" not in asked
    assert client.post("/opportunities/new", form | {"custom__colour": ""}).status_code == 422
    assert client.post("/opportunities/new", form).status_code == 422
    assert Opportunity.objects.count() == count
    assert client.post("/opportunities/new", form | {"custom__colour": "Blue"}).status_code == 200
    assert Opportunity.objects.get(title="Saws").custom == {"colour": "Blue"}


def test_a_field_of_one_team_shows_on_its_records_alone(world, as_, add):
    add("Frost proof", "boolean", team_id=world.north.pk)
    pages = {
        deal: as_(world.ada).get(f"/opportunities/{deal.pk}").content.decode()
        for deal in (world.sams_deal, world.ottos_deal)
    }
    assert "Frost proof" in pages[world.sams_deal]
    assert "Frost proof" not in pages[world.ottos_deal]


def test_records_of_another_kind_do_not_have_the_field(world, as_, add):
    add("Colour", "text", on="contact")
    assert "custom__colour" in type_named("contact").fields
    assert "custom__colour" not in type_named("opportunity").fields
    url = f"/opportunities/{world.sams_deal.pk}/field/custom__colour"
    assert as_(world.sam).post(url, {"value": "Blue", "was": ""}).status_code == 404
    assert (
        as_(world.stranger).get(f"/opportunities/{world.sams_deal.pk}/field/custom__colour").status_code
        == 404
    )


def test_the_search_box_finds_a_text_of_a_custom_field(world, as_, add):
    add("Serial", "text")
    update_record(world.sams_deal, values={"custom__serial": "XK-7781"}, by=world.sam)
    assert "Anvils" in as_(world.sam).get("/opportunities?view=list&q=7781").content.decode()
    update_record(world.sams_deal, values={"custom__serial": ""}, by=world.sam)
    assert "Anvils" not in as_(world.sam).get("/opportunities?view=list&q=7781").content.decode()


def test_a_required_field_is_not_emptied_in_bulk(world, as_, add):
    add("Colour", "text", is_required=True)
    update_record(world.sams_deal, values={"custom__colour": "Blue"}, by=world.sam)
    form = {
        "ids": [world.sams_deal.pk],
        "field": "custom__colour",
        "custom__colour": "",
        "run": "1",
        "key": "k",
    }
    answer = as_(world.lena).post("/opportunities/bulk/edit", form)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Colour" in page
    assert "This field is required." in page
    assert Opportunity.objects.get(pk=world.sams_deal.pk).custom == {"colour": "Blue"}


def test_a_deleted_field_is_not_searched_and_a_restored_one_is(world, as_, add):
    def finds() -> bool:
        return "Anvils" in as_(world.sam).get("/opportunities?view=list&q=7781").content.decode()

    field = add("Serial", "text")
    update_record(world.sams_deal, values={"custom__serial": "XK-7781"}, by=world.sam)
    delete_custom_field(field, by=world.ada)
    assert not finds()
    restore_custom_field(field, by=world.ada)
    assert finds()
    undo(ChangeSet.objects.latest("pk"), by=world.ada)
    assert not finds()


def test_a_past_day_shows_the_value_of_that_day(world, as_, add):
    add("Size", "choice")
    add("Budget", "money")
    deal = world.sams_deal
    Opportunity.objects.filter(pk=deal.pk).update(created_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    for day, size, budget in ((2, "small", 5), (10, "large", 70)):
        at = dt.datetime(2026, 1, day, 12, tzinfo=dt.UTC)
        with change_set(by=world.sam, summary="Sized", at=at) as changes:
            changes.update(deal, custom__size=size, custom__budget=budget)
    client = as_(world.ada)
    url = "/opportunities?view=list&as_of=2026-01-05&columns=title,custom__size,custom__budget"
    for more in (
        "",
        "&sort=-custom__budget",
        "&group=custom__size",
        "&where=custom__size:in:small~custom__budget:lt:6",
    ):
        page = client.get(url + more).content.decode()
        assert "Small" in page, more
        assert "Large" not in page, more
    assert "Anvils" not in client.get(url + "&where=custom__size:in:large").content.decode()
    assert client.get("/opportunities?view=board&group=custom__size&as_of=2026-01-05").status_code == 200


def test_a_deleted_record_comes_back_with_its_values(world, add):
    add("Colour", "text")
    deal = world.sams_deal
    with recorded() as rows, change_set(by=world.ada, summary="Gone") as changes:
        changes.update(deal, custom__colour="Blue")
        changes.delete(deal)
    undo(rows[0], by=world.ada)
    assert Opportunity.objects.get(pk=deal.pk).custom == {}


def test_a_link_is_let_go_with_the_record_it_leads_to_and_comes_back_with_it(world, add):
    from kairos.contacts.models import Contact

    add("Partner", "relation", target="contact")
    with change_set(by=world.ada, summary="Made") as changes:
        partner = changes.create(Contact, name="Partner")
        changes.update(world.sams_deal, custom__partner=partner)
    with recorded() as rows, change_set(by=world.ada, summary="Gone") as changes:
        changes.delete(partner)
    assert Opportunity.objects.get(pk=world.sams_deal.pk).custom == {}
    undo(rows[0], by=world.ada)
    assert Opportunity.objects.get(pk=world.sams_deal.pk).custom__partner.name == "Partner"
