"""The outbox on screen: for administrators, without the texts of letters."""

from typing import Any

import pytest
from django.core import mail as django_mail
from django_tasks_db.models import DBTaskResult

from kairos.mail.actions.outbox import queue_mail
from kairos.mail.delivery import deliver_due
from kairos.mail.models import OutgoingMail, State
from tests.world import World


def test_only_administrators_see_the_outbox(world: World, client: Any) -> None:
    mail = queue_mail(to="eve@acme.example", subject="Offer", text="Secret words", by=world.sam)
    for person in (world.sam, world.lena, world.stranger):
        client.force_login(person)
        assert client.get("/mail/outbox").status_code == 404
        for path in (f"/mail/outbox/{mail.pk}/cancel", f"/mail/outbox/{mail.pk}/again", "/mail/outbox/try"):
            assert client.post(path, {"to": "x@example.com"}).status_code == 404
    mail.refresh_from_db()
    assert (mail.state, OutgoingMail.objects.count()) == (State.QUEUED, 1)


def test_an_administrator_sees_what_waits_and_cancels_it(
    world: World, client: Any, django_assert_num_queries: Any
) -> None:
    mail = queue_mail(to="eve@acme.example", subject="Offer <b>", text="Secret words", by=world.sam)
    client.force_login(world.ada)
    page = client.get("/mail/outbox").content.decode()
    assert "Offer &lt;b&gt;" in page
    assert "Secret words" not in page
    with django_assert_num_queries(10):
        client.get("/mail/outbox")
    for number in range(60):
        queue_mail(to=f"p{number}@acme.example", subject="Offer", text="Good day", by=world.sam)
    with django_assert_num_queries(10):
        page = client.get("/mail/outbox").content.decode()
    assert "Older" in page
    assert client.post(f"/mail/outbox/{mail.pk}/cancel").status_code == 302
    mail.refresh_from_db()
    assert mail.state == State.CANCELLED
    page = client.post(f"/mail/outbox/{mail.pk}/cancel", follow=True).content.decode()
    assert "Only mail that waits can be cancelled." in page


def test_a_mail_to_try_it_goes_the_way_all_mail_goes(world: World, client: Any) -> None:
    client.force_login(world.ada)
    client.post("/mail/outbox/try", {"to": "ada@example.com"})
    assert DBTaskResult.objects.filter(task_path="kairos.mail.tasks.deliver").count() == 1
    assert django_mail.outbox == []
    deliver_due()
    (sent,) = django_mail.outbox
    assert (sent.to, sent.subject) == (["ada@example.com"], "Kairos can send mail")
    page = client.post("/mail/outbox/try", {"to": "nobody"}, follow=True).content.decode()
    assert "“nobody” is not an e-mail address." in page
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize("shelf", ["waiting", "trouble", "sent", "cancelled", "<script>", ""])
def test_every_shelf_opens(world: World, client: Any, shelf: str) -> None:
    client.force_login(world.ada)
    assert client.get("/mail/outbox", {"shelf": shelf, "before": "9" * 30}).status_code == 200
