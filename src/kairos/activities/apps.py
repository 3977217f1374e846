from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """What is planned: calls, meetings, to-dos on any kind of record, and who does them when."""

    name = "kairos.activities"
    label = "activities"
    default_auto_field = "django.db.models.BigAutoField"
