"""Creating from the dialog and from a column; choices of relations while typing."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from kairos.core.models import ChangeSet
from kairos.core.records import type_named

pytestmark = pytest.mark.django_db
NEW = "/opportunities/new"


def deals() -> Any:
    return type_named("opportunity").model.objects


def key_of(text: str) -> str:
    return text.split('name="key" value="')[1].split('"')[0]


def test_the_form_is_prefilled_by_the_address_and_starts_with_oneself(
    world: Any, as_: Callable[..., Any]
) -> None:
    text = as_(world.sam).get(NEW, {"stage": world.talking.pk}).content.decode()
    assert f'name="stage" value="{world.talking.pk}"' in text
    assert 'value="Talking"' in text
    assert f'name="salesperson" value="{world.sam.pk}"' in text


def test_sent_once_it_creates_one_deal_with_the_defaults_of_the_house(
    world: Any, as_: Callable[..., Any]
) -> None:
    body = {
        "title": "Springs",
        "organisation": world.acme.pk,
        "expected_revenue": "1,234.5",
        "stage": "",
        "team": "",
    }
    answer = as_(world.sam).post(NEW, body)
    assert answer.status_code == 200
    deal = deals().get(title="Springs")
    assert (deal.salesperson, deal.team, deal.stage) == (world.sam, world.north, world.new)
    assert (deal.expected_revenue, deal.currency, deal.probability) == (Decimal("1234.5"), "USD", 10)
    assert f"/history/{ChangeSet.objects.latest('pk').pk}/undo" in answer.content.decode()
    assert "dialog:close" in answer["HX-Trigger"]


def test_sent_twice_it_creates_once(world: Any, as_: Callable[..., Any]) -> None:
    client = as_(world.sam)
    key = key_of(client.get(NEW).content.decode())
    first = client.post(NEW, {"title": "Springs", "key": key})
    second = client.post(NEW, {"title": "Springs", "key": key})
    assert (first.status_code, second.status_code) == (200, 200)
    assert deals().filter(title="Springs").count() == 1
    client.post(NEW, {"title": "Springs", "key": key_of(client.get(NEW).content.decode())})
    assert deals().filter(title="Springs").count() == 2


def test_what_is_wrong_is_kept_and_explained(world: Any, as_: Callable[..., Any]) -> None:
    count = deals().count()
    answer = as_(world.sam).post(
        NEW, {"title": "", "expected_revenue": "much", "organisation": world.acme.pk}
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    for words in ("This field is required.", "Enter an amount.", 'value="much"', 'value="Acme"'):
        assert words in text
    assert deals().count() == count


def test_a_new_organisation_is_made_with_the_deal_and_taken_back_with_it(
    world: Any, as_: Callable[..., Any]
) -> None:
    client = as_(world.sam)
    client.post(NEW, {"title": "Springs", "organisation_new": "Bolt Works"})
    deal = deals().get(title="Springs")
    assert (deal.organisation.name, deal.organisation.kind) == ("Bolt Works", "organisation")
    client.post(f"/history/{ChangeSet.objects.latest('pk').pk}/undo")
    assert not deals().filter(title="Springs").exists()
    assert not type_named("contact").model.objects.filter(name="Bolt Works").exists()


def test_an_organisation_of_this_name_is_used_instead_of_a_second_one(
    world: Any, as_: Callable[..., Any]
) -> None:
    as_(world.sam).post(NEW, {"title": "Springs", "organisation_new": "acme"})
    assert deals().get(title="Springs").organisation == world.acme


def test_create_and_open_leads_to_the_page(world: Any, as_: Callable[..., Any]) -> None:
    answer = as_(world.sam).post(NEW, {"title": "Springs", "then": "open"})
    assert answer["HX-Redirect"] == f"/opportunities/{deals().get(title='Springs').pk}"


def test_create_another_gives_a_fresh_form(world: Any, as_: Callable[..., Any]) -> None:
    key = "k1"
    answer = as_(world.sam).post(NEW, {"title": "Springs", "then": "another", "key": key})
    text = answer.content.decode()
    assert key_of(text) != key
    assert 'value="Springs"' not in text
    assert "Created “Springs”" in text


def test_the_short_form_in_a_column_keeps_its_column_and_stays_open(
    world: Any, as_: Callable[..., Any]
) -> None:
    client = as_(world.sam)
    form = client.get(NEW, {"compact": "1", "stage": world.talking.pk}).content.decode()
    assert f'<input type="hidden" name="stage" value="{world.talking.pk}">' in form
    body = {"compact": "1", "stage": world.talking.pk, "title": "Springs", "key": key_of(form)}
    answer = client.post(NEW, body)
    assert deals().get(title="Springs").stage == world.talking
    text = answer.content.decode()
    assert f'hx-target="#key-{body["key"]}"' in text
    assert f'hx-target="#column-{world.talking.pk}-cards"' in text
    assert "Springs" in text
    wrong = client.post(NEW, {**body, "title": "", "key": "k2"})
    assert wrong.status_code == 422
    assert "This field is required." in wrong.content.decode()


def test_only_those_who_may_create_do(world: Any, as_: Callable[..., Any]) -> None:
    stages = type_named("stage").model.objects
    count = stages.count()
    assert as_(world.sam).get("/stages/new").status_code == 403
    assert as_(world.sam).post("/stages/new", {"name": "Mine"}).status_code == 403
    assert stages.count() == count
    assert as_(world.lena).post("/stages/new", {"name": "Fresh"}).status_code == 200


def test_fields_nobody_edits_cannot_be_given(world: Any, as_: Callable[..., Any]) -> None:
    body = {
        "title": "Springs",
        "created_at": "2001-01-01",
        "version": "9",
        "weighted_revenue": "5",
        "id": "77",
    }
    as_(world.sam).post(NEW, body)
    deal = deals().get(title="Springs")
    assert (deal.version, deal.pk == 77, deal.created_at.year > 2001) == (1, False, True)


def test_choices_are_found_while_typing_and_only_those_that_fit(world: Any, as_: Callable[..., Any]) -> None:
    client = as_(world.sam)
    address = f"/contacts/options?for=opportunity.organisation&record={world.sams_deal.pk}"
    assert "Acme" in client.get(f"{address}&q=acm").content.decode()
    assert "Eve Buyer" not in client.get(f"{address}&q=eve").content.decode()
    assert "data-create" in client.get(f"{address}&q=Bolt").content.decode()
    stages = client.get(f"/stages/options?for=opportunity.stage&record={world.sams_deal.pk}").content.decode()
    assert "Talking" in stages
    assert "Offer" not in stages


@pytest.mark.parametrize(
    "address",
    [
        "/contacts/options?for=opportunity.stage",
        "/contacts/options?for=opportunity.nothing",
        "/contacts/options?for=x",
        "/nothings/options",
    ],
)
def test_choices_of_what_makes_no_sense_are_not_there(
    world: Any, as_: Callable[..., Any], address: str
) -> None:
    assert as_(world.sam).get(address).status_code == 404


def test_choices_show_no_record_one_may_not_see(world: Any, as_: Callable[..., Any]) -> None:
    assert "Magnets" not in as_(world.sam).get("/opportunities/options?q=magnets").content.decode()
    assert "Magnets" in as_(world.otto).get("/opportunities/options?q=magnets").content.decode()
