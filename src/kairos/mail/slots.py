"""Who takes the mail that comes in."""

from collections.abc import Sequence

from django.db import models

from kairos.core.slots import Slot
from kairos.mail.incoming.parsing import Parsed
from kairos.mail.models import IncomingMail


class Route:
    """Takes the mails it knows: the record it was about, or None for the next route.

    What one of us wrote in another program is shown only to a route that `takes_own`, what a machine wrote only to one
    that `takes_automatic`.
    """

    takes_own: bool = False
    takes_automatic: bool = False

    def may_take(self, mails: Sequence[Parsed]) -> Sequence[bool]:
        """Whether each of many may be its own: asked once for a batch, so that most are not looked at one by one."""
        return [True] * len(mails)

    def take(self, mail: IncomingMail, parsed: Parsed) -> models.Model | None:
        raise NotImplementedError


ROUTES: Slot[Route] = Slot("mail.routes", accepts=Route)
