from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.accounts.models.team import Team
from kairos.accounts.sight import sight_of
from kairos.core.models import Record, RecordQuerySet


class Role(models.TextChoices):
    """What a person is here. How far each role sees is the administrator's choice (`accounts.models.Reach`)."""

    SALES_OWN = "sales_own", _("Salesperson")
    SALES_TEAM = "sales_team", _("Senior salesperson")
    SALES_ALL = "sales_all", _("Sales operations")
    LEADER = "leader", _("Team leader")
    ADMINISTRATOR = "administrator", _("Administrator")


class Theme(models.TextChoices):
    AUTO = "auto", _("Like the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class UserQuerySet(RecordQuerySet):
    def administrators(self) -> Self:
        return self.filter(role=Role.ADMINISTRATOR)

    def able_to_sign_in(self) -> Self:
        """Active people with an e-mail address and a password they chose."""
        unset = models.Q(email=None) | models.Q(password="") | models.Q(password__startswith="!")  # noqa: S106
        return self.active().exclude(unset)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, Record):
    """A person who works here. Without an e-mail address they own deals but cannot sign in."""

    email = models.EmailField(_("E-mail"), null=True, blank=True, default=None)  # noqa: DJ001 - unique where given
    name = models.CharField(pgettext_lazy("person", "Name"), max_length=120)
    role = models.CharField(_("Role"), max_length=20, choices=Role.choices, default=Role.SALES_OWN)
    teams = models.ManyToManyField(Team, verbose_name=_("Teams"), related_name="members", blank=True)
    manager = models.ForeignKey(
        "self",
        verbose_name=_("Manager"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reports",
    )
    phone = models.CharField(_("Phone"), max_length=40, blank=True, default="")
    job_title = models.CharField(_("Job title"), max_length=80, blank=True, default="")
    signature = models.TextField(
        _("Signature"),
        max_length=1000,
        blank=True,
        default="",
        help_text=_("Stands below every message you write to customers."),
    )
    language = models.CharField(
        _("Language"),
        max_length=10,
        blank=True,
        default="",
        choices=[("en", "English"), ("zh-hant", "繁體中文")],
    )
    time_zone = models.CharField(_("Time zone"), max_length=60, blank=True, default="")
    theme = models.CharField(_("Theme"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    password = models.CharField(max_length=128, blank=True, default="", editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    untracked = Record.untracked | {"password", "last_login", "theme"}

    objects: ClassVar[Any] = UserManager()

    class Meta(Record.Meta):
        verbose_name = _("User")
        verbose_name_plural = _("Users")
        constraints = (
            *Record.Meta.constraints,
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_unique"),
        )

    def __str__(self) -> str:
        return self.name or self.email or ""

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.archived_at is None

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def is_leader(self) -> bool:
        return self.role in (Role.LEADER, Role.ADMINISTRATOR)

    @property
    def can_sign_in(self) -> bool:
        return self.is_active and bool(self.email and self.password and self.has_usable_password())

    def team_ids(self) -> list[int]:
        """Teams this person belongs to or leads; asked once per loaded person."""
        return sorted(sight_of(self).teams)

    def led_people(self) -> models.QuerySet["User"]:
        """Those this person answers for: the members of the teams they lead or that are below, and whom they manage."""
        members = User.teams.through._default_manager.filter(team_id__in=sight_of(self).led)
        return User.objects.filter(models.Q(pk__in=members.values("user_id")) | models.Q(manager=self))

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> Any:
        return self.name.split(" ")[0]
