"""An account on a calendar server, and how it goes with it."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kairos.core.models import ConnectionState, Record, RecordQuerySet


class Trouble(models.TextChoices):
    """Why a server cannot be used, in the words of people."""

    ADDRESS = "address", _("This is no address of a calendar server. It begins with https://.")
    HOST = "host", _("No server of this name is known. Is it spelled right?")
    INSIDE = (
        "inside",
        _(
            "This server is inside a private network. An administrator can allow it in the program’s settings."
        ),
    )
    REFUSED = "refused", _("Nothing answers at this address.")
    SILENT = "silent", _("The server does not answer in time.")
    CERTIFICATE = "certificate", _("The server’s certificate cannot be trusted, so nothing was said to it.")
    LOGIN = "login", _("The server does not accept this user and password.")
    SECRET = "secret", _("The kept password cannot be read any more. Enter it again.")
    NO_CALENDARS = "calendars", _("The server answers, but shows no calendars at this address.")
    EMPTIED = (
        "emptied",
        _(
            "More than half of the meetings are gone from the server at once. Nothing was called off here. "
            "If it is meant, choose Repair."
        ),
    )
    BUSY = "busy", _("The server asks us to come back later.")
    BROKEN = "broken", _("The connection broke.")
    LARGE = "large", _("The server’s answer is too long to be read.")
    HERE = "here", _("Something broke on our side. The log says more.")
    ODD = "odd", _("The server gave an answer that makes no sense.")


# Nobody but the owner can mend these, and asking again and again would lock the account.
ONLY_THE_OWNER = frozenset({Trouble.LOGIN, Trouble.SECRET})


class CalendarAccountQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own; administrators see that the others are there, and how they do."""
        visible = super().visible_to(user)
        if not user.is_authenticated or user.is_administrator:
            return visible
        return visible.filter(owner=user)

    def synced_now(self) -> Self:
        """Those that are kept in step: connected, not paused, and of somebody who works here."""
        return self.filter(owner__archived_at=None, archived_at=None, is_active=True, state__isnull=False)

    def worth_trying(self) -> Self:
        """Of these, those that do not wait for their owner."""
        return self.synced_now().exclude(state__trouble__in=ONLY_THE_OWNER)

    def due(self, now: dt.datetime) -> Self:
        """Those whose turn it is."""
        return self.worth_trying().filter(state__next_check_at__lte=now)


class CalendarAccount(Record):
    """A person's account on a calendar server (CalDAV).

    `privacy` is what others see of events that come from there; `precedence` says which side counts where both have
    changed the same thing since the last time.
    """

    class Privacy(models.TextChoices):
        """What others see of events from there; their owner sees all of it."""

        ALL = "all", _("All of it")
        SUBJECT = "subject", _("What it is called, and when")
        TIMES = "times", _("Only when one is busy")

    class Precedence(models.TextChoices):
        """Whose word counts where both sides have changed the same."""

        SERVER = "server", _("The calendar server")
        HERE = "here", _("Kairos")

    name = models.CharField(_("Name"), max_length=120)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Owner"),
        on_delete=models.PROTECT,
        related_name="calendar_accounts",
    )
    url = models.CharField(_("Server address"), max_length=500, blank=True, default="")
    login = models.CharField(_("User"), max_length=254, blank=True, default="")
    privacy = models.CharField(_("Others see"), max_length=7, choices=Privacy.choices, default=Privacy.TIMES)
    precedence = models.CharField(
        _("If both sides have changed"), max_length=6, choices=Precedence.choices, default=Precedence.SERVER
    )
    is_active = models.BooleanField(_("Is kept in step"), default=True)

    objects: ClassVar[Any] = CalendarAccountQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("Calendar account")
        verbose_name_plural = _("Calendar accounts")

    def __str__(self) -> str:
        return self.name


class AccountState(ConnectionState):
    """How it goes with an account, and its password."""

    account = models.OneToOneField(CalendarAccount, on_delete=models.PROTECT, related_name="state")
    trouble = models.CharField(max_length=11, choices=Trouble.choices, blank=True, default="")

    @property
    def needs_owner(self) -> bool:
        """Whether nothing is tried any more until the owner has entered another password."""
        return self.trouble in ONLY_THE_OWNER
