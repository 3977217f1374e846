"""Mail that comes in: kept whole, taken once, and nothing stops the next one."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kairos.core.models import ChangeSet, EventEntry
from kairos.crm.actions.processes import update_team_process
from kairos.crm.models import Opportunity, Touch
from kairos.mail.actions.incoming import receive_mail, route_again
from kairos.mail.actions.outbox import queue_mail
from kairos.mail.delivery import deliver_due
from kairos.mail.incoming.keeping import kept, path_of
from kairos.mail.models import Came, IncomingMail, State, Suppression
from kairos.mail.slots import ROUTES, Route
from tests.program import ROOT, environment, kairos
from tests.world import World


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def leads_wanted(world: World) -> World:
    update_team_process(
        world.north, values={"mail_address": "Leads@kairos.example", "uses_leads": True}, by=world.ada
    )
    return world


def mail_of(text: str = "We need ten anvils.", **headers: str) -> bytes:
    lines = {
        "From": "Wile E. <wile@desert.example>",
        "To": "leads@kairos.example",
        "Subject": "Tunnels",
        "Message-ID": "<a1@desert.example>",
        **headers,
    }
    return ("".join(f"{name}: {value}\n" for name, value in lines.items()) + f"\n{text}").encode()


def test_mail_to_a_teams_address_is_a_lead_with_its_touch(leads_wanted: World, client: Any) -> None:
    mail = receive_mail(mail_of())
    lead = Opportunity.with_leads.get(title="Tunnels")
    assert (mail.state, mail.about_type, mail.about_id) == (Came.TAKEN, "opportunity", lead.pk)
    assert (lead.kind, lead.team, lead.email, lead.contact_name) == (
        "lead",
        leads_wanted.north,
        "wile@desert.example",
        "Wile E.",
    )
    assert lead.channel == "mail"
    assert lead.last_customer_event_at is not None
    assert kept(mail.digest) == mail_of()
    client.force_login(leads_wanted.ada)
    page = client.get("/mail/incoming").content.decode()
    assert f'href="/opportunities/{lead.pk}"' in page
    assert client.get(f"/opportunities/{lead.pk}", follow=True).status_code == 200


def test_the_same_mail_twice_is_one_and_another_one_another_touch(leads_wanted: World) -> None:
    receive_mail(mail_of())
    before = (Opportunity.with_leads.count(), ChangeSet.objects.count())
    receive_mail(mail_of())
    assert (Opportunity.with_leads.count(), ChangeSet.objects.count()) == before
    receive_mail(mail_of("And soon.", **{"Message-ID": "<a2@desert.example>"}))
    lead = Opportunity.with_leads.get(title="Tunnels")
    assert Touch.objects.filter(opportunity=lead).count() == 2
    assert IncomingMail.objects.filter(about_id=lead.pk).count() == 2


@pytest.mark.parametrize(
    ("headers", "state"),
    [
        ({"Auto-Submitted": "auto-replied"}, Came.IGNORED),
        ({"Precedence": "bulk"}, Came.IGNORED),
        ({"To": "somebody@else.example"}, Came.UNCLAIMED),
        ({"From": "nobody"}, Came.UNCLAIMED),
    ],
)
def test_what_is_no_lead_makes_none(leads_wanted: World, headers: dict[str, str], state: Came) -> None:
    before = Opportunity.with_leads.count()
    assert receive_mail(mail_of(**headers)).state == state
    assert Opportunity.with_leads.count() == before


def test_a_mail_that_breaks_somebody_goes_into_quarantine_and_the_next_one_is_taken(
    leads_wanted: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(Route):
        def take(self, mail: IncomingMail, parsed: Any) -> Any:
            if mail.subject == "Odd":
                Touch.objects.all().delete()
                raise RecursionError("too deep")
            return None

    before = Touch.objects.count()
    monkeypatch.setattr(ROUTES, "_filled", list(ROUTES._filled))
    ROUTES.register(order=1)(Broken)
    odd = receive_mail(mail_of(Subject="Odd"))
    fine = receive_mail(mail_of())
    monkeypatch.undo()
    assert (odd.state, odd.reason) == (Came.QUARANTINED, "RecursionError: too deep")
    assert (fine.state, Touch.objects.count()) == (Came.TAKEN, before + 1)
    assert route_again(odd).state == Came.TAKEN


def bounce_of(address: str, message_id: str) -> bytes:
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@relay.example
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Final-Recipient: rfc822; {address}
Status: 5.1.1
--b
Content-Type: message/rfc822-headers

Message-ID: {message_id}
--b--
""".encode()


def test_a_mail_of_ours_that_came_back_has_failed_and_its_address_is_blocked(world: World) -> None:
    sent = queue_mail(
        to="gone@acme.example", subject="Offer", text="Good day", by=world.sam, about=world.sams_deal
    )
    deliver_due()
    assert receive_mail(bounce_of("gone@acme.example", sent.message_id)).state == Came.TAKEN
    sent.refresh_from_db()
    assert (sent.state, sent.error) == (State.FAILED, "5.1.1 returned")
    assert Suppression.objects.get().address == "gone@acme.example"
    assert EventEntry.objects.get(name="mail.failed").record_id == world.sams_deal.pk


def test_nobody_has_an_address_blocked_by_forging_a_bounce(world: World) -> None:
    sent = queue_mail(to="eve@acme.example", subject="Offer", text="Good day", by=world.sam)
    deliver_due()
    for address, identity in (
        ("eve@acme.example", "<guessed@localhost>"),
        ("boss@acme.example", sent.message_id),
        ("eve@acme.example", ""),
    ):
        assert receive_mail(bounce_of(address, identity)).state == Came.IGNORED
    sent.refresh_from_db()
    assert (sent.state, Suppression.objects.count()) == (State.SENT, 0)


def test_only_administrators_see_what_came_in_and_take_it_as_a_file(world: World, client: Any) -> None:
    mail = receive_mail(mail_of("<script>alert(1)</script>"))
    for person in (world.sam, world.lena):
        client.force_login(person)
        for path in ("/mail/incoming", f"/mail/incoming/{mail.pk}/raw"):
            assert client.get(path).status_code == 404
        assert client.post(f"/mail/incoming/{mail.pk}/route").status_code == 404
    client.force_login(world.ada)
    page = client.get("/mail/incoming").content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    answer = client.get(f"/mail/incoming/{mail.pk}/raw")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    path_of(mail.digest).unlink()
    assert client.get(f"/mail/incoming/{mail.pk}/raw").status_code == 404


def test_a_mail_that_was_nobodys_is_taken_when_a_team_takes_its_address(world: World, client: Any) -> None:
    mail = receive_mail(mail_of())
    assert mail.state == Came.UNCLAIMED
    client.force_login(world.ada)
    client.post(f"/mail/incoming/{mail.pk}/route")
    mail.refresh_from_db()
    assert mail.state == Came.UNCLAIMED
    update_team_process(world.north, values={"mail_address": "leads@kairos.example"}, by=world.ada)
    client.post(f"/mail/incoming/{mail.pk}/route")
    mail.refresh_from_db()
    assert (mail.state, mail.about_type) == (Came.TAKEN, "opportunity")


def test_an_address_belongs_to_one_team(leads_wanted: World, client: Any) -> None:
    client.force_login(leads_wanted.ada)
    answer = client.post(
        f"/teams/{leads_wanted.south.pk}/process",
        {"probability_mode": "stage", "mail_address": "LEADS@kairos.example"},
    )
    assert answer.status_code == 422
    assert "Another team takes the mail to LEADS@kairos.example." in answer.content.decode()


@pytest.mark.django_db
def test_a_mail_server_hands_mail_over_with_a_pipe(tmp_path: Path) -> None:
    home = tmp_path / "home"
    kairos(home, "migrate").check_returncode()
    for raw, said in ((mail_of(), b"unclaimed"), (b"", b"unclaimed"), (b"\x00\xff" * 100, b"unclaimed")):
        taken = subprocess.run(
            [sys.executable, "-m", "kairos.config.command", "receive_mail"],
            input=raw,
            env=environment(home),
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        assert taken.stdout.strip() == said
