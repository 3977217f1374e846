"""The gallery, the builder, and keeping reports, through the front door."""

import csv
import io
from typing import Any

import pytest

from kairos.core.models import SavedView
from kairos.core.views.frame import favourites
from kairos.insight.models import Report

pytestmark = pytest.mark.django_db

READY = "/reports/ready/opportunities/pipeline"
HTMX = {"HX-Request": "true"}


def keep(client: Any, **form: str) -> Any:
    values = {"name": "Mine", "query": "measures=count&rows=stage", **form}
    return client.post("/reports/on/opportunities/keep", values, headers=HTMX)


def test_the_gallery_shows_ready_made_kept_and_shared_reports(world: Any, client: Any) -> None:
    client.force_login(world.lena)
    keep(client, name="For my team", sharing=f"team-{world.north.pk}")
    keep(client, name="Only Lena's")
    for person, expected in ((world.lena, {"team", "own"}), (world.tia, {"team"}), (world.otto, set())):
        client.force_login(person)
        page = client.get("/reports").content.decode()
        assert "Pipeline by stage and salesperson" in page
        assert {
            name for name, text in (("team", "For my team"), ("own", "Only Lena")) if text in page
        } == expected


def test_a_ready_made_report_shows_its_figures_with_the_way_to_the_records(world: Any, client: Any) -> None:
    client.force_login(world.lena)
    page = client.get(READY).content.decode()
    assert "Who has how much open, and how far is it?" in page
    assert "Sam Seller" in page
    assert "Otto" not in page
    assert "/opportunities?saved=0&amp;view=list" in page


def test_every_ready_made_report_opens(world: Any, client: Any) -> None:
    from kairos.core.records import type_called

    client.force_login(world.ada)
    for one in type_called("opportunities").all_reports:
        answer = client.get(f"/reports/ready/opportunities/{one.name}")
        assert answer.status_code == 200, one.name
        assert "was left out" not in answer.content.decode(), one.name


def test_any_kind_of_record_can_be_reported(world: Any, client: Any) -> None:
    client.force_login(world.lena)
    page = client.get("/reports/on/contacts?measures=count&rows=kind").content.decode()
    assert "Organisation" in page
    assert client.get("/reports/new").url == "/reports/on/opportunities"


def test_a_report_is_kept_changed_copied_starred_and_deleted_with_a_way_back(world: Any, client: Any) -> None:
    client.force_login(world.lena)
    assert keep(client).headers["HX-Redirect"] == f"/reports/{Report.objects.get().pk}"
    report = Report.objects.get()
    assert (report.query, report.owner, report.sharing) == (
        {"measures": "count", "rows": "stage"}, world.lena, "private",
    )  # fmt: skip
    client.post(f"/reports/{report.pk}/change", {"name": "Ours", "sharing": "everybody"}, headers=HTMX)
    client.post(f"/reports/{report.pk}/star", {"is_starred": "1"}, headers=HTMX)
    report.refresh_from_db()
    assert (report.name, report.sharing, [*report.starred_by.all()]) == ("Ours", "everybody", [world.lena])
    client.force_login(world.otto)
    client.post(f"/reports/{report.pk}/copy", headers=HTMX)
    assert Report.objects.get(owner=world.otto).name == "Copy of Ours"
    client.force_login(world.lena)
    assert client.post(f"/reports/{report.pk}/delete", headers=HTMX).headers["HX-Redirect"] == "/reports"
    assert not Report.objects.filter(pk=report.pk).exists()
    undo = [part for part in client.get("/reports").content.decode().split('"') if part.endswith("/undo")]
    client.post(undo[0], headers=HTMX)
    report = Report.objects.get(pk=report.pk)
    assert (report.name, [*report.starred_by.all()]) == ("Ours", [world.lena])


def test_nobody_changes_the_report_of_another(world: Any, client: Any) -> None:
    client.force_login(world.lena)
    keep(client, sharing="everybody")
    pk = Report.objects.get().pk
    client.force_login(world.sam)
    assert client.get(f"/reports/{pk}").status_code == 200
    for verb, form in (("change", {"name": "Sam's"}), ("delete", {})):
        assert client.post(f"/reports/{pk}/{verb}", form, headers=HTMX).status_code == 409
    assert Report.objects.get().name == "Mine"
    assert keep(client, name="", query="").status_code == 422
    assert keep(client, sharing=f"team-{world.south.pk}").status_code == 422
    Report.objects.update(sharing="private")
    for verb in ("", "/change", "/star", "/copy", "/delete"):
        address = f"/reports/{pk}{verb}"
        answer = client.post(address, headers=HTMX) if verb else client.get(address)
        assert answer.status_code == 404, address
    assert Report.objects.count() == 1


def test_the_table_goes_out_as_a_spreadsheet_of_plain_numbers(world: Any, client: Any) -> None:
    client.force_login(world.lena)
    answer = client.get("/reports/on/opportunities/export.csv?measures=count,expected&rows=salesperson")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows == [
        ["Salesperson", "Count", "Expected revenue, USD"],
        ["Sam Seller", "1", "1000"],
        ["Tia Team", "1", "2500"],
        ["Total", "2", "3500"],
    ]
    assert client.get("/reports/on/opportunities/export.xlsx?measures=count").status_code == 200


def test_the_filter_builder_leads_back_to_the_report(world: Any, client: Any) -> None:
    client.force_login(world.lena)
    form = {
        "do": "apply", "to": "/reports/on/opportunities", "keep": "measures=won",
        "c.group": "all", "c.0.field": "status", "c.0.op": "in", "c.0.value": ["won"],
    }  # fmt: skip
    answer = client.post("/opportunities/condition-builder", form, headers=HTMX)
    assert answer.headers["HX-Redirect"] == "/reports/on/opportunities?measures=won&where=status:in:won"
    for elsewhere in ("//evil.example", "https://evil.example", "/a?b=c", "javascript:alert(1)"):
        answer = client.post("/opportunities/condition-builder", {**form, "to": elsewhere}, headers=HTMX)
        assert answer.headers["HX-Redirect"].startswith("/opportunities?")


def test_a_starred_report_stands_in_the_rail_as_long_as_one_may_open_it(
    world: Any, client: Any, django_assert_num_queries: Any
) -> None:
    client.force_login(world.lena)
    keep(client, sharing="everybody")
    pk = Report.objects.get().pk
    client.force_login(world.sam)
    assert favourites(world.sam) == []
    client.post(f"/reports/{pk}/star", {"is_starred": "1"}, headers=HTMX)
    entry = {"label": "Mine", "icon": "chart-column", "url": f"/reports/{pk}"}
    assert favourites(world.sam) == [entry]
    assert f'href="/reports/{pk}" title="Mine"' in client.get("/").content.decode()
    assert favourites(world.lena) == []
    with django_assert_num_queries(1):
        favourites(world.sam)
    # Saved views come first.
    SavedView.objects.create(name="Zebra", record_type="opportunity", owner=world.sam, is_favourite=True)
    assert [one["label"] for one in favourites(world.sam)] == ["Zebra", "Mine"]
    Report.objects.update(sharing="private")
    assert [one["label"] for one in favourites(world.sam)] == ["Zebra"]
    client.force_login(world.lena)
    client.post(f"/reports/{pk}/star", {"is_starred": "1"}, headers=HTMX)
    client.post(f"/reports/{pk}/delete", headers=HTMX)
    assert favourites(world.lena) == []
