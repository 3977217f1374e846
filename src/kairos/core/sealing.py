"""Secrets that the house must be able to read again, such as passwords for other servers, under a key of its own.

The key is made from the house's secret and a `purpose`, so that what was sealed for one thing opens for nothing else.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes


class Unreadable(Exception):
    """The house has another secret than when this was sealed."""


def sealed(text: str, *, purpose: str) -> str:
    return _keys(purpose).encrypt(text.encode()).decode()


def opened(secret: str, *, purpose: str) -> str:
    """The text again. Raises `Unreadable`."""
    try:
        return _keys(purpose).decrypt(secret.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def _keys(purpose: str) -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_key(one, purpose)) for one in secrets])


def _key(secret: str | bytes, purpose: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode())
    return base64.urlsafe_b64encode(derived.derive(force_bytes(secret)))
