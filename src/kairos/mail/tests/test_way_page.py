"""An administrator chooses how mail leaves; what is secret is never shown again and goes to nobody else."""

from typing import Any

import pytest
from django.test import Client

from kairos.mail.actions.outbox import queue_mail
from kairos.mail.delivery import deliver_due
from kairos.mail.models import MailWay, OutgoingMail, State
from kairos.mail.tests.sink import listening
from kairos.mail.way import CHOSEN, opened
from tests.world import World

POSTMARK = {"sender": "Acme <crm@acme.example>", "secret": "token-7f3a"}


@pytest.fixture
def ada(world: World, client: Client, settings: Any) -> Client:
    settings.EMAIL_BACKEND = CHOSEN
    client.force_login(world.ada)
    return client


def test_a_provider_is_chosen_and_its_key_is_sealed(world: World, ada: Client) -> None:
    assert ada.post("/mail/way?kind=postmark", POSTMARK).status_code == 302
    way = MailWay.objects.get()
    assert (way.kind, way.sender, way.changed_by) == ("postmark", "Acme <crm@acme.example>", world.ada)
    assert ("token-7f3a" in way.secret, opened(way.secret)) == (False, "token-7f3a")
    page = ada.get("/mail/way").content.decode()
    assert "token-7f3a" not in page
    assert f"/mail/hooks/{opened(way.hook_secret)}/tracking" in page
    assert "Through Postmark, as Acme &lt;crm@acme.example&gt;." in ada.get("/mail/outbox").content.decode()
    mail = queue_mail(to="eve@acme.example", subject="Offer", text="Hi", by=world.sam, sender="Sam")
    assert (mail.sender, mail.message_id.endswith("@acme.example>")) == ("Sam <crm@acme.example>", True)


def test_a_key_left_empty_stays_for_the_same_provider_only(ada: Client) -> None:
    ada.post("/mail/way?kind=postmark", POSTMARK)
    word = MailWay.objects.get().hook_secret
    assert ada.post("/mail/way?kind=postmark", {"sender": "New <new@acme.example>"}).status_code == 302
    way = MailWay.objects.get()
    assert (way.sender, opened(way.secret), way.hook_secret) == ("New <new@acme.example>", "token-7f3a", word)
    answer = ada.post("/mail/way?kind=brevo", {"sender": "New <new@acme.example>"})
    assert (answer.status_code, MailWay.objects.get().kind) == (422, "postmark")
    assert "it is not given to another server" in answer.content.decode()


def test_a_mail_server_is_tried_before_it_is_kept(world: World, ada: Client, settings: Any) -> None:
    with listening() as sink:
        given = {
            "sender": "crm@acme.example",
            "host": "127.0.0.1",
            "port": settings.EMAIL_PORT,
            "security": "none",
        }
        settings.EMAIL_BACKEND = CHOSEN
        refused = ada.post("/mail/way?kind=smtp", given | {"port": "9"})
        assert (refused.status_code, MailWay.objects.count()) == (422, 0)
        assert "does not let us in" in refused.content.decode()
        assert ada.post("/mail/way?kind=smtp", given).status_code == 302
        mail = queue_mail(to="eve@acme.example", subject="Offer", text="Hi", by=world.sam)
        deliver_due()
    mail.refresh_from_db()
    assert (mail.state, sink.subjects) == (State.SENT, ["Offer"])


@pytest.mark.parametrize(
    ("kind", "changed", "words"),
    [
        ("smtp", {"security": "none", "login": "sam", "secret": "x"}, "only on this machine"),
        ("smtp", {"login": "sam"}, "Enter the password or key"),
        ("postmark", {"sender": "nobody"}, "valid email"),
        ("postmark", {"sender": "a@b.example\nBcc: c@d.example", "secret": "x"}, "cannot be sent"),
        ("mailjet", {"secret": "x"}, "required"),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(
    ada: Client, kind: str, changed: dict[str, str], words: str
) -> None:
    given = {
        "sender": "crm@acme.example",
        "host": "mail.acme.example",
        "port": "587",
        "security": "tls",
        **changed,
    }
    answer = ada.post(f"/mail/way?kind={kind}", given)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not MailWay.objects.exists()


def test_what_the_settings_say_is_not_chosen_on_screen(world: World, client: Client) -> None:
    client.force_login(world.ada)
    assert client.get("/mail/way").status_code == 404
    assert client.post("/mail/way?kind=postmark", POSTMARK).status_code == 404
    assert "Set up" not in client.get("/mail/outbox").content.decode()
    assert not MailWay.objects.exists()


def test_only_administrators_choose_and_forget(world: World, ada: Client) -> None:
    ada.post("/mail/way?kind=postmark", POSTMARK)
    for person in (world.sam, world.lena):
        ada.force_login(person)
        assert ada.get("/mail/way").status_code == 404
        assert ada.post("/mail/way/forget").status_code == 404
    ada.force_login(world.ada)
    assert MailWay.objects.count() == 1
    assert ada.post("/mail/way/forget").status_code == 302
    assert not MailWay.objects.exists()


def test_until_somebody_chooses_mail_is_written_into_files(
    world: World, ada: Client, settings: Any, tmp_path: Any
) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path)
    queue_mail(to="eve@acme.example", subject="Offer", text="Hi", by=world.sam)
    deliver_due()
    assert OutgoingMail.objects.get().state == State.SENT
    assert "Subject: Offer" in next(tmp_path.iterdir()).read_text()
    assert ada.get("/mail/way?kind=nonsense").status_code == 404
