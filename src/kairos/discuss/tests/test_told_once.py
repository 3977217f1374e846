"""Of one mail that came in two copies each person is told once, by the copy they may read."""

from typing import Any

from kairos.discuss.actions.incoming import take_mail
from kairos.discuss.models import Message, Notification
from kairos.mail.incoming.parsing import parse
from kairos.mail.models import FolderMessage, IncomingMail, Mailbox, MailboxFolder
from tests.world import World

RAW = (
    b"From: Eve <eve@acme.example>\r\nTo: sam@kairos.example\r\nSubject: Anvils\r\n"
    b"Message-ID: <one@acme.example>\r\nDate: Thu, 26 Nov 2026 10:00:00 +0000\r\n\r\nTwo, please.\r\n"
)


def copy_of_it(world: World, digest: str, *, owner: Any = None) -> None:
    parsed = parse(RAW)
    mail = IncomingMail.objects.create(
        digest=digest,
        size=len(RAW),
        message_id=parsed.message_id,
        from_address="eve@acme.example",
        subject=parsed.subject,
        sent_at=parsed.sent_at,
    )
    if owner is not None:
        mailbox = Mailbox.objects.create(kind="personal", owner=owner, privacy="times", name="Own")
        folder = MailboxFolder.objects.create(mailbox=mailbox, name="INBOX")
        FolderMessage.objects.create(folder=folder, uid_validity=1, uid=1, mail=mail, outcome="taken")
    take_mail(world.sams_deal, mail, parsed)


def told(person: Any) -> int:
    return int(Notification.objects.filter(user=person).count())


def test_two_copies_of_the_house_tell_once(world: World) -> None:
    copy_of_it(world, "1")
    copy_of_it(world, "2")
    assert (Message.objects.count(), told(world.sam)) == (2, 1)


def test_who_has_read_the_private_copy_is_not_told_of_the_houses(world: World) -> None:
    copy_of_it(world, "1", owner=world.sam)
    assert told(world.sam) == 1
    copy_of_it(world, "2")
    assert told(world.sam) == 1


def test_who_could_not_read_the_private_copy_is_told_of_the_one_they_can(world: World) -> None:
    copy_of_it(world, "1", owner=world.ada)
    copy_of_it(world, "2")
    assert told(world.sam) == 2
