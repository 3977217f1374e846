"""`kairos restore FILE`: what a backup holds, in the place of what is here."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kairos.core.operation.backup import BackupRefused, restore


class Command(BaseCommand):
    """Put a backup's database, files and secrets in place."""

    help = "Put the database, files and secrets of a backup in the place of the present ones."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="an archive that `kairos backup` wrote")
        parser.add_argument("--replace", action="store_true", help="even where there are records already")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore."""
        try:
            manifest = restore(options["file"].absolute(), replace=options["replace"])
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"Restored the backup of {manifest['made_at']}. Start the program again.")
