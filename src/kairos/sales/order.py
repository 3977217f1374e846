"""The order of a quotation's lines: what goes along with a section, which numbers a move changes. Pure."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from kairos.sales.models import LineKind

# Between two lines there is room for others, so that a move changes the number of what is moved and of nothing else.
GAP = 10


def block_of(lines: Sequence[Any], line: Any) -> list[Any]:
    """A section with what stands below it up to the next section; any other line alone."""
    start = lines.index(line)
    if line.kind != LineKind.SECTION:
        return [line]
    following = lines[start + 1 :]
    count = next((n for n, one in enumerate(following) if one.kind == LineKind.SECTION), len(following))
    return [line, *following[:count]]


def moved(lines: Sequence[Any], line: Any, before: Any | None) -> list[Any]:
    """The lines once `line` stands before another one, or at the end.

    A section goes with its lines, and to where another one begins or all end, so that no other loses a line to it.
    """
    block = block_of(lines, line)
    if before in block:
        return list(lines)
    rest = [one for one in lines if one not in block]
    place = len(rest) if before is None else rest.index(before)
    if len(block) > 1:
        place = _border(rest, place, is_up=place < lines.index(line))
    return [*rest[:place], *block, *rest[place:]]


def _border(rest: Sequence[Any], place: int, *, is_up: bool) -> int:
    """The nearest place where a section begins, or all end: the one before on the way up, else the one after."""
    starts = [n for n, one in enumerate(rest) if one.kind == LineKind.SECTION]
    above = [n for n in starts if n <= place]
    if is_up and above:
        return above[-1]
    return next((n for n in starts if n >= place), len(rest))


def renumbered(lines: Sequence[Any], placed: Sequence[Any]) -> dict[int, int]:
    """New positions by number of the line, so that these lines follow each other; `placed` are new where they stand.

    Only those of `placed` change, unless there is no room for them between their neighbours: then all get room again.
    """
    ids = {one.pk for one in placed}
    first = next(n for n, one in enumerate(lines) if one.pk in ids)
    after = first + len(placed)
    low = lines[first - 1].position if first else 0
    high = lines[after].position if after < len(lines) else low + GAP * (len(placed) + 1)
    step = (high - low) // (len(placed) + 1)
    kept = [one.position for one in lines if one.pk not in ids]
    if step > 0 and all(a < b for a, b in pairwise(kept)):
        wanted = {one.pk: low + step * n for n, one in enumerate(lines[first:after], start=1)}
    else:
        wanted = {one.pk: GAP * n for n, one in enumerate(lines, start=1)}
    return {one.pk: wanted[one.pk] for one in lines if wanted.get(one.pk, one.position) != one.position}
