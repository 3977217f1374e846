"""The socket of an open page: it says which regions it shows, and hears when one of them has changed."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth import get_user_model

from kairos.core.live.publish import GROUP
from kairos.core.records import RecordType, type_named

MOST = 200
LONGEST_MESSAGE = 20_000


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a page: `name` as the page calls it, the kind of record it shows, and the one record if it is one's."""

    name: str
    record_type: str
    pk: int | None

    def is_named_by(self, changed: set[str]) -> bool:
        """Whether news naming these regions is about this one; naming only the kind may mean any record."""
        if self.name in changed:
            return True
        if self.record_type not in changed and self.pk is None:
            return False
        return self.pk is None or f"{self.record_type}-{self.pk}" in changed or changed == {self.record_type}


class LiveConsumer(AsyncWebsocketConsumer):
    """Speaks JSON: `{"subscribe": [names]}` replaces what the page hears, `{"regions": [names]}` says what changed.

    Only regions of kinds this person may list and of records they may see are heard; others are ignored without a word.
    Nothing but names is sent: the page fetches what changed with its own rights.
    """

    shown: tuple[Region, ...] = ()

    async def connect(self) -> None:
        self.groups_joined: set[str] = set()
        user = self.scope.get("user")
        if user is None or not user.is_authenticated or not user.is_active:
            await self.close()
            return
        await self.accept()

    async def disconnect(self, code: int) -> None:
        for group in self.groups_joined:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        names = _names(text_data or "")
        if names is None:
            return
        self.shown = await database_sync_to_async(_allowed_now)(self.scope["user"], names)
        wanted = {GROUP.format(region.record_type) for region in self.shown}
        for group in wanted - self.groups_joined:
            await self.channel_layer.group_add(group, self.channel_name)
        for group in self.groups_joined - wanted:
            await self.channel_layer.group_discard(group, self.channel_name)
        self.groups_joined = wanted

    async def regions(self, message: dict[str, Any]) -> None:
        """Hear from `core.live.publish`."""
        changed = set(message["regions"])
        heard = [region.name for region in self.shown if region.is_named_by(changed)]
        if heard:
            await self.send(text_data=json.dumps({"regions": heard}))


def _names(text: str) -> list[str] | None:
    """The names a page subscribes to; None for anything else."""
    if len(text) > LONGEST_MESSAGE:
        return None
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None
    names = message.get("subscribe") if isinstance(message, dict) else None
    if not isinstance(names, list):
        return None
    return [name for name in names[:MOST] if isinstance(name, str)]


def _allowed_now(user: Any, names: Iterable[str]) -> tuple[Region, ...]:
    """As `allowed_regions`, by the rights of this moment: a socket stays open for days."""
    present = get_user_model()._default_manager.filter(pk=user.pk).first()
    return allowed_regions(present, names) if present is not None and present.is_active else ()


def allowed_regions(user: Any, names: Iterable[str]) -> tuple[Region, ...]:
    """The regions of these that the person may hear about, with one query for each kind of record."""
    by_type: dict[RecordType, list[Region]] = defaultdict(list)
    for name in dict.fromkeys(names):
        region = _region(name)
        if region is not None:
            by_type[type_named(region.record_type)].append(region)
    heard: list[Region] = []
    for record_type, regions in by_type.items():
        if not record_type.access.can_list(user):
            continue
        ids = {region.pk for region in regions if region.pk is not None}
        seen = (
            set(record_type.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
            if ids
            else set()
        )
        heard += [region for region in regions if region.pk is None or region.pk in seen]
    return tuple(heard)


def _region(name: str) -> Region | None:
    """“opportunity”, “opportunity-42”, “opportunity-42-card”, “opportunity-*”."""
    kind, _dash, rest = name.partition("-")
    pk = rest.partition("-")[0]
    try:
        type_named(kind)
    except KeyError:
        return None
    if not rest or rest == "*":
        return Region(name, kind, None)
    return Region(name, kind, int(pk)) if pk.isascii() and pk.isdigit() and len(pk) < 19 else None
