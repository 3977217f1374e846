"""How alike two names are, and which of many are alike: for the background only."""

from collections.abc import Iterable, Iterator, Sequence

NEIGHBOURS = 6
LEAST = 0.93
SHORTEST = 5
SHORTEST_IDEOGRAPHS = 4


def likeness(one: str, other: str) -> float:
    """From 0 to 1, after Jaro and Winkler: a missing or swapped letter costs little, a common beginning helps."""
    if one == other:
        return 1.0
    reach = max(len(one), len(other)) // 2 - 1
    if reach < 0:
        return 0.0
    taken = [False] * len(other)
    here: list[str] = []
    for at, char in enumerate(one):
        for there in range(max(0, at - reach), min(len(other), at + reach + 1)):
            if not taken[there] and other[there] == char:
                taken[there] = True
                here.append(char)
                break
    common = len(here)
    if not common:
        return 0.0
    beside = [char for char, is_taken in zip(other, taken, strict=True) if is_taken]
    swapped = sum(a != b for a, b in zip(here, beside, strict=True)) / 2
    jaro = (common / len(one) + common / len(other) + (common - swapped) / common) / 3
    prefix = 0
    for a, b in zip(one[:4], other[:4], strict=False):
        if a != b:
            break
        prefix += 1
    return jaro + prefix * 0.1 * (1 - jaro)


def alike(names: Iterable[tuple[int, str]]) -> Iterator[tuple[int, int]]:
    """Pairs of numbers whose names are alike and not equal.

    Each name is compared with its neighbours in two orders, by its beginning and by its end, so that the work grows
    with the number of names and not with its square. Short names say too little.
    """
    long_enough = sorted((name, pk) for pk, name in names if _is_long(name))
    backwards = sorted((name[::-1], pk) for name, pk in long_enough)
    found: set[tuple[int, int]] = set()
    for ordered in (long_enough, [(name[::-1], pk) for name, pk in backwards]):
        for pair in _beside(ordered):
            if pair not in found:
                found.add(pair)
                yield pair


def _beside(ordered: Sequence[tuple[str, int]]) -> Iterator[tuple[int, int]]:
    for at, (name, pk) in enumerate(ordered):
        letters = len(name)
        for other, number in ordered[at + 1 : at + 1 + NEIGHBOURS]:
            if name == other or abs(letters - len(other)) > 3:
                continue
            if name[0] != other[0] and name[-1] != other[-1]:
                continue
            if _digits(name) == _digits(other) and likeness(name, other) >= LEAST:
                yield min(pk, number), max(pk, number)


def _digits(name: str) -> str:
    """“Branch 12” and “Branch 13” are alike and not the same."""
    return "".join(filter(str.isdigit, name))


def _is_long(name: str) -> bool:
    return len(name) >= (SHORTEST if name.isascii() else SHORTEST_IDEOGRAPHS)
