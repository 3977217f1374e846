"""What the page of a mailbox says of its reading: the server's count beside ours, folder by folder."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kairos.mail.models import Came, FolderMessage, Mailbox, MailboxFolder, MailboxState
from kairos.mail.shown import shown_parts

Outcome = FolderMessage.Outcome
MOST_SKIPPED = 50


@dataclass(frozen=True, slots=True)
class Account:
    """One folder's books. `on_server` = `older` + `here` - `gone` + `waiting`, where nothing moved meanwhile."""

    folder: MailboxFolder
    is_own: bool
    taken: int
    private: int
    skipped: int

    @property
    def here(self) -> int:
        return self.taken + self.private + self.skipped

    @property
    def waiting(self) -> int:
        """What the server has beyond what is here or older, as far as is known before the next comparison."""
        there = self.folder.on_server - self.folder.older
        return max(there - (self.here - self.folder.gone), self.folder.missing, 0)

    @property
    def is_complete(self) -> bool:
        return self.folder.compared_at is not None and not self.waiting


def accounts(mailbox: Mailbox) -> list[Account]:
    """The books of the folders that are read, in their order."""
    folders = {one.name: one for one in MailboxFolder.objects.filter(mailbox=mailbox)}
    counts = FolderMessage.objects.filter(folder__mailbox=mailbox).current().counted()
    found = []
    for name, is_own in mailbox.folder_names.items():
        folder = folders.get(name) or MailboxFolder(mailbox=mailbox, name=name)
        count = counts.get(folder.pk, {})
        found.append(Account(folder, is_own, *(count.get(one, 0) for one in Outcome.values)))
    return found


def panel_context(mailbox: Mailbox, user: Any) -> dict[str, Any]:
    """The reading of one mailbox, with what was skipped and why, and what this person may take as it came."""
    state = MailboxState.objects.filter(mailbox=mailbox).first()
    books = accounts(mailbox) if state else []
    skipped = FolderMessage.objects.filter(folder__mailbox=mailbox, outcome=Outcome.SKIPPED).current()
    found = FolderMessage.objects.filter(folder__mailbox=mailbox, mail__state=Came.QUARANTINED).current()
    broken = list(found.select_related("folder", "mail").order_by("-pk")[:MOST_SKIPPED])
    shown = shown_parts([one.mail for one in broken if one.mail], user)
    return {
        "state": state,
        "is_late": state is not None and mailbox.is_active and state.is_late(timezone.now()),
        "books": books,
        "total": sum(one.here + one.waiting for one in books),
        "done": sum(one.here for one in books),
        "skipped": [
            {"message": one, "reason": _(one.reason)}
            for one in skipped.select_related("folder").order_by("-pk")[:MOST_SKIPPED]
        ],
        "broken": broken,
        "raw": {pk for pk, one in shown.items() if one.is_own or (one.is_whole and user.is_administrator)},
    }
