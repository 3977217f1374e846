"""Those who come without signing in: from where, and how often."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The visitor's address, past as many proxies as the house trusts; "" where none can be told."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""


def comes_too_often(request: HttpRequest, *, doing: str, most: int, seconds: int) -> bool:
    """Count one more visit from this address; whether there were more than `most` within so many seconds."""
    key = f"visitor:{doing}:{address_of(request)}"
    if cache.add(key, 1, seconds):
        return False
    try:
        return int(cache.incr(key)) > most
    except ValueError:
        return False
