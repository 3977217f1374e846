"""Getting into a mailbox: tried before it is kept, told in plain words, and the password is nobody's to read."""

import logging
import socket
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.serializers import serialize
from django.utils import timezone
from django.utils.html import escape
from django_tasks_db.models import DBTaskResult

from kairos.core.addresses import is_public
from kairos.core.models import ChangeSet, EventEntry, FieldChange
from kairos.mail.actions.mailboxes import create_mailbox
from kairos.mail.mailboxes.connection import MailboxFault
from kairos.mail.mailboxes.reader import reading
from kairos.mail.mailboxes.secrets import opened, sealed
from kairos.mail.mailboxes.standing import way_of
from kairos.mail.mailboxes.syncing import sync_mailbox
from kairos.mail.models import Mailbox, MailboxState, Trouble
from kairos.mail.tests.dovecot import OTHER_PASSWORD, PASSWORD, Dovecot, dovecot, way_at
from kairos.mail.tests.mailboxes import fresh, letter, mailbox_at, needs_dovecot, synced
from tests.program import free_port
from tests.world import World


@pytest.fixture
def mailbox(world: World) -> Mailbox:
    return create_mailbox(values={"name": "Sales", "kind": "shared"}, by=world.ada)


def form_of(server: Dovecot, **others: Any) -> dict[str, Any]:
    plain = {
        "host": "127.0.0.1",
        "port": server.port,
        "security": "none",
        "login": "sales",
        "password": PASSWORD,
        "inbox": "INBOX",
        "sent": "Sent",
    }
    return {**plain, **others}


@needs_dovecot
def test_a_connection_that_works_is_kept_and_reading_begins(
    world: World, mailbox: Mailbox, server: Dovecot, client: Any
) -> None:
    client.force_login(world.ada)
    assert "Not connected yet" in client.get(f"/mailboxes/{mailbox.pk}").content.decode()
    answer = client.post(f"/mail/mailboxes/{mailbox.pk}/connection", form_of(server))
    assert answer["Location"] == f"/mailboxes/{mailbox.pk}"
    kept = fresh(mailbox)
    assert (kept.host, kept.port, kept.login, kept.sent) == ("127.0.0.1", server.port, "sales", "Sent")
    assert opened(kept.state.secret) == PASSWORD
    (task,) = DBTaskResult.objects.filter(task_path="kairos.mail.tasks.sync_mailbox")
    assert task.args_kwargs["args"] == [mailbox.pk, False]
    page = client.post(f"/mail/mailboxes/{mailbox.pk}/try", follow=True).content.decode()
    assert "It works: the server lets us in, and every folder is there." in page


@needs_dovecot
@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"host": "nowhere.invalid", "security": "tls"}, "No server of this name is known."),
        ({"port": None}, "Nothing answers at this port of the server."),
        ({"password": "guessed"}, "The server does not accept this user and password."),
        ({"inbox": "Eingang"}, "There is no such folder. Eingang (Sent, INBOX)"),
        (
            {"host": "localhost", "port": "tls", "security": "tls"},
            "The server’s certificate cannot be trusted",
        ),
        ({"host": "localhost", "security": "starttls"}, "The server’s certificate cannot be trusted"),
        ({"host": "localhost", "security": "tls"}, "The server does not speak TLS at this port."),
        ({"host": "mail.example.com", "security": "none"}, "only on this machine"),
        ({"password": ""}, "Enter the password"),
        ({"password": "geheim-密碼"}, "The server does not accept this user and password."),
        ({"password": 'x"\r\nA1 DELETE INBOX'}, "cannot be sent to a server"),
        ({"inbox": "INBOX\tA1"}, "cannot be sent to a server"),
        ({"port": 0}, "Ensure this value is greater than or equal to 1."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    world: World, mailbox: Mailbox, server: Dovecot, client: Any, given: dict[str, Any], sentence: str
) -> None:
    ports = {None: free_port(), "tls": server.tls_port}
    form = form_of(server, **given)
    form["port"] = ports.get(form["port"], form["port"])
    client.force_login(world.ada)
    before = ChangeSet.objects.count()
    answer = client.post(f"/mail/mailboxes/{mailbox.pk}/connection", form)
    assert answer.status_code == 422
    assert escape(sentence) in answer.content.decode()
    assert (ChangeSet.objects.count(), MailboxState.objects.count()) == (before, 0)


@needs_dovecot
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_with_a_certificate_that_is_trusted_nothing_goes_in_the_open(
    server: Dovecot, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
    port = server.tls_port if security == "tls" else server.port
    with reading(server.way(host="localhost", port=port, security=security)) as reader:
        assert reader.open("INBOX").count == 0


@needs_dovecot
def test_a_password_may_be_in_any_script(server: Dovecot) -> None:
    with reading(server.way(password=OTHER_PASSWORD)) as reader:
        assert reader.open("INBOX").count == 0


@needs_dovecot
def test_where_starttls_is_refused_the_password_is_not_sent() -> None:
    with dovecot() as plain:
        with pytest.raises(MailboxFault) as refused, reading(plain.way(security="starttls")):
            pass
        assert "no auth attempts" in plain.log
    assert refused.value.trouble == Trouble.NO_STARTTLS


def test_a_server_that_says_nothing_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kairos.mail.mailboxes.connection.CONNECTING", 0.2)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        way = way_at(listener.getsockname()[1])
        with pytest.raises(MailboxFault) as silent, reading(way):
            pass
    assert silent.value.trouble == Trouble.SILENT


@needs_dovecot
def test_the_password_is_in_no_page_no_export_no_history_and_no_log(
    world: World, server: Dovecot, client: Any
) -> None:
    log = StringIO()
    handler, root = logging.StreamHandler(log), logging.getLogger()
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.DEBUG)
    mailbox = mailbox_at(server, world.ada)
    synced(mailbox)
    client.force_login(world.ada)
    pages = ("", "/export/csv", f"/{mailbox.pk}", f"/{mailbox.pk}?part=record", "?view=list&columns=secret")
    seen = [client.get(f"/mailboxes{page}").getvalue().decode() for page in pages]
    seen.append(client.get(f"/mail/mailboxes/{mailbox.pk}/connection").content.decode())
    seen += [serialize("json", model._base_manager.all()) for model in apps.get_models()]
    root.removeHandler(handler)
    root.setLevel(level)
    seen.append(log.getvalue())
    assert not any(PASSWORD in one for one in seen)
    kept = MailboxState.objects.get().secret
    assert [kept in one for one in seen].count(True) == 1
    assert not FieldChange.objects.filter(field="secret").exists()


def test_under_another_secret_of_the_house_the_password_is_asked_for_again(
    world: World, settings: Any
) -> None:
    secret = sealed("open sesame")
    assert opened(secret) == "open sesame"
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert opened(secret) == "open sesame"
    settings.SECRET_KEY_FALLBACKS = []
    mailbox = create_mailbox(values={"name": "Sales", "kind": "shared"}, by=world.ada)
    MailboxState.objects.create(mailbox=mailbox, secret=secret)
    with pytest.raises(MailboxFault) as unreadable:
        way_of(fresh(mailbox))
    assert unreadable.value.trouble == Trouble.SECRET


@needs_dovecot
def test_a_kept_password_is_never_given_to_another_server(world: World, server: Dovecot, client: Any) -> None:
    mailbox = mailbox_at(server, world.ada)
    client.force_login(world.ada)
    url = f"/mail/mailboxes/{mailbox.pk}/connection"
    assert client.post(url, form_of(server, password="", sent="")).status_code == 302
    with socket.socket() as thief:
        thief.bind(("127.0.0.1", 0))
        thief.listen()
        thief.settimeout(0)
        for changed in ({"port": thief.getsockname()[1]}, {"login": "boss"}, {"host": "localhost"}):
            answer = client.post(url, form_of(server, password="", **changed))
            assert "Enter the password" in answer.content.decode()
        with pytest.raises(BlockingIOError):
            thief.accept()
    for name, value in (("host", "thief.example"), ("login", "boss"), ("owner", world.sam.pk)):
        client.post(f"/mailboxes/{mailbox.pk}/field/{name}", {name: value, "was": ""})
        client.post("/mailboxes/bulk/edit", {"ids": mailbox.pk, "field": name, name: value, "run": "1"})
    assert fresh(mailbox).host == "127.0.0.1"
    assert (fresh(mailbox).login, fresh(mailbox).owner) == ("sales", None)


@needs_dovecot
def test_each_arranges_their_own_and_administrators_the_houses(
    world: World, server: Dovecot, client: Any
) -> None:
    shared = mailbox_at(server, world.ada)
    own = mailbox_at(server, world.sam, login="sam", kind="personal")
    seen = {
        world.ada: ([200, 200], [200, 404]),
        world.sam: ([404, 200], [404, 200]),
        world.lena: ([404, 404], [404, 404]),
    }
    for person, (pages, ways) in seen.items():
        client.force_login(person)
        assert [client.get(f"/mailboxes/{one.pk}").status_code for one in (shared, own)] == pages
        assert [
            client.get(f"/mail/mailboxes/{one.pk}/connection").status_code for one in (shared, own)
        ] == ways
    client.force_login(world.lena)
    before = ChangeSet.objects.count()
    for action in ("pause", "check", "repair", "archive"):
        assert client.post(f"/mailboxes/{own.pk}/do/{action}").status_code == 404
    client.post("/mailboxes/new", {"name": "All", "kind": "shared", "privacy": "all"})
    assert (Mailbox.objects.count(), ChangeSet.objects.count()) == (2, before)


def test_a_personal_mailbox_is_its_makers_own(world: World, client: Any) -> None:
    client.force_login(world.sam)
    client.post("/mailboxes/new", {"name": "Mine", "kind": "personal", "owner": world.lena.pk})
    made = Mailbox.objects.get()
    assert (made.owner, made.kind, made.privacy, made.since_on is not None) == (
        world.sam,
        "personal",
        "subject",
        True,
    )


@needs_dovecot
def test_a_seller_cannot_look_around_in_the_private_network(
    world: World, server: Dovecot, client: Any
) -> None:
    own = create_mailbox(values={"name": "Mine", "kind": "personal"}, by=world.sam)
    client.force_login(world.sam)
    url = f"/mail/mailboxes/{own.pk}/connection"
    answer = client.post(url, form_of(server, login="sam"))
    assert "This server is inside a private network." in answer.content.decode()
    assert not MailboxState.objects.exists()
    mailbox_at(server, world.ada)
    assert client.post(url, form_of(server, login="sam")).status_code == 302


@pytest.mark.parametrize(
    "address",
    "127.0.0.1 10.0.0.1 192.168.1.1 172.16.0.1 169.254.169.254 100.64.0.1 0.0.0.0 ::1 fe80::1 fc00::1 "
    "::ffff:127.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: 192.0.0.8 192.88.99.1 224.0.0.1 ff02::1".split(),
)
def test_addresses_that_lead_inside_are_known(address: str) -> None:
    assert not is_public(address)
    assert is_public("93.184.216.34")


@needs_dovecot
def test_trouble_is_told_the_third_time_and_tried_less_and_less_often(
    world: World, server: Dovecot, client: Any
) -> None:
    mailbox = mailbox_at(server, world.ada)
    Mailbox.objects.filter(pk=mailbox.pk).update(port=free_port())
    pauses = []
    for _ in range(4):
        sync_mailbox(fresh(mailbox))
        state = MailboxState.objects.get()
        pauses.append(round((state.next_check_at - timezone.now()).total_seconds() / 60))
    assert pauses == [1, 5, 15, 60]
    assert (state.trouble, state.failures) == (Trouble.REFUSED, 4)
    (told,) = EventEntry.objects.filter(name="mail.mailbox_troubled")
    assert told.params["people"] == str(world.ada.pk)
    client.force_login(world.ada)
    assert "Nothing answers at this port of the server." in client.get("/mailboxes").content.decode()
    Mailbox.objects.filter(pk=mailbox.pk).update(port=server.port)
    server.put([letter(1)])
    assert (synced(mailbox).state.trouble, synced(mailbox).state.failures) == ("", 0)
