import os
import sys
from typing import Any

from django.core.management.base import BaseCommand

from kairos.mail.actions.incoming import LARGEST, MailTooLarge, receive_mail

# Exit codes a mail server understands (sysexits.h): try again later, and never.
TRY_AGAIN, NEVER = 75, 65


class Command(BaseCommand):
    """Takes in one mail from standard input, as a mail server hands it over with a pipe."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(LARGEST + 1)
        try:
            mail = receive_mail(raw)
        except MailTooLarge as refused:
            self.stderr.write(str(refused))
            sys.exit(NEVER)
        except Exception as error:
            self.stderr.write(f"{type(error).__name__}: {error}")
            sys.exit(TRY_AGAIN)
        self.stdout.write(f"{mail.state}{os.linesep}", ending="")
