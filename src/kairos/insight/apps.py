from django.apps import AppConfig


class InsightConfig(AppConfig):
    """Reports on any kind of record."""

    name = "kairos.insight"
    label = "insight"
    default_auto_field = "django.db.models.BigAutoField"
