"""Saved views: kept, renamed, shared, opened first, given up. They are no records: no history."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kairos.core.history import ActionRefused
from kairos.core.models import SavedView

LONGEST_NAME = 80


class NameTaken(ActionRefused):
    message = _("You already have a view called “%(name)s”.")


class NotYourView(ActionRefused):
    message = _("“%(name)s” belongs to somebody else. Save your own copy instead.")


def save_view(
    *, record_type: str, name: str, query: Mapping[str, str], by: Any, sharing: str = "private"
) -> SavedView:
    """Keep a listing under a name. `sharing` is "private", "everybody", or "team-3" for a team of one's own.

    Raises `NameTaken`, `ValidationError`.
    """
    view = SavedView(record_type=record_type, owner=by, query=dict(query), name=_checked(name))
    _share(view, sharing, by)
    _write(view)
    return view


def change_view(view: SavedView, *, by: Any, **values: Any) -> SavedView:
    """Change `name`, `query`, `sharing`, `is_favourite` or `is_default`. One view of a kind opens first.

    Raises `NotYourView`, `NameTaken`, `ValidationError`.
    """
    _check_owner(view, by)
    if "name" in values:
        view.name = _checked(values["name"])
    if "query" in values:
        view.query = dict(values["query"])
    if "sharing" in values:
        _share(view, values["sharing"], by)
    for name in ("is_favourite", "is_default"):
        if name in values:
            setattr(view, name, bool(values[name]))
    with transaction.atomic():
        if view.is_default:
            others = SavedView.objects.filter(record_type=view.record_type, owner=view.owner)
            others.exclude(pk=view.pk).update(is_default=False)
        _write(view)
    return view


def delete_view(view: SavedView, *, by: Any) -> None:
    """Give up a view. Raises `NotYourView`."""
    _check_owner(view, by)
    view.delete()


def _check_owner(view: SavedView, by: Any) -> None:
    """One's own, and for administrators what is shared with everybody."""
    is_shared = view.sharing == SavedView.Sharing.EVERYBODY
    if view.owner_id != by.pk and not (by.is_administrator and is_shared):
        raise NotYourView(name=view.name)


def _checked(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise ValidationError(_("Give the view a name."))
    if len(name) > LONGEST_NAME:
        raise ValidationError(_("A name has at most %(limit)s characters."), params={"limit": LONGEST_NAME})
    return name


def _share(view: SavedView, sharing: str, by: Any) -> None:
    kind, _dash, team = sharing.partition("-")
    if kind not in SavedView.Sharing.values:
        raise ValidationError(_("This choice is not available."))
    view.sharing, view.team_id = kind, None
    if kind == SavedView.Sharing.TEAM:
        teams = by.team_ids()
        wanted = int(team) if team.isascii() and team.isdigit() else next(iter(teams), None)
        if wanted not in teams:
            raise ValidationError(_("Choose a team that you belong to."))
        view.team_id = wanted


def _write(view: SavedView) -> None:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise NameTaken(name=view.name) from error
