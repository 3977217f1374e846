"""An address for each record, to which answers and copies come: nobody can work one out for another record."""

import base64
import hmac
import re
from email.utils import parseaddr

from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac

from kairos.core.history.canonical import type_name

_MARK = re.compile(r"\+([a-z_]{1,40})\.(\d{1,18})\.([a-z2-7]{16})@")


def reply_address(record: models.Model) -> str:
    """The address that leads to this record; "" where the house has no mailbox for answers."""
    local, at, domain = parseaddr(settings.KAIROS_MAIL_REPLY)[1].rpartition("@")
    if not at:
        return ""
    name, pk = type_name(type(record)), record.pk
    return f"{local}+{name}.{pk}.{_signature(name, pk)}@{domain}"


def record_named(address: str) -> tuple[str, int] | None:
    """The stored name of the kind and the number of the record this address leads to."""
    found = _MARK.search(address.lower())
    if found is None:
        return None
    name, pk = found[1], int(found[2])
    return (name, pk) if hmac.compare_digest(found[3], _signature(name, pk)) else None


def _signature(name: str, pk: int) -> str:
    digest = salted_hmac("kairos.mail.reply_address", f"{name}.{pk}", algorithm="sha256").digest()
    return base64.b32encode(digest[:10]).decode().lower()
