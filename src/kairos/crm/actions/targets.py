"""Targets: one amount for a team or a person in a month."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.workspace import default_currency
from kairos.core.history import ActionRefused, change_set
from kairos.crm.models import Target


class TargetOfNobody(ActionRefused):
    message = _("A target is for a team or for a person: name one of them.")


class TargetTaken(ActionRefused):
    message = _("There is a target for this month already.")


def set_target(*, values: Mapping[str, Any], by: Any, model: type[Target] = Target, at: Any = None) -> Target:
    """The target of a month; one that is there already gets the new amount. Raises `TargetOfNobody`."""
    team, user = values.get("team"), values.get("user")
    if (team is None) == (user is None):
        raise TargetOfNobody()
    month = values["month"].replace(day=1)
    currency = values.get("currency") or (team.currency if team else "") or default_currency()
    rest = {"amount": values.get("amount") or 0, "currency": currency}
    params = {"record": f"{team or user} {month:%Y-%m}"}
    with change_set(by=by, summary=_("Set the target %(record)s"), params=params, at=at) as changes:
        present = Target.objects.select_for_update().filter(team=team, user=user, month=month).first()
        if present is not None:
            changes.update(present, **rest, archived_at=None)
            return present
        more = {name: values[name] for name in ("external_id",) if name in values}
        return changes.create(Target, team=team, user=user, month=month, **rest, **more)


def update_target(target: Target, *, values: Mapping[str, Any], by: Any) -> Target:
    """Write a target's values. Raises `TargetOfNobody`, `TargetTaken`."""
    full = dict(values)
    if full.get("month"):
        full["month"] = full["month"].replace(day=1)
    wanted = {name: full.get(name, getattr(target, name)) for name in ("team", "user", "month")}
    if (wanted["team"] is None) == (wanted["user"] is None):
        raise TargetOfNobody()
    with change_set(by=by, summary=_("Changed %(record)s"), params={"record": target}) as changes:
        if Target.objects.filter(**wanted).exclude(pk=target.pk).exists():
            raise TargetTaken()
        changes.update(target, **full)
    return target
