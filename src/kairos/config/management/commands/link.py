"""`kairos link`: a way in for somebody who has none, such as an administrator who lost the password."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kairos.accounts.actions.welcome import welcome_link_for
from kairos.accounts.models import User
from kairos.core.history import ActionRefused


class Command(BaseCommand):
    """Print a one-time link with which the person chooses a new password; links made before stop working."""

    help = "Print a one-time sign-in link for the person with this e-mail address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="e-mail address with which the person signs in")

    def handle(self, *args: Any, **options: Any) -> None:
        """Find the person and print the link."""
        try:
            person = User.objects.get(email__iexact=options["email"])
        except User.DoesNotExist:
            raise CommandError(f"Nobody here has the e-mail address {options['email']}.") from None
        try:
            self.stdout.write(welcome_link_for(person, by=None))
        except ActionRefused as refusal:
            raise CommandError(str(refusal)) from refusal
