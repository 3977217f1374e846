"""Values in the one form in which the same thing is always the same text: the keys duplicates are found by."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

from kairos.core.duplicates.free_mail import FREE_MAIL, PLATFORMS, REGISTRY_LABELS
from kairos.core.fields.lists import e164

Key = tuple[str, str]
_NOT_IN_NUMBER = re.compile(r"[^0-9a-z]")
SHORTEST_TAX_ID = 5


def email_key(email: str) -> str:
    """Lower case, without spaces around it; "" for what has no domain."""
    plain = email.strip().casefold()
    return plain if "@" in plain else ""


@lru_cache(maxsize=8192)
def phone_key(phone: str) -> str:
    """E.164, read as the field for phones reads it; "" for what is no number."""
    if phone.startswith("+") and phone[1:].isdigit():
        return phone
    try:
        return e164(phone) if phone.strip() else ""
    except ValidationError:
        return ""


def tax_key(tax_id: str) -> str:
    """Letters and digits only; "" for what is too short to be one."""
    plain = _NOT_IN_NUMBER.sub("", tax_id.casefold())
    return plain if len(plain) >= SHORTEST_TAX_ID and any(map(str.isdigit, plain)) else ""


def domain_keys(*, emails: Iterable[str] = (), website: str = "") -> Iterator[Key]:
    """The domains that are a company's own, each once."""
    hosts = [email.rpartition("@")[2] for email in emails if "@" in email]
    hosts += [_host(website)] if website else []
    for domain in dict.fromkeys(map(company_domain, hosts)):
        if domain:
            yield ("domain", domain)


def _host(website: str) -> str:
    try:
        return urlsplit(website if "//" in website else f"//{website}").hostname or ""
    except ValueError:
        return ""


@lru_cache(maxsize=8192)
def company_domain(host: str) -> str:
    """ "acme.com.tw" for "mail.acme.com.tw"; "" for free mailboxes, platforms and bare public suffixes."""
    labels = [label for label in host.strip().casefold().split(".") if label]
    if len(labels) < 2 or labels[-1].isdigit():
        return ""
    names = 3 if len(labels[-1]) == 2 and labels[-2] in REGISTRY_LABELS else 2
    if len(labels) < names or {".".join(labels), ".".join(labels[-names:])} & (FREE_MAIL | PLATFORMS):
        return ""
    return ".".join(labels[-names:])
