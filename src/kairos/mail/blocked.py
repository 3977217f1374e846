"""Whether an address gets mail."""

from collections.abc import Collection

from django.db.models.functions import Lower

from kairos.mail.models import Suppression


def is_blocked(address: str) -> bool:
    return bool(blocked_among([address]))


def blocked_among(addresses: Collection[str]) -> set[str]:
    """Those of the addresses that get nothing, in lower case."""
    wanted = {address.lower() for address in addresses}
    rows = Suppression.objects.active().annotate(lower=Lower("address")).filter(lower__in=wanted)
    return set(rows.values_list("lower", flat=True))
