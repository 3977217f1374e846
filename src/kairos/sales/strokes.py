"""A signature that was drawn: lines of points, as whole numbers on a sheet of 1000 by 300."""

import json
from typing import Any

WIDTH, HEIGHT = 1000, 300
MOST_STROKES, MOST_POINTS = 200, 6000
Strokes = list[list[list[int]]]


def strokes_in(text: str) -> Strokes:
    """What the page sent; nothing where it is no drawing."""
    if not text or len(text) > 100_000:
        return []
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return found if _is_drawing(found) else []


def _is_drawing(found: Any) -> bool:
    if not isinstance(found, list) or len(found) > MOST_STROKES:
        return False
    if not all(isinstance(stroke, list) and len(stroke) > 1 for stroke in found):
        return False
    points = [point for stroke in found for point in stroke]
    return 1 < len(points) <= MOST_POINTS and all(map(_is_point, points))


def _is_point(point: Any) -> bool:
    if not isinstance(point, list) or len(point) != 2 or not all(type(one) is int for one in point):
        return False
    return 0 <= point[0] <= WIDTH and 0 <= point[1] <= HEIGHT


def drawn(strokes: Strokes) -> bytes:
    """The drawing as SVG, made of nothing but these numbers."""
    path = " ".join("M" + " L".join(f"{x} {y}" for x, y in stroke) for stroke in strokes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><path d="{path}" fill="none" '
        'stroke="#1b1f2a" stroke-width="6" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    ).encode()
