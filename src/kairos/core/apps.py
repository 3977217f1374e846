from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Record screens, conditions, history, search and live updates: what every other app stands on."""

    name = "kairos.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.core.checks import Tags, register

        from kairos.core.operation.versions import check_versions
        from kairos.core.records.registry import discover

        register(check_versions, Tags.database)
        discover()
