"""How allauth, which checks passwords, codes and passkeys, behaves in this house."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

SILENT = frozenset({"account/messages/logged_in.txt", "account/messages/logged_out.txt"})
MAILED = frozenset({"account/email/password_reset_key"})


class AccountAdapter(DefaultAccountAdapter):
    """People come in by an administrator's link, never by signing up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Any, password: str) -> None:
        """Write the password alone: the rest of the loaded person may be older than what is stored."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *rest: Any, **named: Any
    ) -> None:
        """Coming and going need no notice."""
        if message_template not in SILENT:
            super().add_message(request, level, message_template, *rest, **named)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Only the mail somebody asked for, in their language. Who has no account here gets none."""
        if template_prefix not in MAILED:
            return
        person = context["user"]
        with translation.override(person.language or translation.get_language() or settings.LANGUAGE_CODE):
            super().send_mail(template_prefix, email, {**context, "person": person})

    def format_email_subject(self, subject: str) -> str:
        return subject

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("preferences")
