"""Settings: read from KAIROS_* variables, refused when wrong, documented as they are."""

import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from kairos.config.documentation import settings_page
from kairos.config.env import WrongSettings, read_settings
from kairos.config.home import secret_key
from kairos.config.parsers import Server
from tests.program import ROOT, kairos


def test_the_page_about_settings_is_what_the_program_does() -> None:
    assert (ROOT / "docs/reference/settings.md").read_text() == settings_page()


def test_without_any_variable_everything_has_a_default() -> None:
    read = read_settings({"PATH": "/bin"})
    assert read["HOME"] == ROOT / "var"
    assert read["DATABASE_URL"] is None
    assert read["LANGUAGE"] == "en"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("DATABASE_URL", "sqlite:///var/one.sqlite3", Server(scheme="sqlite", path="var/one.sqlite3")),
        ("DATABASE_URL", "sqlite:////srv/one.sqlite3", Server(scheme="sqlite", path="/srv/one.sqlite3")),
        (
            "DATABASE_URL",
            "postgres://me:p%40ss@db:5433/crm?sslmode=require",
            Server(
                scheme="postgresql",
                host="db",
                port=5433,
                user="me",
                password="p@ss",
                path="crm",
                options={"sslmode": "require"},
            ),
        ),
        ("URL", "https://crm.example.com/", "https://crm.example.com"),
        ("HOSTS", "crm.example.com, .example.org", ["crm.example.com", ".example.org"]),
        ("LANGUAGE", "zh-hant", "zh-Hant"),
        ("CURRENCY", "twd", "TWD"),
        ("DEBUG", "On", True),
        ("WORKERS", "4", 4),
        (
            "WITHOUT",
            "sales, crm, calendars, activities, contacts",
            ("sales", "crm", "calendars", "activities", "contacts"),
        ),
    ],
)
def test_a_good_value_is_read(name: str, text: str, value: Any) -> None:
    assert read_settings({f"KAIROS_{name}": text})[name] == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DATABASE_URL", "mysql://host/name"),
        ("DATABASE_URL", "postgresql://host"),
        ("DATABASE_URL", "postgresql://host:port/name"),
        ("DATABASE_URL", "sqlite://var/one.sqlite3"),
        ("REDIS_URL", "http://localhost"),
        ("SECRET_KEY", "short"),
        ("URL", "crm.example.com"),
        ("URL", "https://example.com/crm"),
        ("HOSTS", "https://example.com"),
        ("MAIL_URL", "smtp://"),
        ("MAIL_URL", "smtp://host?ssl"),
        ("MAIL_FROM", "nobody"),
        ("TIME_ZONE", "Taipei"),
        ("LANGUAGE", "zh-Hans"),
        ("CURRENCY", "NT$"),
        ("WORKERS", "0"),
        ("WORKERS", "٤"),
        ("DEBUG", "maybe"),
        ("WITHOUT", "accounts"),
        ("WITHOUT", "contacts"),
    ],
)
def test_a_wrong_value_is_refused_with_one_sentence_that_names_it(name: str, text: str) -> None:
    with pytest.raises(WrongSettings) as refused:
        read_settings({f"KAIROS_{name}": text})
    (fault,) = refused.value.faults
    assert fault.startswith(f"KAIROS_{name}: ")
    assert "\n" not in fault


def test_every_command_refuses_all_faults_at_once(tmp_path: Path) -> None:
    ran = kairos(tmp_path / "home", "check", DATABSE_URL="sqlite:///one", PROXIES="many", TIME_ZONE="Mars")
    assert ran.returncode == 2
    assert ran.stderr.splitlines() == [
        "KAIROS_DATABSE_URL: there is no such setting. Did you mean KAIROS_DATABASE_URL?",
        'KAIROS_PROXIES: must be a whole number from 0 to 9, not "many".',
        'KAIROS_TIME_ZONE: there is no time zone "Mars"; write one such as Asia/Taipei.',
    ]
    assert not (tmp_path / "home").exists()


def test_an_encrypted_address_closes_the_cookies(tmp_path: Path) -> None:
    named = "s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS"
    ask = f"from django.conf import settings as s; print({named})"
    ran = kairos(
        tmp_path / "home", "shell", "--no-imports", "-c", ask, URL="https://crm.example.com", PROXIES="1"
    )
    assert ran.stdout == "__Host-kairos_session True 31536000\n"


def test_the_secret_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    home = tmp_path / "home"
    keys: list[str] = []
    threads = [threading.Thread(target=lambda: keys.append(secret_key(home))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1
    assert len(keys[0]) >= 50
    path = home / "secrets" / "secret-key"
    assert [entry.name for entry in path.parent.iterdir()] == ["secret-key"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
