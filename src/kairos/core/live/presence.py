"""Who has a page open, and who is at it: kept for a short while in the cache, by what open pages say of themselves."""

from collections.abc import Iterable, Sequence

from django.core.cache import cache

# What a page says: somebody is at it, or it is only open. It says so again well before this is forgotten.
ACTIVE, IDLE = "active", "idle"
FORGOTTEN = 100
REMEMBERED = 24 * 3600
REGION = "user-*-presence"


def note(person: int, said: str) -> bool:
    """A page of this person says that somebody is at it, or that it is open; True when that makes a difference."""
    cache.set(f"open-{person}", True, FORGOTTEN)
    if said == ACTIVE:
        cache.set(f"at-it-{person}", True, FORGOTTEN)
    return _is_different(person)


def forget(person: int) -> None:
    """A page has gone; those that are left say again that they are there."""
    cache.delete_many([f"open-{person}", f"at-it-{person}"])


def is_gone(person: int) -> bool:
    """Whether no page of this person is left, and that is news."""
    return state_of(person) == "offline" and _is_different(person)


def state_of(person: int) -> str:
    """“online”, “away” or “offline”."""
    return states_of([person])[person]


def states_of(people: Iterable[int]) -> dict[int, str]:
    """The state of each, in one question to the cache."""
    ids: Sequence[int] = list(people)
    known = cache.get_many([f"{word}-{pk}" for pk in ids for word in ("open", "at-it")])
    return {
        pk: "online" if f"at-it-{pk}" in known else "away" if f"open-{pk}" in known else "offline"
        for pk in ids
    }


def _is_different(person: int) -> bool:
    """Whether the state is another than the one last told, which it is from now on."""
    now = state_of(person)
    before = cache.get(f"told-{person}", "offline")
    cache.set(f"told-{person}", now, REMEMBERED)
    return bool(now != before)
