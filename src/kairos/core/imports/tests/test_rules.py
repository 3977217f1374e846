"""No privilege, no leak and no half work through an import."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from kairos.accounts.models import User
from kairos.contacts.models import Contact
from kairos.core.actions import imports as acts
from kairos.core.actions.custom_fields import create_custom_field
from kairos.core.history.undo import undo
from kairos.core.imports import files
from kairos.core.imports.direct import import_file
from kairos.core.imports.report import sentence
from kairos.core.models import ChangeSet, FieldChange, ImportRun
from kairos.core.records import type_called
from kairos.crm.actions.opportunities import update_opportunity
from kairos.crm.models import Opportunity


@pytest.fixture
def bring(tmp_path: Path) -> Any:
    """`bring("contacts", user, rows, columns, …)`: import these rows by this mapping."""

    def run(
        plural: str, user: Any, rows: list[dict[str, Any]], columns: dict[str, Any], **more: Any
    ) -> dict[str, Any]:
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        path = tmp_path / "file.csv"
        path.write_text(text.getvalue())
        mapping = {"columns": columns, **more}
        return import_file(type_called(plural), path, mapping=mapping, user=user)

    return run


def sentences(report: dict[str, Any]) -> list[str]:
    return [sentence(problem) for problem in report["problems"]]


@pytest.mark.django_db
def test_a_deal_one_cannot_see_is_neither_changed_nor_told(world, bring):
    update_opportunity(world.ottos_deal, values={"external_id": "SECRET"}, by=world.otto)
    rows = [{"ID": "SECRET", "Title": "Mine now"}, {"ID": "NEW", "Title": "Mine"}]
    columns = {"ID": "external_id", "Title": "title"}
    report = bring("opportunities", world.sam, rows, columns, match_by="external_id")
    assert (report["created"], report["updated"], report["errors"]) == (1, 0, 1)
    assert sentences(report) == ["Row 2: the external ID “SECRET” cannot be used."]
    world.ottos_deal.refresh_from_db()
    assert world.ottos_deal.title == "Magnets"


@pytest.mark.django_db
def test_nobody_becomes_an_administrator_by_spreadsheet(world, bring):
    rows = [{"name": "Sam Seller", "role": "Administrator"}]
    for who in (world.sam, world.lena):
        with pytest.raises(Exception, match="may not"):
            bring("users", who, rows, {"name": "name", "role": "role"}, match_by="name")
    world.sam.refresh_from_db()
    assert world.sam.role == "sales_own"


@pytest.mark.django_db
def test_a_salesperson_makes_no_colleague_and_no_stage_on_the_way(world, bring):
    rows = [
        {"Title": "A", "Seller": "Nora New", "Stage": ""},
        {"Title": "B", "Seller": "", "Stage": "Invented"},
    ]
    columns = {"Title": "title", "Seller": "salesperson", "Stage": "stage"}
    report = bring(
        "opportunities", world.sam, rows, columns, create_missing={"salesperson": True, "stage": True}
    )
    assert (report["created"], report["errors"], report["made"]) == (0, 2, {})
    assert not User.objects.filter(name="Nora New").exists()


@pytest.mark.django_db
def test_existing_records_are_updated_by_external_id_and_lists_only_grow(world, bring):
    first = [{"ID": "C1", "Name": "Mia", "Mail": "a@mia.example", "City": "Oslo"}]
    columns = {"ID": "external_id", "Name": "name", "Mail": "emails", "City": "city"}
    bring("contacts", world.ada, first, columns, match_by="external_id")
    second = [{"ID": "C1", "Name": "Mia M", "Mail": "b@mia.example", "City": ""}]
    report = bring("contacts", world.ada, second, columns, match_by="external_id")
    assert (report["created"], report["updated"]) == (0, 1)
    mia = Contact.objects.get(external_id="C1")
    assert (mia.name, mia.emails, mia.city) == ("Mia M", ["a@mia.example", "b@mia.example"], "Oslo")
    assert bring("contacts", world.ada, second, columns, match_by="external_id")["skipped"] == 1
    undo(ChangeSet.objects.get(pk=report["change_set"]), by=world.ada)
    mia.refresh_from_db()
    assert (mia.name, mia.emails) == ("Mia", ["a@mia.example"])


@pytest.mark.django_db
def test_a_row_that_repeats_another_is_named(world, bring):
    rows = [{"ID": "X", "Name": "One"}, {"ID": "X", "Name": "Two"}]
    report = bring("contacts", world.ada, rows, {"ID": "external_id", "Name": "name"}, match_by="external_id")
    assert (report["created"], report["errors"]) == (1, 1)
    assert sentences(report) == ["Row 3: “X” stands in row 2 already."]


@pytest.mark.django_db
def test_a_deal_that_was_won_since_is_won_by_the_file_at_its_date(world, bring):
    columns = {
        "ID": "external_id", "Title": "title",
        "Stage": {"field": "stage", "values": {"Won": {"status": "won"}}}, "Closed": "closed_at",
    }  # fmt: skip
    rows = [{"ID": "D", "Title": "T", "Stage": "Talking", "Closed": ""}]
    bring("opportunities", world.ada, rows, columns, match_by="external_id")
    rows[0] |= {"Stage": "Won", "Closed": "2026-03-05"}
    assert bring("opportunities", world.ada, rows, columns, match_by="external_id")["updated"] == 1
    deal = Opportunity.objects.get(external_id="D")
    assert (deal.status, deal.stage, deal.probability) == ("won", world.won, 100)
    assert bring("opportunities", world.ada, rows, columns, match_by="external_id")["skipped"] == 1


@pytest.mark.django_db
def test_a_company_below_that_names_one_above_is_linked_and_circles_are_not(world, bring):
    rows = [
        {"Name": "Daughter", "Of": "Mother"}, {"Name": "Mother", "Of": ""},
        {"Name": "Hen", "Of": "Egg"}, {"Name": "Egg", "Of": "Hen"},
    ]  # fmt: skip
    columns = {"Name": "name", "Of": "parent"}
    more: dict[str, Any] = {"match_by": "name", "defaults": {"kind": "organisation"}}
    report = bring("contacts", world.ada, rows, columns, **more)
    assert report["created"] == 4
    assert Contact.objects.get(name="Daughter").parent == Contact.objects.get(name="Mother")
    assert Contact.objects.filter(name__in=["Hen", "Egg"]).exclude(parent=None).count() == 0
    assert len(report["notices"]) == 2
    assert not FieldChange.objects.filter(record_type="contact", field="parent").exists()


@pytest.mark.django_db
def test_a_row_that_a_rule_refuses_while_writing_is_named_and_the_others_go_in(world, bring):
    rows = [{"name": f"Person {n}", "email": f"p{n}@example.com"} for n in range(40)]
    rows[17]["email"] = "P3@example.com"
    report = bring("users", world.ada, rows, {"name": "name", "email": "email"})
    assert (report["created"], report["errors"]) == (39, 1)
    assert report["problems"][0]["params"]["row"] == 19
    assert User.objects.filter(name__startswith="Person").count() == 39
    assert FieldChange.objects.filter(change_set=report["change_set"], field="").count() == 39
    undo(ChangeSet.objects.get(pk=report["change_set"]), by=world.ada)
    assert not User.objects.filter(name__startswith="Person").exists()


def _run(world: Any, rows: int) -> ImportRun:
    text = "Name,Kind\n" + "".join(f"Person {n},person\n" for n in range(rows))
    run = acts.start_import(plural="contacts", pieces=[text.encode()], filename="people.csv", by=world.ada)
    acts.request_check(run)
    run.refresh_from_db()
    return run


@pytest.mark.django_db
def test_a_cancelled_import_writes_nothing(world, monkeypatch):
    run, before = _run(world, 5_000), ChangeSet.objects.count()
    told = files.tell_progress

    def tell_and_cancel(name: str, **progress: Any) -> None:
        told(name, **progress)
        files.ask_to_stop(name)

    monkeypatch.setattr(files, "tell_progress", tell_and_cancel)
    acts.request_apply(run)
    run.refresh_from_db()
    assert (run.state, Contact.objects.filter(name__startswith="Person").count()) == ("cancelled", 0)
    assert ChangeSet.objects.count() == before
    monkeypatch.undo()
    acts.request_apply(run)
    run.refresh_from_db()
    assert (run.state, Contact.objects.filter(name__startswith="Person").count()) == ("done", 5_000)


@pytest.mark.django_db
def test_a_fault_in_the_middle_leaves_nothing_and_a_sentence(world, monkeypatch, as_):
    run = _run(world, 5_000)
    contacts = type_called("contacts")
    given, calls = type(contacts).import_new, []

    def fail_later(self: Any, changes: Any, rows: Any) -> Any:
        calls.append(len(rows))
        if len(calls) > 1:
            raise RuntimeError("disk on fire")
        return given(self, changes, rows)

    monkeypatch.setattr(type(contacts), "import_new", fail_later)
    acts.request_apply(run)
    run.refresh_from_db()
    assert (run.state, Contact.objects.filter(name__startswith="Person").count()) == ("failed", 0)
    page = as_(world.ada).get(f"/imports/{run.pk}").content.decode()
    assert "nothing of it was written" in page
    assert "disk on fire" not in page


@pytest.mark.django_db
def test_an_import_whose_process_died_is_found_interrupted_and_can_be_started_again(world, as_):
    run = _run(world, 10)
    ImportRun.objects.filter(pk=run.pk).update(state="applying", started_at=run.created_at)
    client = as_(world.ada)
    assert "Start again" in client.get(f"/imports/{run.pk}").content.decode()
    client.post(f"/imports/{run.pk}/apply")
    run.refresh_from_db()
    assert (run.state, run.report["created"]) == ("done", 10)


@pytest.mark.django_db
def test_two_processes_do_not_work_on_one_import(world):
    run = _run(world, 10)
    ImportRun.objects.filter(pk=run.pk).update(state="applying", started_at=run.created_at)
    with files.working_on(run.path):
        assert files.is_worked_on(run.path)
        acts.apply_import(run.pk)
    run.refresh_from_db()
    assert run.state == "applying"
    acts.apply_import(run.pk)
    acts.apply_import(run.pk)
    assert Contact.objects.filter(name__startswith="Person").count() == 10


@pytest.mark.django_db
def test_the_command_says_what_is_wrong_and_writes_nothing(world, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Name\nMia\n")
    mapping = tmp_path / "mapping.json"
    for wrong in (
        '{"columns": {"Nobody": "name"}}',
        '{"columns": {"Name": "password"}}',
        "[]",
        '{"colums": {}}',
        "{",
    ):
        mapping.write_text(wrong)
        with pytest.raises(CommandError) as error:
            call_command("import", "contacts", str(path), "--mapping", str(mapping))
        assert error.value.returncode == 2
    with pytest.raises(CommandError):
        call_command("import", "spaceships", str(path))
    with pytest.raises(CommandError):
        call_command("import", "contacts", str(path), "--by", "nobody@example.com")
    assert not Contact.objects.filter(name="Mia").exists()
    out = io.StringIO()
    call_command("import", "contacts", str(path), "--json", "--by", "sam@example.com", stdout=out)
    report = json.loads(out.getvalue())
    assert (report["created"], report["errors"]) == (1, 0)
    call_command("import", "--undo", str(report["change_set"]), stdout=out)
    assert not Contact.objects.filter(name="Mia").exists()


@pytest.mark.django_db
def test_a_new_record_without_a_required_custom_field_is_refused_and_the_field_named(world, bring):
    given = {"label": "Colour", "kind": "text", "record_types": ["opportunity"], "is_required": True}
    create_custom_field(values=given, by=world.ada)
    create_custom_field(values={**given, "label": "Shade", "team_id": world.south.pk}, by=world.ada)
    columns = {"Title": "title", "Paint": "custom__colour", "Team": "team"}
    rows = [
        {"Title": "Saws", "Paint": "Blue", "Team": "North"},
        {"Title": "Files", "Paint": "", "Team": "North"},
        {"Title": "Nails", "Paint": "Red", "Team": "South"},
    ]
    report = bring("opportunities", world.ada, rows, columns)
    assert sentences(report) == ["Row 3: “Paint” is empty.", "Row 4: “Shade” is empty."]
    assert list(Opportunity.objects.filter(title__in=["Saws", "Files", "Nails"]).values_list("title")) == [
        ("Saws",)
    ]
    report = bring("opportunities", world.ada, rows[1:2], columns, defaults={"custom__colour": "Grey"})
    assert report["errors"] == 0
    assert Opportunity.objects.get(title="Files").custom == {"colour": "Grey"}
