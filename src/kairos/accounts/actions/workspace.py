"""What can be done to the workspace itself; administrators only, asked before."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kairos.accounts.models import Workspace
from kairos.accounts.workspace import workspace
from kairos.core.files import keep, media_type
from kairos.core.history import ActionRefused, change_set
from kairos.core.typesetting import CannotBeSet, typeset

HEAVIEST_LOGO = 256 * 1024
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp"})
PROOF = Path(__file__).parent.parent / "templates/accounts/proof.typ"


class NotALogo(ActionRefused):
    message = _("A logo is a PNG, JPEG or WebP picture of at most 256 kB.")


def update_workspace(*, values: Mapping[str, Any], by: Any) -> Workspace:
    """Write what the workspace is called, and what its new records start with."""
    with change_set(by=by, summary=_("Changed the workspace’s settings")) as changes:
        stored = _stored()
        changes.update(stored, **values)
    return stored


def update_letterhead(*, values: Mapping[str, Any], by: Any, logo: bytes = b"") -> Workspace:
    """Write what stands on the papers of the house; without a picture the logo stays. Raises `NotALogo`."""
    given = dict(values)
    with change_set(by=by, summary=_("Changed the letterhead")) as changes:
        if logo:
            given["logo"] = _kept(logo)
        stored = _stored()
        changes.update(stored, **given)
    return stored


def _kept(logo: bytes) -> str:
    """The digest of the picture, once it has been tried on a paper."""
    if len(logo) > HEAVIEST_LOGO or media_type(logo[:32]) not in PICTURES:
        raise NotALogo()
    try:
        typeset(PROOF, {}, pictures={"logo": logo})
    except CannotBeSet as error:
        raise NotALogo() from error
    return keep([logo])[0]


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
