"""What a message links to, as small cards: records of the house, as far as the reader sees them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from kairos.core.records import RecordType, all_types
from kairos.discuss.models import Message

LINK = re.compile(r'<a href="([^"]+)"')
RECORD = re.compile(r"/([a-z][a-z-]*)/(\d{1,18})/?$")
MOST = 3


@dataclass(frozen=True, slots=True)
class Card:
    """One record: its sign, its name, a second line, where it is."""

    icon: str
    kind: str
    title: str
    subtitle: str
    url: str


def cards_for(messages: Iterable[Message], user: Any) -> dict[int, Sequence[Card]]:
    """By message the records it links to, at most three, in a query for each kind of record that is named."""
    types = {one.plural: one for one in all_types() if one.access.can_list(user)}
    named = {one.pk: _named(one.body, types) for one in messages if not one.is_deleted and "<a " in one.body}
    wanted: dict[str, set[int]] = defaultdict(set)
    for plural, pk in (place for places in named.values() for place in places):
        wanted[plural].add(pk)
    seen = {
        (plural, pk): _card(types[plural], record)
        for plural, ids in wanted.items()
        for pk, record in types[plural].visible_to(user).in_bulk(list(ids)).items()
    }
    return {pk: [seen[place] for place in places if place in seen] for pk, places in named.items()}


def _named(body: str, types: dict[str, RecordType]) -> list[tuple[str, int]]:
    """The records whose addresses are in a text: of ours, from the root or with the name of our house."""
    places = []
    for address in LINK.findall(body):
        parts = urlsplit(address)
        found = RECORD.match(parts.path) if parts.hostname in (None, *settings.ALLOWED_HOSTS) else None
        if found and found[1] in types:
            places.append((found[1], int(found[2])))
    return list(dict.fromkeys(places))[:MOST]


def _card(kind: RecordType, record: Any) -> Card:
    subtitle = str(kind.subtitle(record) or "")
    return Card(kind.icon, str(kind.label), kind.title(record), subtitle, kind.url_of(record))
