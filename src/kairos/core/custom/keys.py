"""Names that a field, or one of its choices, is kept under: made once out of its label, and never changed."""

import json
import re
import unicodedata
from collections.abc import Collection, Iterable

from kairos.core.models import CustomField, FieldChange
from kairos.core.models.custom_values import CustomValues

LONGEST = 40


def new_key(label: str) -> str:
    """A key no field has or had: what was kept under a key of old must not come up in a new field."""
    return _free(_slug(label, "field"), {*_used(), *CustomValues().get_lookups(), "in"})


def new_choice(label: str, taken: Iterable[str]) -> str:
    """What a new choice is kept as, beside those of the same field."""
    return _free(_slug(label, "choice"), set(taken))


def _slug(label: str, otherwise: str) -> str:
    """Lower-case letters, digits and single underscores; no more, for it stands in names of lookups and in SQL."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST].strip("_")
    return slug if slug[:1].isalpha() else f"{otherwise}_{slug}".strip("_")


def _free(slug: str, taken: Collection[str]) -> str:
    number, key = 1, slug
    while key in taken:
        number += 1
        key = f"{slug}_{number}"
    return key


def _used() -> set[str]:
    deleted = FieldChange.objects.filter(record_type="customfield", field="", old__isnull=False)
    old = {json.loads(text or "{}").get("key", "") for text in deleted.values_list("old", flat=True)}
    return {*CustomField._base_manager.values_list("key", flat=True), *old}
