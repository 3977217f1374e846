"""The socket of an open page: it says which regions it shows, and hears when one of them has changed."""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth import get_user_model

from kairos.core.live import presence, recent
from kairos.core.live.publish import ANY, GROUP
from kairos.core.records import RecordType, type_named

MOST = 200
LONGEST_MESSAGE = 20_000
# What a page may show to others who look at the same: for a moment, never kept, and seldom enough.
SIGNS = {"typing"}
SELDOM = 1.5
# Somebody who goes from page to page is gone for a moment only.
MOMENT = 6.0
LEAVING: set[asyncio.Task[None]] = set()


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a page: `name` as the page calls it, the kind of record it shows, and the one record if it is one's."""

    name: str
    record_type: str
    pk: int | None

    @property
    def called(self) -> set[str]:
        """What news about this region may call it: by its own name, its record's, or that of every one of its kind."""
        if self.pk is None:
            return {self.name, self.record_type}
        return {self.name, f"{self.record_type}-{self.pk}", ANY.format(self.record_type)}


class LiveConsumer(AsyncWebsocketConsumer):
    """Speaks JSON: `{"subscribe": [names]}` replaces what the page hears, `{"regions": [names]}` says what changed.

    `{"here": "active"}` says that somebody is at the page, “idle” that it is only open. `{"sign": "typing", "region":
    name}` reaches the others who hear of that region, with the name of who makes the sign.

    `{"subscribe": [names], "since": seconds}` comes from a page that was drawn at that second of the clock, and is
    answered by `{"listening": true, "regions": [names]}`: what has changed before it could listen.

    Only regions of kinds this person may list and of records they may see are heard; others are ignored without a word.
    Nothing but names is sent: the page fetches what changed with its own rights. News naming “user-7-sight” makes the
    sockets of that person look again at what they may hear.
    """

    shown: tuple[Region, ...] = ()
    names: tuple[str, ...] = ()
    here: str = ""
    signed_at: float = 0.0

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
        if self.here:
            leaving = asyncio.create_task(self._leave(self.scope["user"].pk))
            LEAVING.add(leaving)
            leaving.add_done_callback(LEAVING.discard)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        message = _read(text_data or "")
        if isinstance(message.get("subscribe"), list):
            self.names = tuple(name for name in message["subscribe"][:MOST] if isinstance(name, str))
            await self._look_again()
            if isinstance(message.get("since"), int | float):
                await self._catch_up(message["since"])
        if message.get("here") in (presence.ACTIVE, presence.IDLE):
            self.here = message["here"]
            await self._note()
        if message.get("sign") in SIGNS:
            await self._sign(message["sign"], message.get("region"))

    async def _look_again(self) -> None:
        """Hear of what the page shows, by the rights of this moment, and of those rights."""
        self.shown = await database_sync_to_async(_allowed_now)(self.scope["user"], self.names)
        wanted = {GROUP.format(region.record_type) for region in self.shown} | {GROUP.format("user")}
        for group in wanted - self.groups_joined:
            await self.channel_layer.group_add(group, self.channel_name)
        for group in self.groups_joined - wanted:
            await self.channel_layer.group_discard(group, self.channel_name)
        self.groups_joined = wanted

    async def _catch_up(self, since: float) -> None:
        """Tell what was missed between the page's drawing and its subscription."""
        called = {name for region in self.shown for name in region.called}
        changed = await database_sync_to_async(recent.changed_since)(called, since)
        missed = [region.name for region in self.shown if changed is None or region.called & changed]
        await self.send(text_data=json.dumps({"listening": True, "regions": missed}))

    async def regions(self, message: dict[str, Any]) -> None:
        """Hear from `core.live.publish`."""
        changed = set(message["regions"])
        if f"user-{self.scope['user'].pk}-sight" in changed:
            await self._look_again()
        heard = [region.name for region in self.shown if region.called & changed]
        if heard:
            await self.send(text_data=json.dumps({"regions": heard}))

    # -- who is there

    async def _note(self) -> None:
        """Remember that this person is there, and tell when that is news."""
        if await database_sync_to_async(presence.note)(self.scope["user"].pk, self.here):
            await self._tell_presence()

    async def _leave(self, person: int) -> None:
        """A page has gone. The others of this person say that they are there; if none does, the person has left."""
        await database_sync_to_async(presence.forget)(person)
        await self.channel_layer.group_send(GROUP.format("user"), {"type": "asked", "person": person})
        await asyncio.sleep(MOMENT)
        if await database_sync_to_async(presence.is_gone)(person):
            await self._tell_presence()

    async def asked(self, message: dict[str, Any]) -> None:
        """Somebody asks whether this person is still there."""
        if message["person"] == self.scope["user"].pk and self.here:
            await self._note()

    async def _tell_presence(self) -> None:
        news = {"type": "regions", "regions": [presence.REGION]}
        await self.channel_layer.group_send(GROUP.format("user"), news)

    # -- signs

    async def _sign(self, sign: str, name: Any) -> None:
        """Pass a sign on, about a region this page hears of."""
        region = next((one for one in self.shown if one.name == name), None)
        now = time.monotonic()
        if region is None or now - self.signed_at < SELDOM:
            return
        self.signed_at = now
        user = self.scope["user"]
        news = {"type": "signed", "region": region.name, "sign": sign, "by": user.pk, "name": str(user)}
        await self.channel_layer.group_send(GROUP.format(region.record_type), news)

    async def signed(self, message: dict[str, Any]) -> None:
        """Show others' signs about what this page shows."""
        is_shown = any(region.name == message["region"] for region in self.shown)
        if is_shown and message["by"] != self.scope["user"].pk:
            told = {key: message[key] for key in ("region", "sign", "name")}
            await self.send(text_data=json.dumps({"signs": [told]}))


def _read(text: str) -> dict[str, Any]:
    """What a page says; nothing for what makes no sense."""
    if len(text) > LONGEST_MESSAGE:
        return {}
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


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
    """“opportunity”, “opportunity-42”, “opportunity-42-card”, “opportunity-*”, “opportunity-*-card”."""
    kind, _dash, rest = name.partition("-")
    pk = rest.partition("-")[0]
    try:
        type_named(kind)
    except KeyError:
        return None
    if not rest or pk == "*":
        return Region(name, kind, None)
    return Region(name, kind, int(pk)) if pk.isascii() and pk.isdigit() and len(pk) < 19 else None
