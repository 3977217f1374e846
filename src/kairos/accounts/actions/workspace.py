"""What can be done to the workspace itself; administrators only, asked before."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import Workspace
from kairos.accounts.workspace import workspace
from kairos.core.history import change_set


def update_workspace(*, values: Mapping[str, Any], by: Any) -> Workspace:
    """Write what the workspace is called, and what its new records start with."""
    with change_set(by=by, summary=_("Changed the workspace’s settings")) as changes:
        stored = _stored()
        changes.update(stored, **values)
    return stored


def finish_step(step: str) -> None:
    """Tick a step of the first-run checklist; ticking it again changes nothing."""
    with transaction.atomic():
        _stored()
        stored = Workspace.objects.select_for_update().get(pk=1)
        if step not in stored.finished_steps:
            stored.finished_steps = [*stored.finished_steps, step]
            stored.save(update_fields=["finished_steps"])


def _stored() -> Workspace:
    fresh = workspace()
    if not fresh._state.adding:
        return fresh
    defaults = {name: getattr(fresh, name) for name in ("currency", "language", "time_zone")}
    return Workspace.objects.get_or_create(pk=1, defaults=defaults)[0]
