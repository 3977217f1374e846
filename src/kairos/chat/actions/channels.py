"""Opening a place to talk, who is in it, what it is called."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from kairos.chat.live import badges_changed, sight_changed
from kairos.chat.models import Channel
from kairos.core.history import ActionRefused, Changes, change_set

Kind = Channel.Kind


class NotInChannel(ActionRefused):
    message = _("Join “%(channel)s” to write in it.")


class ChannelIsArchived(ActionRefused):
    message = _("“%(channel)s” is archived; nobody writes in it any more.")


class NotOpenToJoin(ActionRefused):
    message = _("Somebody who is in it has to let you in.")


class NobodyToTalkTo(ActionRefused):
    message = _("Choose somebody else who works here.")


class StaysBetweenThem(ActionRefused):
    message = _("A conversation between people stays between them. Start another one with more people.")


def create_channel(
    *, values: Mapping[str, Any], by: Any, model: Any = Channel, at: dt.datetime | None = None
) -> Channel:
    """A channel with a name, public or private; whoever makes it is in it. Raises `ValidationError`."""
    name = _name(values.get("name", ""))
    kind = values.get("kind") or Kind.PUBLIC
    if kind not in (Kind.PUBLIC, Kind.PRIVATE):
        raise ValidationError(_("This choice is not available."))
    people = [by, *values.get("members", [])] if by else values.get("members", [])
    params = {"record": name}
    with change_set(by=by, summary=_("Created %(record)s"), params=params, at=at) as changes:
        about = values.get("description", "")
        return _opened(changes, name=name, kind=kind, description=about, members=people)


def open_direct(person: Any, *, by: Any, at: dt.datetime | None = None) -> Channel:
    """The one conversation of two people, opened where there is none. Raises `NobodyToTalkTo`."""
    if person.pk == by.pk or not person.is_active:
        raise NobodyToTalkTo()
    pair = "-".join(map(str, sorted((person.pk, by.pk))))
    found = Channel.objects.filter(pair=pair).first()
    if found is not None:
        return found
    try:
        summary = _("Began to talk with %(person)s")
        with change_set(by=by, summary=summary, params={"person": person}, at=at) as changes:
            return _opened(
                changes, name=_names([by, person]), kind=Kind.DIRECT, members=[by, person], pair=pair
            )
    except IntegrityError:
        # The other one opened it at the same moment.
        return Channel.objects.get(pair=pair)


def start_group(people: Iterable[Any], *, by: Any) -> Channel:
    """A conversation of several people, or the one of two. Raises `NobodyToTalkTo`."""
    others = {one.pk: one for one in people if one.pk != by.pk and one.is_active}
    if len(others) < 2:
        return open_direct(next(iter(others.values()), by), by=by)
    members = [by, *others.values()]
    params = {"people": _names(list(others.values()))}
    with change_set(by=by, summary=_("Began to talk with %(people)s"), params=params) as changes:
        return _opened(changes, name=_names(members), kind=Kind.GROUP, members=members)


def update_channel(record: Channel, *, values: Mapping[str, Any], by: Any) -> Channel:
    """Rename, describe, let people in or out. Raises `StaysBetweenThem`, `ValidationError`."""
    given = dict(values)
    if "name" in given:
        given["name"] = _name(given["name"])
    with change_set(by=by, summary=_("Changed %(record)s"), params={"record": record}) as changes:
        changes.lock(record)
        if not record.is_named:
            raise StaysBetweenThem()
        before = _member_ids(record)
        changes.update(record, **given)
        _people_changed(record, before ^ _member_ids(record))
    return record


def join_channel(channel: Channel, *, by: Any) -> None:
    """Come into a public channel. Raises `NotOpenToJoin`, `ChannelIsArchived`."""
    with change_set(by=by, summary=_("Joined %(record)s"), params={"record": channel}) as changes:
        changes.lock(channel)
        if channel.kind != Kind.PUBLIC:
            raise NotOpenToJoin()
        if channel.is_archived:
            raise ChannelIsArchived(channel=channel)
        if changes.set_related(channel, "members", _member_ids(channel) | {by.pk}):
            _people_changed(channel, {by.pk})


def leave_channel(channel: Channel, *, by: Any) -> None:
    """Go out of a channel or a group; into a private one only others let one back. Raises `StaysBetweenThem`."""
    with change_set(by=by, summary=_("Left %(record)s"), params={"record": channel}) as changes:
        changes.lock(channel)
        if channel.kind == Kind.DIRECT:
            raise StaysBetweenThem()
        if changes.set_related(channel, "members", _member_ids(channel) - {by.pk}):
            _people_changed(channel, {by.pk})


def check_speaker(channel: Channel, by: Any) -> None:
    """Whoever is in a channel writes there. Raises `NotInChannel`, `ChannelIsArchived`."""
    if channel.is_archived:
        raise ChannelIsArchived(channel=channel)
    if by is None or not channel.members.filter(pk=by.pk).exists():
        raise NotInChannel(channel=channel)


def _opened(changes: Changes, *, members: Iterable[Any], **values: Any) -> Channel:
    people = {one.pk: one for one in members}
    channel = changes.create(Channel, members=list(people.values()), **values)
    badges_changed(people)
    return channel


def _people_changed(channel: Channel, people: set[int]) -> None:
    badges_changed(people | _member_ids(channel))
    sight_changed(people)


def _member_ids(channel: Channel) -> set[int]:
    return set(channel.members.values_list("pk", flat=True))


def _name(given: Any) -> str:
    name = " ".join(str(given or "").replace("\x00", "").split()).lstrip("#").strip()
    if not name:
        raise ValidationError(_("A channel needs a name."))
    return name


def _names(people: Iterable[Any]) -> str:
    return ", ".join(str(one) for one in people)[:120]
