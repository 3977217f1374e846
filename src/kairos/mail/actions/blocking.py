"""Which addresses get no mail any more."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kairos.core.actions.records import create_record
from kairos.core.history import ActionRefused
from kairos.mail.models import Suppression


class BlockedAlready(ActionRefused):
    message = _("%(address)s is blocked already.")


def block_address(
    *, values: Mapping[str, Any], by: Any, model: type[Suppression] = Suppression, at: Any = None
) -> Suppression:
    """An address that gets no mail from this moment on, not even what waits. Raises `BlockedAlready`."""
    try:
        with transaction.atomic():
            return create_record(model=Suppression, values=values, by=by, at=at)
    except IntegrityError as error:
        raise BlockedAlready(address=values["address"]) from error
