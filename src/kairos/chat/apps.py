from django.apps import AppConfig


class ChatConfig(AppConfig):
    """Where colleagues talk with each other: channels, groups, and two people alone."""

    name = "kairos.chat"
    label = "chat"
    default_auto_field = "django.db.models.BigAutoField"
