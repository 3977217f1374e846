"""What the server has beside what is here, message by message."""

from collections.abc import Sequence

from django.utils import timezone

from kairos.mail.mailboxes.standing import note_missing
from kairos.mail.models import FolderMessage, MailboxFolder


def lacking(folder: MailboxFolder, on_server: Sequence[int]) -> list[int]:
    """Those that are to be fetched. If there are some among them that were thought to be here, that is told."""
    here = _here(folder)
    found = [uid for uid in on_server if uid >= folder.first_uid and uid not in here]
    late = sum(uid <= folder.last_uid for uid in found)
    if late and folder.compared_at is not None:
        note_missing(folder, late)
    return found


def note_comparison(folder: MailboxFolder, on_server: Sequence[int]) -> None:
    """Write down what is still missing, what has gone from the server, and what is older than we look.

    What has come since the folder was read is not missing yet: its number is above the last one.
    """
    folder.refresh_from_db()
    here, there = _here(folder), set(on_server)
    wanted = {uid for uid in there if folder.first_uid <= uid <= folder.last_uid}
    MailboxFolder.objects.filter(pk=folder.pk).update(
        compared_at=timezone.now(),
        missing=len(wanted - here),
        gone=len(here - there),
        older=sum(uid < folder.first_uid and uid not in here for uid in there),
    )


def _here(folder: MailboxFolder) -> set[int]:
    messages = FolderMessage.objects.filter(folder=folder, uid_validity=folder.uid_validity)
    return set(messages.values_list("uid", flat=True))
