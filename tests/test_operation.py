"""Operation through the front door: commands, server, worker, health, headers."""

import json
import shutil
import signal
import socket
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from kairos.config.assets import manifest
from kairos.config.installed import installed_apps
from kairos.config.jinja import environment
from tests.program import ROOT, kairos, serving


def lines(text: str) -> dict[str, str]:
    """Give the level that `kairos doctor` printed for each subject."""
    found = {}
    for line in text.splitlines():
        level, _, rest = line.partition(" ")
        found[rest.strip().split(":")[0]] = level
    return found


@pytest.mark.django_db
def test_live_and_ready_answer_without_signing_in(client: Client) -> None:
    assert client.get("/live").content == b"live\n"
    assert client.get("/ready").content == b"ready\n"
    assert client.post("/live").status_code == 405


@pytest.mark.django_db
def test_every_answer_carries_the_headers_that_protect_it(client: Client) -> None:
    for path in ("/live", "/accounts/login/", "/no-such-page"):
        headers = client.get(path).headers
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'self'"
        assert policy["script-src"] == "'self'"
        assert policy["style-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["X-Frame-Options"] == "DENY"
        assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.django_db
def test_no_cache_keeps_what_a_signed_in_person_saw(client: Client) -> None:
    user = get_user_model().objects.create(email="ada@example.com", name="Ada")
    client.force_login(user)
    assert "no-store" in client.get("/no-such-page").headers["Cache-Control"]


@pytest.mark.django_db
def test_cookies_are_closed_to_scripts_and_other_sites(client: Client) -> None:
    client.get("/accounts/login/")
    for cookie in client.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


def test_a_built_file_has_a_name_that_browsers_may_keep_for_ever(client: Client) -> None:
    name = manifest()["dist/app.css"]
    answer = client.get(f"/static/{name}", HTTP_ACCEPT_ENCODING="br")
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]
    assert environment().from_string('{{ static("dist/app.css") }}').render() == f"/static/{name}"


def test_templates_escape_translate_and_count() -> None:
    page = environment(autoescape=True).from_string(
        '{{ "<b>" }} {{ _("Hello %(name)s", name="<i>") }} {{ ngettext("%(num)s deal", "%(num)s deals", 2) }}'
    )
    assert page.render() == "&lt;b&gt; Hello &lt;i&gt; 2 deals"


def test_an_optional_app_can_be_left_out() -> None:
    assert "kairos.crm" in installed_apps()
    assert "kairos.crm" not in installed_apps(("crm",))
    assert "kairos.contacts" in installed_apps(("crm",))


def test_first_start_prepares_serves_and_ends_calmly(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home) as server:
        server.wait_for(r"Kairos answers at http://localhost:\d+")
        with urlopen(server.address("/ready")) as answer:
            assert answer.read() == b"ready\n"
            assert "server" not in answer.headers
        for path, origin in (
            ("/no-such-socket", "http://127.0.0.1"),
            ("/live-socket", "https://evil.example.com"),
        ):
            address = server.address(path).replace("http", "ws", 1)
            with pytest.raises(InvalidStatus, match="403"):
                connect(address, origin=Origin(origin))
        # The worker beside it takes the housekeeping that is due.
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(15) == 0
    assert "Preparing the database" in server.output
    assert "Traceback" not in server.output
    assert list((home / "workers").iterdir()) == []
    examined = kairos(home, "doctor")
    assert lines(examined.stdout) == {
        "home": "ok",
        "disk": "ok",
        "redis": "ok",
        "address": "ok",
        "front-end": "ok",
        "sqlite": "ok",
        "sqlite journal_mode": "ok",
        "sqlite synchronous": "ok",
        "sqlite foreign_keys": "ok",
        "sqlite file": "ok",
        "migrations": "ok",
        "mail": "warn",
        "clock": "ok",
    }
    assert examined.returncode == 0


def test_a_database_from_between_two_versions_is_refused_untouched(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert kairos(home, "migrate").returncode == 0
    with closing(sqlite3.connect(home / "kairos.sqlite3")) as database, database:
        database.execute("DELETE FROM django_migrations WHERE app = 'crm'")
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('crm', '0001_initial', '2026-01-01')"
        )
        before = database.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
    for command in ("migrate", "serve"):
        refused = kairos(home, command)
        assert refused.returncode != 0
        assert "The tables of crm are of a version before 0.1.0" in refused.stderr
    with closing(sqlite3.connect(home / "kairos.sqlite3")) as database:
        assert database.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall() == before


def test_a_foreign_host_name_is_refused(tmp_path: Path) -> None:
    with serving(tmp_path / "home", LOG_LEVEL="error") as server:
        asked = Request(server.address("/accounts/login/"), headers={"Host": "evil.example.com"})
        with pytest.raises(OSError, match="400"):
            urlopen(asked)


def test_the_doctor_fails_where_something_is_wrong(tmp_path: Path) -> None:
    home = tmp_path / "home"
    examined = kairos(home, "doctor", REDIS_URL="redis://127.0.0.1:1/0", URL="http://crm.example.com")
    assert examined.returncode == 1
    found = lines(examined.stdout)
    assert found["redis"] == "fail"
    assert found["migrations"] == "fail"
    assert found["address"] == "warn"
    assert "checks failed." in examined.stderr


def test_the_doctor_says_when_the_database_does_not_answer(tmp_path: Path) -> None:
    examined = kairos(tmp_path / "home", "doctor", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert examined.returncode == 1
    assert lines(examined.stdout)["database"] == "fail"
    assert "Traceback" not in examined.stderr


def test_a_taken_port_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        ran = kairos(tmp_path / "home", "serve", "--port", str(port))
    assert ran.returncode == 1
    assert ran.stderr == (
        f"CommandError: Cannot listen on 127.0.0.1 port {port}: Address already in use. Try another --port.\n"
    )
    assert not (tmp_path / "home" / "kairos.sqlite3").exists()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Several workers need PostgreSQL; set KAIROS_DATABASE_URL."),
        ({"DATABASE_URL": "postgresql://h/n"}, "Several workers need Redis; set KAIROS_REDIS_URL."),
    ],
)
def test_several_workers_need_servers_they_can_share(
    tmp_path: Path, given: dict[str, str], sentence: str
) -> None:
    ran = kairos(tmp_path / "home", "serve", "--workers", "2", **given)
    assert ran.returncode == 2
    assert sentence in ran.stderr


def test_set_up_names_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "bin/setup", tmp_path / "bin/setup")
    old = tmp_path / "old"
    old.mkdir()
    for name in ("python", "python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        (old / name).write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit\nexit 1\n')
        (old / name).chmod(0o755)
    ran = subprocess.run(
        [tmp_path / "bin/setup"], env={"PATH": f"{old}:/usr/bin:/bin"}, capture_output=True, text=True
    )
    assert ran.returncode == 1
    assert "Kairos needs Python 3.11 or newer; this machine has Python 3.9.2." in ran.stderr


def test_front_end_packages_are_pinned_by_content() -> None:
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert all(package.get("integrity") for name, package in locked.items() if name)


@pytest.mark.django_db
def test_the_database_under_test_is_set_up_as_in_earnest() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone() == ("wal",)
        else:
            cursor.execute("SHOW server_version_num")
            assert int(cursor.fetchone()[0]) >= 150_000
    assert settings.TIME_ZONE == "UTC"


def test_a_server_without_its_database_is_live_but_not_ready(tmp_path: Path) -> None:
    client = "from django.test import Client; ask = Client(SERVER_NAME='localhost').get; "
    ask = client + "print([ask(path).status_code for path in ('/live', '/ready')])"
    ran = kairos(
        tmp_path / "home", "shell", "--no-imports", "-c", ask, DATABASE_URL="sqlite:////nowhere/one.sqlite3"
    )
    assert ran.stdout == "[200, 503]\n"


def test_a_spreadsheet_can_be_imported_before_the_first_start(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("Name,E-mail\nEve Buyer,eve@acme.example\n")
    done = kairos(tmp_path / "home", "import", "contacts", str(tmp_path / "people.csv"), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["created"] == 1
    counted = kairos(tmp_path / "home", "shell", "-c", "print('STAGES', Stage.objects.active().count())")
    assert "STAGES 8" in counted.stdout
