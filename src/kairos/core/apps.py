from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Record screens, conditions, history, search and live updates: what every other app stands on."""

    name = "kairos.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kairos.core.records.registry import discover

        discover()
