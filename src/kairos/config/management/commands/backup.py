"""`kairos backup FILE`: everything in one file, while the program runs."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kairos.core.operation.backup import BackupRefused, back_up


class Command(BaseCommand):
    """Write database, uploaded files and secrets into one archive."""

    help = "Write the database, uploaded files and secrets into one archive, while the program runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the archive to write, such as kairos.tar.gz")

    def handle(self, *args: Any, **options: Any) -> None:
        """Back up."""
        try:
            back_up(options["file"].absolute())
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"Everything is in {options['file']}. Keep it safe: it holds the secret key.")
