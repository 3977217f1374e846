from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class CrmConfig(AppConfig):
    """The pipeline: opportunities, their stages, and what became of them."""

    name = "kairos.crm"
    label = "crm"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # A migration that rebuilds the deals' table on SQLite takes its triggers along.
        post_migrate.connect(_keep_tally, sender=self)


def _keep_tally(*, using: str, plan: Any = (), **_rest: Any) -> None:
    from kairos.crm.tally import install, is_wanted

    if is_wanted(connections[using]):
        install(connections[using])
