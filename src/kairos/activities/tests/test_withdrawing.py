"""What waits in the outbox and the inboxes about a meeting that does not take place goes with it."""

from typing import Any

import pytest

from kairos.activities.actions import activities
from kairos.activities.models import Activity
from kairos.activities.tests.test_invitations import NOW, house, meeting, send, told
from kairos.core.actions.records import delete_record
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet
from kairos.discuss.models import Notification
from kairos.mail.models import OutgoingMail, State
from tests.world import World

__all__ = ["house", "meeting"]


@pytest.mark.parametrize("how", ["deleted", "cancelled"])
def test_what_waits_about_a_meeting_that_is_off_does_not_leave(
    world: World, meeting: Activity, settings: Any, how: str
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    boss, _eve = send()
    OutgoingMail.objects.filter(pk=boss.pk).update(state=State.SENT)
    if how == "deleted":
        delete_record(meeting, by=world.ada)
    else:
        activities.cancel_activity(meeting, by=world.sam)
    off = ChangeSet.objects.latest("pk")
    states = dict(OutgoingMail.objects.values_list("to_address", "state"))
    assert states == {"boss@acme.example": State.SENT, "eve@acme.example": State.CANCELLED}
    # Who has heard of it hears that it is off; who has not, hears nothing.
    assert told(send()) == [("boss@acme.example", "CANCEL", 1)]
    assert send() == []
    undo(off, by=world.ada)
    assert [(to, method) for to, method, _sequence in told(send())] == [
        ("boss@acme.example", "REQUEST"),
        ("eve@acme.example", "REQUEST"),
    ]


def test_notices_of_a_deleted_meeting_are_told_by_nobody(world: World, meeting: Activity) -> None:
    Notification.objects.filter(user=world.tia).update(mail_at=NOW, push_at=NOW)
    assert Notification.objects.filter(record_type="activity", record_id=meeting.pk).exists()
    delete_record(meeting, by=world.ada)
    assert not Notification.objects.filter(record_type="activity", record_id=meeting.pk).exists()
