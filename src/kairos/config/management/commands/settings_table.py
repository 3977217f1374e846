"""`kairos settings_table`: the page about settings, from the table that declares them."""

from typing import Any

from django.core.management.base import BaseCommand

from kairos.config.documentation import settings_page


class Command(BaseCommand):
    """Print docs/reference/settings.md."""

    help = "Print the reference page of all KAIROS_* settings."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the page."""
        self.stdout.write(settings_page(), ending="")
