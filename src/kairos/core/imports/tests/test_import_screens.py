"""A spreadsheet goes in through the screens, as people do it."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kairos.contacts.models import Contact
from kairos.core.models import ChangeSet, ImportRun
from kairos.crm.models import Opportunity

PEOPLE = "Name,Company,E-mail,Tags\nMia Muster,Acme,mia@acme.example,vip\nTom Test,Newco,tom@newco.example,\n"
DEALS = (
    "ID,Deal,Customer,Stage,Value,Close date\n"
    "D1,Big anvil,Acme,Talking,1200,2026-12-01\n"
    "D2,Small anvil,Acmee,Closed won,800,2026-10-02\n"
    "D3,Odd anvil,Acme,New,lots,2026-11-02\n"
)
DEAL_HEADER = ["ID", "Deal", "Customer", "Stage", "Value", "Close date"]


def upload(client: Any, plural: str, text: str | bytes, name: str = "file.csv", **more: Any) -> Any:
    data = text.encode() if isinstance(text, str) else text
    return client.post(f"/{plural}/import", {"file": SimpleUploadedFile(name, data)}, **more)


def started(client: Any, plural: str, text: str | bytes, name: str = "file.csv") -> ImportRun:
    answer = upload(client, plural, text, name)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return ImportRun.objects.latest("pk")


def mapping_form(run: ImportRun, header: list[str], **changes: str) -> dict[str, str]:
    """What the browser would send: the guessed mapping with some answers changed."""
    form = {
        f"field-{i}": run.mapping["columns"].get(name, {}).get("field", "") for i, name in enumerate(header)
    }
    form["match_by"] = ",".join(run.mapping.get("match_by", []))
    return form | {f"default-{k}": str(v) for k, v in run.mapping.get("defaults", {}).items()} | changes


@pytest.mark.django_db
def test_a_file_is_uploaded_mapped_checked_imported_and_undone(world, as_):
    client = as_(world.ada)
    assert client.get("/contacts/import").status_code == 200
    run = started(client, "contacts", PEOPLE)
    page = client.get(f"/imports/{run.pk}").content.decode()
    assert "Mia Muster" in page
    assert 'value="parent" selected' in page
    header = ["Name", "Company", "E-mail", "Tags"]
    form = mapping_form(
        run, header, **{"asked-create-1": "1", "create-1": "1", "asked-create-3": "1", "create-3": "1"}
    )
    answer = client.post(f"/imports/{run.pk}/mapping", {**form, "then": "check"}, follow=True)
    page = answer.content.decode()
    run.refresh_from_db()
    assert (run.state, run.report["created"], run.report["made"]) == ("checked", 2, {"contact": 1, "tag": 1})
    assert Contact.objects.filter(name="Mia Muster").count() == 0
    client.post(f"/imports/{run.pk}/apply")
    run.refresh_from_db()
    assert (run.state, run.report["created"], run.report["errors"]) == ("done", 2, 0)
    mia = Contact.objects.get(name="Mia Muster")
    assert (mia.parent, mia.kind, mia.emails) == (world.acme, "person", ["mia@acme.example"])
    assert Contact.objects.get(name="Newco").kind == "organisation"
    assert ChangeSet.objects.latest("pk").source == "import"
    assert client.get(f"/imports/{run.pk}").status_code == 200
    client.post(f"/imports/{run.pk}/undo")
    assert not Contact.objects.filter(name__in=["Mia Muster", "Tom Test", "Newco"]).exists()
    assert "Undone" in client.get("/imports").content.decode()


@pytest.mark.django_db
def test_a_wrong_cell_is_corrected_in_the_grid_and_the_rest_goes_in(world, as_):
    client = as_(world.ada)
    run = started(client, "opportunities", DEALS)
    form = mapping_form(run, DEAL_HEADER, **{"field-4": "expected_revenue"})
    client.post(f"/imports/{run.pk}/mapping", form | {"then": "check"})
    run.refresh_from_db()
    assert (run.report["created"], run.report["errors"]) == (2, 1)
    page = client.get(f"/imports/{run.pk}").content.decode()
    assert 'name="fix-0" value="lots"' in page
    client.post(f"/imports/{run.pk}/fix", {"fix-0": "300"})
    run.refresh_from_db()
    assert (run.state, run.report["created"], run.report["errors"]) == ("checked", 3, 0)
    client.post(f"/imports/{run.pk}/apply")
    deal = Opportunity.objects.get(external_id="D3")
    assert deal.expected_revenue == 300
    assert Opportunity.objects.get(external_id="D2").status == "won"
    assert Opportunity.objects.get(external_id="D1").expected_closing == dt.date(2026, 12, 1)


@pytest.mark.django_db
def test_a_value_that_nearly_fits_is_offered_and_can_be_given_another_meaning(world, as_):
    client = as_(world.ada)
    run = started(client, "opportunities", DEALS)
    form = mapping_form(run, DEAL_HEADER, **{"text-3-0": "Talking", "value-3-0": f"id:{world.new.pk}"})
    client.post(f"/imports/{run.pk}/mapping", form)
    run.refresh_from_db()
    assert run.mapping["columns"]["Stage"]["values"]["Talking"] == {"id": world.new.pk}
    assert "Talking" in client.get(f"/imports/{run.pk}").content.decode()


@pytest.mark.django_db
def test_only_the_owner_and_administrators_see_an_import(world, as_):
    run = started(as_(world.sam), "contacts", PEOPLE)
    paths = ["", "/progress", "/mapping", "/read", "/fix", "/check", "/apply", "/cancel", "/undo"]
    for path in paths:
        url = f"/imports/{run.pk}{path}"
        assert as_(world.tia).get(url).status_code in (404, 405)
        assert as_(world.tia).post(url).status_code in (404, 405), path
    assert as_(world.tia).get(f"/imports/{run.pk}").status_code == 404
    assert as_(world.ada).get(f"/imports/{run.pk}").status_code == 200
    assert run.filename not in as_(world.tia).get("/imports").content.decode()
    run.refresh_from_db()
    assert run.state == "mapping"


@pytest.mark.django_db
def test_who_may_not_import_finds_no_door(world, as_, client):
    assert as_(world.sam).get("/users/import").status_code == 404
    assert upload(as_(world.sam), "users", "name,role\nEve,administrator\n").status_code == 404
    assert client.get("/contacts/import").status_code == 302
    assert ImportRun.objects.count() == 0


@pytest.mark.django_db
def test_nothing_is_applied_before_it_is_checked(world, as_):
    client = as_(world.ada)
    run = started(client, "contacts", PEOPLE)
    before = ChangeSet.objects.count()
    page = client.post(f"/imports/{run.pk}/apply", follow=True).content.decode()
    assert "Check the import before it is applied." in page
    assert ChangeSet.objects.count() == before


@pytest.mark.django_db
def test_applying_twice_writes_once(world, as_):
    client = as_(world.ada)
    run = started(client, "contacts", PEOPLE)
    client.post(f"/imports/{run.pk}/check")
    client.post(f"/imports/{run.pk}/apply")
    count = Contact.objects.count()
    client.post(f"/imports/{run.pk}/apply")
    assert Contact.objects.count() == count
