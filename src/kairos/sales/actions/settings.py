"""How the house sells; administrators only, asked before."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.history import change_set
from kairos.sales.models import SalesSettings


def change_settings(*, values: Mapping[str, Any], by: Any) -> SalesSettings:
    """What new quotations start with; those that are there keep what they have."""
    with change_set(by=by, summary=_("Changed how the house sells")) as changes:
        stored, _made = SalesSettings.objects.get_or_create(pk=1)
        changes.update(stored, **values)
    return stored
