from django.apps import AppConfig


class MailConfig(AppConfig):
    """E-mail on its way: the outbox, its delivery, and the addresses that get nothing."""

    name = "kairos.mail"
    label = "mail"
    default_auto_field = "django.db.models.BigAutoField"
