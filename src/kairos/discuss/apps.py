from django.apps import AppConfig


class DiscussConfig(AppConfig):
    """What people say about a record, who follows it, and what each person is told."""

    name = "kairos.discuss"
    label = "discuss"
    default_auto_field = "django.db.models.BigAutoField"
