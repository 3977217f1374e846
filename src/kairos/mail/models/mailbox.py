"""A mailbox on a server, its folders, and what became of each message in them."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.core.models import ConnectionState, Record, RecordQuerySet
from kairos.mail.models.incoming import IncomingMail


class Trouble(models.TextChoices):
    """Why a mailbox cannot be read, in the words of people."""

    HOST = "host", _("No server of this name is known. Is it spelled right?")
    INSIDE = (
        "inside",
        _("This server is inside a private network. An administrator can name it in a shared mailbox."),
    )
    REFUSED = "refused", _("Nothing answers at this port of the server.")
    SILENT = "silent", _("The server does not answer in time.")
    CERTIFICATE = "certificate", _("The server’s certificate cannot be trusted, so nothing was said to it.")
    NO_TLS = "no_tls", _("The server does not speak TLS at this port.")
    NO_STARTTLS = "no_starttls", _("The server offers no STARTTLS. The password was not sent.")
    LOGIN = "login", _("The server does not accept this user and password.")
    SECRET = "secret", _("The kept password cannot be read any more. Enter it again.")
    FOLDER = "folder", _("There is no such folder.")
    BROKEN = "broken", _("The connection broke.")
    HERE = "here", _("Something broke on our side. The log says more.")
    ODD = "odd", _("The server gave an answer that makes no sense.")


class MailboxQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own; administrators see that the others are there, and how they do."""
        visible = super().visible_to(user)
        if not user.is_authenticated or user.is_administrator:
            return visible
        return visible.filter(owner=user)

    def read_now(self) -> Self:
        """Those that are read: connected, not put on hold or away, and not of somebody who has left."""
        works_here = Q(owner=None) | Q(owner__archived_at=None)
        return self.filter(works_here, archived_at=None, is_active=True, state__isnull=False)

    def due(self, now: dt.datetime) -> Self:
        return self.read_now().filter(state__next_check_at__lte=now)


class Mailbox(Record):
    """A mailbox whose mail is taken in: the house's, or one person's own.

    What others see of a personal one's mail is its owner's choice (`privacy`).
    """

    class Kind(models.TextChoices):
        SHARED = "shared", _("Shared")
        PERSONAL = "personal", _("Personal")

    class Security(models.TextChoices):
        TLS = "tls", _("TLS")
        STARTTLS = "starttls", _("STARTTLS")
        NONE = "none", _("None, only on this machine")

    class Privacy(models.TextChoices):
        """What others see of a personal mailbox's mail; its owner sees all of it."""

        ALL = "all", _("The whole mail")
        SUBJECT = "subject", _("Subject, people and time")
        TIMES = "times", _("People and time")

    name = models.CharField(_("Name"), max_length=120)
    kind = models.CharField(_("Kind"), max_length=8, choices=Kind.choices, default=Kind.PERSONAL)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="mailboxes",
    )
    host = models.CharField(_("Server"), max_length=253, blank=True, default="")
    port = models.PositiveIntegerField(_("Port"), default=993)
    security = models.CharField(_("Security"), max_length=8, choices=Security.choices, default=Security.TLS)
    login = models.CharField(_("User"), max_length=254, blank=True, default="")
    inbox = models.CharField(_("Inbox folder"), max_length=200, default="INBOX")
    sent = models.CharField(_("Sent folder"), max_length=200, blank=True, default="")
    since_on = models.DateField(_("Mail since"), null=True, blank=True)
    privacy = models.CharField(
        _("Others see"), max_length=7, choices=Privacy.choices, default=Privacy.SUBJECT
    )
    is_active = models.BooleanField(_("Is read"), default=True)

    objects: ClassVar[Any] = MailboxQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("Mailbox")
        verbose_name_plural = _("Mailboxes")
        constraints = (
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind="shared", owner=None) | Q(kind="personal", owner__isnull=False),
                name="mail_mailbox_owner_fits",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        return self.kind == self.Kind.SHARED

    @property
    def folder_names(self) -> dict[str, bool]:
        """The folders that are read, each with whether it holds one's own letters."""
        return {self.inbox: False} | ({self.sent: True} if self.sent and self.sent != self.inbox else {})


class MailboxState(ConnectionState):
    """How reading a mailbox goes, and its password."""

    mailbox = models.OneToOneField(Mailbox, on_delete=models.PROTECT, related_name="state")
    trouble = models.CharField(max_length=11, choices=Trouble.choices, blank=True, default="")


class MailboxFolder(models.Model):
    """How far a folder has been read.

    A server counts its messages upwards within one `uid_validity`; `last_uid` is the highest that was looked at. What
    lies below `first_uid`, `older` in number, is from before the mailbox's `since_on`. By the last comparison so many
    were `missing` here, and so many `gone` from the server.
    """

    NOT_BEGUN: ClassVar[int] = -1

    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="folders")
    name = models.CharField(max_length=200)
    uid_validity = models.BigIntegerField(default=NOT_BEGUN)
    first_uid = models.BigIntegerField(default=1)
    last_uid = models.BigIntegerField(default=0)
    on_server = models.PositiveIntegerField(default=0)
    older = models.PositiveIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)
    compared_at = models.DateTimeField(null=True)
    missing = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["mailbox", "name"], name="mail_folder_once"),)

    def __str__(self) -> str:
        return self.name


class FolderMessageQuerySet(models.QuerySet["FolderMessage"]):
    def current(self) -> Self:
        """Those whose numbers the server still uses."""
        return self.filter(uid_validity=F("folder__uid_validity"))

    def counted(self) -> dict[int, dict[str, int]]:
        """How many came to what, by folder."""
        found: dict[int, dict[str, int]] = {}
        rows = self.order_by().values_list("folder_id", "outcome").annotate(count=Count("pk"))
        for folder, outcome, count in rows:
            found.setdefault(folder, {})[outcome] = count
        return found


class FolderMessage(models.Model):
    """What became of one message of a folder. Of mail that is nobody's business here, only its number is kept."""

    class Outcome(models.TextChoices):
        TAKEN = "taken", _("Taken in")
        PRIVATE = "private", _("Private, left alone")
        SKIPPED = "skipped", _("Skipped")

    folder = models.ForeignKey(
        MailboxFolder, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    uid_validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    outcome = models.CharField(max_length=7, choices=Outcome.choices)
    mail = models.ForeignKey(IncomingMail, null=True, on_delete=models.PROTECT, related_name="found_in")
    size = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True, default="")
    looked_at = models.DateTimeField(default=timezone.now)

    objects = FolderMessageQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["folder", "uid_validity", "uid"], name="mail_message_once"),
        )
        indexes = (models.Index(fields=["folder", "uid_validity", "outcome"], name="mail_message_outcome"),)

    def __str__(self) -> str:
        return f"{self.folder_id} {self.uid}"
