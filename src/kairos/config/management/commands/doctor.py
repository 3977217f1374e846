"""`kairos doctor`: one line for each thing that must be right."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kairos.core.operation.doctor import FAIL, examine


class Command(BaseCommand):
    """Print ok, warn or fail for every check; exit with 1 when one fails."""

    help = "Check the installation: database, Redis, disk, clock, settings."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Examine and report."""
        findings = list(examine())
        for finding in findings:
            self.stdout.write(f"{finding.level:<5} {finding.subject}: {finding.sentence}")
        failed = sum(finding.level == FAIL for finding in findings)
        if failed:
            raise CommandError(f"{failed} of {len(findings)} checks failed.")
