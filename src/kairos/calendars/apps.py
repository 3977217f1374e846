from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    """People's calendars on other servers: what is planned here stands there, and what changes there changes here."""

    name = "kairos.calendars"
    label = "calendars"
    default_auto_field = "django.db.models.BigAutoField"
