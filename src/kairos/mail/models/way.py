"""How mail leaves the house."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MailWay(models.Model):
    """The one row that says how mail leaves, where `KAIROS_MAIL_URL` does not say it.

    `secret` is the password of `login`, or a provider's key, under the house's key like `hook_secret`, the word in the
    addresses at which the provider tells what became of mail, and `signing_key`, by which it signs that. None of them
    ever enters the history, so the row keeps itself who has changed it last.
    """

    class Kind(models.TextChoices):
        SMTP = "smtp", _("Mail server (SMTP)")
        MAILGUN = "mailgun", "Mailgun"
        POSTMARK = "postmark", "Postmark"
        BREVO = "brevo", "Brevo"
        MAILJET = "mailjet", "Mailjet"
        RESEND = "resend", "Resend"
        SPARKPOST = "sparkpost", "SparkPost"

    class Security(models.TextChoices):
        STARTTLS = "starttls", "STARTTLS"
        TLS = "tls", "TLS"
        NONE = "none", _("None")

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.SMTP)
    sender = models.CharField(max_length=320)
    host = models.CharField(max_length=253, blank=True, default="")
    port = models.PositiveIntegerField(default=587)
    security = models.CharField(max_length=8, choices=Security.choices, default=Security.STARTTLS)
    login = models.CharField(max_length=254, blank=True, default="")
    region = models.CharField(max_length=8, blank=True, default="")
    secret = models.TextField(blank=True, default="")
    signing_key = models.TextField(blank=True, default="")
    hook_secret = models.TextField(blank=True, default="")
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="mail_way_single"),)

    def __str__(self) -> str:
        return str(self.Kind(self.kind).label)

    @property
    def is_smtp(self) -> bool:
        return self.kind == self.Kind.SMTP
