"""Who takes the mail that comes in."""

from django.db import models

from kairos.core.slots import Slot
from kairos.mail.incoming.parsing import Parsed
from kairos.mail.models import IncomingMail


class Route:
    """Takes the mails it knows: the record it was about, or None for the next route."""

    def take(self, mail: IncomingMail, parsed: Parsed) -> models.Model | None:
        raise NotImplementedError


ROUTES: Slot[Route] = Slot("mail.routes", accepts=Route)
