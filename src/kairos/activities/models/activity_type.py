from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.core.models import Record


class Doing(models.TextChoices):
    """What is done: a call has a number to dial, a meeting a beginning and an end."""

    CALL = "call", _("Call")
    MEETING = "meeting", _("Meeting")
    TODO = "todo", _("To-do")
    EMAIL = "email", pgettext_lazy("activity", "E-mail")
    UPLOAD = "upload", _("Upload a document")
    OTHER = "other", pgettext_lazy("activity", "Other")


class Chaining(models.TextChoices):
    """What happens with the next type when one of this type is done."""

    NOTHING = "", _("Nothing")
    SUGGEST = "suggest", _("Suggest the next one")
    TRIGGER = "trigger", _("Plan the next one")


ICONS = {
    Doing.CALL: "phone",
    Doing.MEETING: "users",
    Doing.TODO: "square-check",
    Doing.EMAIL: "mail",
    Doing.UPLOAD: "upload",
    Doing.OTHER: "circle-dot",
}


class ActivityType(Record):
    """A kind of thing to do, with what is usual for it: when, what it is called, by whom, and what comes after it."""

    class Icon(models.TextChoices):
        USUAL = "", _("As usual for what is done")
        PHONE = "phone", _("Telephone")
        USERS = "users", _("People")
        VIDEO = "video", _("Video")
        MAIL = "mail", _("Letter")
        CHECK = "square-check", _("Tick")
        UPLOAD = "upload", _("Arrow up")
        FILE = "file-text", _("Document")
        MAP = "map-pin", _("Place")
        HANDSHAKE = "handshake", _("Handshake")
        BELL = "bell", _("Bell")
        FLAG = "flag", _("Flag")
        CART = "shopping-cart", _("Cart")

    name = models.CharField(_("Name"), max_length=80)
    doing = models.CharField(_("What is done"), max_length=10, choices=Doing.choices, default=Doing.TODO)
    icon = models.CharField(_("Icon"), max_length=20, choices=Icon.choices, blank=True, default="")
    delay_days = models.PositiveSmallIntegerField(_("Days until it is due"), default=0)
    summary = models.CharField(_("Usual summary"), max_length=200, blank=True, default="")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Usually done by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    chaining = models.CharField(
        _("When it is done"), max_length=8, choices=Chaining.choices, blank=True, default=Chaining.NOTHING
    )
    next_type = models.ForeignKey(
        "self",
        verbose_name=_("Next type"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    position = models.PositiveIntegerField(_("Order"), default=0)

    class Meta(Record.Meta):
        verbose_name = _("Activity type")
        verbose_name_plural = _("Activity types")

    def __str__(self) -> str:
        return self.name

    @property
    def is_meeting(self) -> bool:
        """Whether people are asked to come."""
        return self.doing == Doing.MEETING

    @property
    def sign(self) -> str:
        """The icon that is shown."""
        return self.icon or ICONS.get(Doing(self.doing), "circle-dot")
