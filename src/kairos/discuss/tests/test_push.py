"""A person's browsers are told what happened, sealed for them alone, as the person chose; a click shows the record."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.utils import timezone

from kairos.accounts.actions.users import archive_users, update_user
from kairos.discuss.actions.follows import mute_record
from kairos.discuss.actions.notices import choose_notices
from kairos.discuss.actions.pushing import push_what_is_due
from kairos.discuss.models import Notification, PushSubscription
from kairos.discuss.push.keys import from_unpadded, own_key, own_public_key, point
from kairos.discuss.push.sealing import sealed
from kairos.discuss.push.sending import NoPushService, checked_endpoint, push
from kairos.discuss.tests.push_service import Browser, PushService, claims_of, push_service
from tests.world import World

As = Callable[..., Client]
Say = Callable[..., Any]
HERE = "/preferences/notices/browsers"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"


@pytest.fixture
def service(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    with push_service(tmp_path) as found:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))
        settings.KAIROS_PUSH_HOSTS = [f"127.0.0.1:{found.port}"]
        yield found


@pytest.fixture
def browser(world: World, as_: As, service: PushService) -> Browser:
    """Sam's, signed up on the page of notices."""
    found = Browser()
    answer = as_(world.sam).post(HERE, found.form(service.endpoint()), headers={"User-Agent": FIREFOX})
    assert (answer.status_code, answer["Location"]) == (302, "/preferences/notices")
    return found


def go() -> None:
    push_what_is_due(now=timezone.now() + dt.timedelta(seconds=1))


def shown(browser: Browser, service: PushService) -> list[dict[str, str]]:
    return [json.loads(browser.opened(body)) for _path, _headers, body in service.taken]


def test_sealing_gives_the_bytes_of_the_standards_example() -> None:
    private = int.from_bytes(from_unpadded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big")
    found = sealed(
        b"When I grow up, I want to be a watermelon",
        browser_key=from_unpadded(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        secret=from_unpadded("BTBZMqHH6r4Tts7J_aSIgg"),
        own=ec.derive_private_key(private, ec.SECP256R1()),
        salt=from_unpadded("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert found == from_unpadded(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBr"
        "u3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_the_key_is_made_once_and_for_the_owner_only(settings: Any, tmp_path: Path) -> None:
    assert own_public_key() == own_public_key()
    assert (tmp_path / "secrets" / "push-key.pem").stat().st_mode & 0o777 == 0o600
    assert len(point(own_key().public_key())) == 65


def test_a_browser_is_told_what_only_it_can_open(
    world: World, say: Say, browser: Browser, service: PushService, settings: Any
) -> None:
    say(world.tia, world.sams_deal, "@Sam Seller they *agreed*")
    go()
    [(path, headers, body)] = service.taken
    assert (path, headers["Content-Encoding"], headers["TTL"]) == ("/push/abc", "aes128gcm", "86400")
    assert b"agreed" not in body
    claims = claims_of(headers["Authorization"])
    assert claims["aud"] == f"https://127.0.0.1:{service.port}"
    assert claims["key"] == own_public_key()
    assert claims["sub"].startswith("mailto:")
    assert 0 < claims["exp"] - timezone.now().timestamp() <= 24 * 3600
    assert shown(browser, service) == [
        {
            "title": "Anvils",
            "body": "Tia Team wrote a note\n@Sam Seller they agreed",
            "url": f"/opportunities/{world.sams_deal.pk}",
            "tag": f"opportunity-{world.sams_deal.pk}",
        }
    ]
    go()
    assert len(service.taken) == 1


def test_nobody_is_told_of_what_they_did_or_muted_or_may_not_see_or_have_read(
    world: World, as_: As, say: Say, browser: Browser, service: PushService
) -> None:
    say(world.sam, world.sams_deal, "@Sam Seller note to self")
    say(world.otto, world.ottos_deal, "@Sam Seller hush")
    say(world.tia, world.sams_deal, "@Sam Seller read soon")
    as_(world.sam).post("/inbox/read-all")
    mute_record(world.tias_deal, by=world.sam)
    say(world.tia, world.tias_deal, "@Sam Seller look")
    go()
    assert service.taken == []


def test_reasons_that_are_not_ticked_are_not_told(
    world: World, say: Say, browser: Browser, service: PushService
) -> None:
    say(world.tia, world.sams_deal, "@Sam Seller before")
    choose_notices(
        by=world.sam, values={"ways": {"mention": {"inbox": True, "mail": "never", "push": False}}}
    )
    say(world.tia, world.sams_deal, "@Sam Seller after")
    go()
    assert service.taken == []
    assert Notification.objects.filter(user=world.sam).count() == 2


def test_quiet_hours_end_before_a_browser_is_told(
    world: World, say: Say, browser: Browser, service: PushService
) -> None:
    update_user(world.sam, values={"time_zone": "Asia/Taipei"}, by=world.sam)
    choose_notices(by=world.sam, values={"quiet_from": 20, "quiet_until": 8})
    night = dt.datetime(2026, 11, 26, 23, 5, tzinfo=ZoneInfo("Asia/Taipei"))
    with time_machine.travel(night, tick=False):
        for number in range(5):
            say(world.tia, world.sams_deal, f"@Sam Seller {number}")
        push_what_is_due(now=night + dt.timedelta(hours=8))
    assert service.taken == []
    push_what_is_due(now=night + dt.timedelta(hours=9))
    told = shown(browser, service)
    assert [(one["title"], one["url"]) for one in told] == [("5 new notices", "/inbox")]


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(
    world: World, say: Say, browser: Browser, service: PushService, status: int
) -> None:
    service.status = status
    say(world.tia, world.sams_deal, "@Sam Seller look")
    go()
    assert PushSubscription.objects.count() == 0


@pytest.mark.parametrize("status", [301, 400, 429, 500])
def test_a_service_that_is_in_trouble_is_not_followed_and_loses_no_browser(
    world: World, say: Say, browser: Browser, service: PushService, status: int
) -> None:
    service.status = status
    say(world.tia, world.sams_deal, "@Sam Seller look")
    go()
    assert (len(service.taken), PushSubscription.objects.count()) == (1, 1)


def test_a_certificate_that_nobody_vouches_for_is_told_nothing(
    browser: Browser, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    keys = {"browser_key": point(browser.key.public_key()), "secret": browser.secret}
    assert push(service.endpoint(), content=b"{}", **keys)
    assert service.taken == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "http://push.example.com/a",
        "https://127.0.0.1/a",
        "https://10.0.0.8/a",
        "https://[::1]/a",
        "https://[fd00::1]/a",
        "https://169.254.169.254/latest",
        "https://localhost/a",
        "https://push.example.com:8443/a",
        "https://push.example.com:99999/a",
        "https://me@push.example.com/a",
        "https://push.example.com/a b",
        "https://push.example.com/" + "a" * 1000,
        "ftp://push.example.com/a",
        "https:///a",
    ],
)
def test_an_address_that_leads_elsewhere_is_refused(world: World, as_: As, endpoint: str) -> None:
    with pytest.raises(NoPushService):
        checked_endpoint(endpoint)
    as_(world.sam).post(HERE, Browser().form(endpoint))
    assert PushSubscription.objects.count() == 0


def test_a_name_that_leads_inside_is_not_gone_to(
    browser: Browser, service: PushService, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.KAIROS_PUSH_HOSTS = []
    monkeypatch.setattr("kairos.discuss.push.sending.resolved", lambda host, port: ["127.0.0.1"])
    gone_to: list[Any] = []
    monkeypatch.setattr("socket.create_connection", lambda *args, **more: gone_to.append(args))
    keys = {"browser_key": point(browser.key.public_key()), "secret": browser.secret}
    assert push("https://push.example.com/a", content=b"{}", **keys)
    assert gone_to == []


@pytest.mark.parametrize(
    "wrong", [{"secret": "short"}, {"secret": "!"}, {"browser_key": "AAAA"}, {"browser_key": "B" * 87}]
)
def test_keys_that_are_none_are_refused(world: World, as_: As, service: PushService, wrong: Any) -> None:
    as_(world.sam).post(HERE, Browser().form(service.endpoint()) | wrong)
    assert PushSubscription.objects.count() == 0


def test_browsers_are_listed_and_taken_off_by_their_owner_only(
    world: World, as_: As, browser: Browser
) -> None:
    found = PushSubscription.objects.get()
    assert "Firefox, Windows" in as_(world.sam).get("/preferences/notices").content.decode()
    assert "Firefox, Windows" not in as_(world.tia).get("/preferences/notices").content.decode()
    assert as_(world.tia).post(f"{HERE}/{found.pk}/forget").status_code == 404
    assert PushSubscription.objects.count() == 1
    as_(world.sam).post(f"{HERE}/{found.pk}/forget")
    assert PushSubscription.objects.count() == 0


def test_a_browser_tells_whoever_signed_up_by_it_last(
    world: World, as_: As, browser: Browser, service: PushService
) -> None:
    as_(world.tia).post(HERE, browser.form(service.endpoint()))
    assert PushSubscription.objects.get().user == world.tia


def test_who_works_here_no_more_is_told_nothing(
    world: World, say: Say, browser: Browser, service: PushService
) -> None:
    say(world.tia, world.sams_deal, "@Sam Seller look")
    archive_users([world.sam], by=world.ada)
    go()
    assert service.taken == []


def test_what_was_begun_is_not_told_again(
    world: World, say: Say, browser: Browser, service: PushService, settings: Any
) -> None:
    say(world.tia, world.sams_deal, "@Sam Seller look")
    settings.KAIROS_PUSH_HOSTS = []
    go()
    settings.KAIROS_PUSH_HOSTS = [f"127.0.0.1:{service.port}"]
    go()
    assert service.taken == []
