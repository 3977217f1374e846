"""What people chose to hear, and the mail that tells them what they have not read: once, in their language, rightly."""

import datetime as dt
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from kairos.accounts.actions.users import update_user
from kairos.core.history import change_set
from kairos.discuss import emails
from kairos.discuss.actions import notices
from kairos.discuss.actions.notices import choose_notices, mail_what_is_due
from kairos.discuss.models import NoticeChoice, Notification
from kairos.mail.actions.blocking import block_address
from kairos.mail.models import OutgoingMail

As = Callable[..., Any]
Say = Callable[..., Any]
NOON = dt.datetime(2026, 11, 26, 12, 20, tzinfo=ZoneInfo("Asia/Taipei"))
MORNING = dt.datetime(2026, 11, 27, 8, 0, tzinfo=ZoneInfo("Asia/Taipei"))


@pytest.fixture
def taipei(world: Any) -> Any:
    """Sam lives in Taipei."""
    update_user(world.sam, values={"time_zone": "Asia/Taipei"}, by=world.sam)
    return world


def due(user: Any) -> list[Any]:
    return [row.mail_at for row in Notification.objects.of(user).order_by("pk")]


def mails() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.order_by("pk"))


def chosen(**fields: Any) -> dict[str, Any]:
    """The form as the page sends it by default, with these fields otherwise."""
    reasons = Notification.Reason.values
    form = {f"inbox-{reason}": "1" for reason in reasons} | {
        f"mail-{reason}": "bundled" for reason in reasons
    }
    form |= {"rhythm": "daily", "morning_hour": "8", "quiet_from": "", "quiet_until": ""}
    return {name: value for name, value in (form | fields).items() if value is not None}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, MORNING),
        ({"morning_hour": 13}, NOON.replace(hour=13, minute=0)),
        ({"rhythm": "hourly"}, NOON.replace(hour=13, minute=0)),
        ({"ways": {"mention": {"inbox": True, "mail": "at_once"}}}, NOON),
        ({"ways": {"mention": {"inbox": True, "mail": "never"}}}, None),
        ({"rhythm": "hourly", "quiet_from": 13, "quiet_until": 15}, NOON.replace(hour=15, minute=0)),
        ({"quiet_from": 22, "quiet_until": 9}, MORNING.replace(hour=9)),
        ({"quiet_from": 9, "quiet_until": 22}, MORNING),
    ],
)
def test_what_happens_is_due_when_the_person_chose(
    taipei: Any, say: Say, values: dict[str, Any], expected: dt.datetime | None
) -> None:
    choose_notices(by=taipei.sam, values=values)
    with time_machine.travel(NOON, tick=False):
        say(taipei.lena, taipei.sams_deal, "@Sam Seller look")
    assert due(taipei.sam) == [expected]


def test_what_only_happens_around_a_person_is_not_mailed_by_itself(world: Any, say: Say) -> None:
    say(world.lena, world.sams_deal, "Nobody is named")
    assert due(world.sam) == [None]


def test_each_person_gets_one_mail_with_what_they_have_not_read(taipei: Any, as_: As, say: Say) -> None:
    with time_machine.travel(NOON, tick=False):
        for text in ("@Sam Seller one", "@Sam Seller two", "@Sam Seller three", "@Sam Seller four"):
            say(taipei.lena, taipei.sams_deal, text)
        rows = list(Notification.objects.of(taipei.sam).order_by("pk"))
        as_(taipei.sam).post(f"/inbox/{rows[1].pk}/read")
        as_(taipei.sam).post(f"/inbox/{rows[2].pk}/archive")
    mail_what_is_due(now=MORNING - dt.timedelta(seconds=1))
    assert mails() == []
    mail_what_is_due(now=MORNING)
    mail_what_is_due(now=MORNING + dt.timedelta(days=9))
    (mail,) = mails()
    assert (mail.to_address, mail.subject, mail.is_bulk) == (
        "sam@example.com",
        "2 notices wait for you",
        True,
    )
    assert re.findall(r"@Sam Seller (\w+)", mail.text) == ["one", "four"]
    assert mail.text.count("Anvils") == 1  # what is of one record stands together
    assert (
        f"http://localhost:8000/opportunities/{taipei.sams_deal.pk}#message-{rows[0].message_id}" in mail.html
    )
    assert due(taipei.sam) == [None] * 4


def test_the_mail_is_in_the_persons_language_and_keeps_strange_words_harmless(taipei: Any, say: Say) -> None:
    update_user(taipei.sam, values={"language": "zh-hant"}, by=taipei.sam)
    with time_machine.travel(NOON, tick=False):
        say(taipei.lena, taipei.sams_deal, "@Sam Seller <script>alert('x')</script> & more")
    mail_what_is_due(now=MORNING)
    (mail,) = mails()
    assert mail.subject == "Anvils: Lena Leader寫了備註"
    assert '<html lang="zh-hant">' in mail.html
    assert "<script" not in mail.html
    assert "有人提到您" in mail.text
    assert "<script>alert('x')</script> & more" in mail.text
    assert "12:20" in mail.text  # in Sam's own time zone


def test_a_record_that_is_out_of_sight_by_then_is_not_named(taipei: Any, say: Say) -> None:
    say(taipei.sam, taipei.sams_deal, "@Tia Team a secret")
    with change_set(by=taipei.ada, summary="Handed over") as changes:
        changes.lock(taipei.sams_deal)
        changes.update(taipei.sams_deal, salesperson=taipei.otto, team=taipei.south)
    mail_what_is_due(now=timezone.now() + dt.timedelta(days=2))
    assert [mail for mail in mails() if mail.to_address == "tia@example.com"] == []
    assert due(taipei.tia) == [None]


def test_nobody_gets_a_mail_who_has_gone_or_is_blocked(world: Any, say: Say) -> None:
    say(world.lena, world.sams_deal, "@Sam Seller and @Tia Team look")
    block_address(values={"address": "sam@example.com"}, by=world.ada)
    update_user(world.tia, values={"archived_at": timezone.now()}, by=world.ada)
    mail_what_is_due(now=timezone.now() + dt.timedelta(days=2))
    assert (mails(), due(world.sam), due(world.tia)) == ([], [None], [None])


def test_whoever_dies_between_leaves_the_notice_due(
    world: Any, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(world.lena, world.sams_deal, "@Sam Seller look")
    queue = emails.queue_notices

    def die(*args: Any) -> None:
        queue(*args)
        raise SystemExit

    later = timezone.now() + dt.timedelta(days=2)
    with monkeypatch.context() as patched:
        patched.setattr(notices, "queue_notices", die)
        with pytest.raises(SystemExit):
            mail_what_is_due(now=later)
    assert mails() == []
    mail_what_is_due(now=later)
    assert len(mails()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_mail(world: Any, say: Say) -> None:
    for number in range(5):
        say(world.lena, world.sams_deal, f"@Sam Seller {number}")
    later = timezone.now() + dt.timedelta(days=2)

    def work(_number: int) -> None:
        try:
            mail_what_is_due(now=later)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(8)))
    assert [mail.subject for mail in mails()] == ["5 notices wait for you"]


def test_the_page_keeps_what_is_chosen_and_moves_what_waits(taipei: Any, as_: As, say: Say) -> None:
    with time_machine.travel(NOON, tick=False):
        say(taipei.lena, taipei.sams_deal, "@Sam Seller look")
        client = as_(taipei.sam)
        assert 'name="mail-mention"' in client.get("/preferences/notices").content.decode()
        answer = client.post(
            "/preferences/notices",
            chosen(**{"mail-mention": "at_once", "inbox-follow": None, "rhythm": "hourly"}),
        )
        assert answer["Location"] == "/preferences/notices"
        say(taipei.lena, taipei.sams_deal, "Only around him")
    assert due(taipei.sam) == [NOON]  # what he does not want to be told is not told
    choice = NoticeChoice.objects.get(user=taipei.sam)
    assert (choice.rhythm, choice.way("mention").mail, choice.way("follow").inbox) == (
        "hourly",
        "at_once",
        False,
    )
    assert "/preferences/notices" in client.get("/preferences").content.decode()


@pytest.mark.parametrize(
    "wrong", [{"quiet_from": "22"}, {"morning_hour": "24"}, {"mail-mention": "sms"}, {"rhythm": "yearly"}]
)
def test_what_makes_no_sense_is_refused(world: Any, as_: As, wrong: dict[str, str]) -> None:
    assert as_(world.sam).post("/preferences/notices", chosen(**wrong)).status_code == 422
    assert not NoticeChoice.objects.exists()


def test_the_address_in_the_mail_ends_it_with_one_click(world: Any, say: Say, client: Client) -> None:
    say(world.lena, world.sams_deal, "@Sam Seller look")
    mail_what_is_due(now=timezone.now() + dt.timedelta(days=2))
    (mail,) = mails()
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.fullmatch(r"<http://localhost:8000(/.+)>", mail.headers["List-Unsubscribe"])
    assert address is not None
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(address[1]).status_code == 200  # looking at it, as mail scanners do, changes nothing
    assert not NoticeChoice.objects.exists()
    assert strict.post(address[1], {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert {way["mail"] for way in NoticeChoice.objects.get(user=world.sam).ways.values()} == {"never"}
    say(world.lena, world.sams_deal, "@Sam Seller again")
    assert due(world.sam) == [None, None]


def test_nobody_ends_the_mail_of_others(world: Any, client: Client) -> None:
    for token in (f"{world.sam.pk}:forged", str(world.sam.pk), "x"):
        assert client.post(f"/notices/stop/{token}").status_code == 404
    assert not NoticeChoice.objects.exists()


def test_the_mail_can_be_looked_at_before(world: Any, as_: As, say: Say) -> None:
    client = as_(world.sam)
    assert client.get("/preferences/notices/preview")["Location"] == "/preferences/notices"
    say(world.lena, world.sams_deal, "@Sam Seller look")
    page = client.get("/preferences/notices/preview")
    assert "@Sam Seller look" in page.content.decode()
    assert page["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert mails() == []
