"""Passwords of mailboxes, kept under a key that is made from the house's secret."""

from kairos.core import sealing
from kairos.core.sealing import Unreadable

__all__ = ["Unreadable", "opened", "sealed"]
PURPOSE = "kairos.mail.mailboxes"


def sealed(password: str) -> str:
    return sealing.sealed(password, purpose=PURPOSE)


def opened(secret: str) -> str:
    """The password again. Raises `Unreadable`."""
    return sealing.opened(secret, purpose=PURPOSE)
