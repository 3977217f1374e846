"""Which of our values a foreign spelling means."""

import re
from collections.abc import Hashable, Iterable
from difflib import SequenceMatcher
from typing import Any

from kairos.core.tables.names import value_key
from kairos.core.tables.values import phrases

ALIKE = 0.86
_SHORTEST = 5  # in shorter words one letter makes another word
_SHORTEST_CHINESE = 7
_DIGITS = re.compile(r"\d+")
_CHINESE = re.compile(r"[\u3040-\u9fff]")
_NEGATIONS = phrases("un, in, non, not, no, dis, re, ex, sub, anti, pre, post, 未, 不, 無, 非, 待, 再")


class ValueMatcher:
    """Finds the candidate a text means; build it once for many texts. Candidates are pairs of key and
    label.
    """

    def __init__(self, candidates: Iterable[tuple[Hashable, str]]) -> None:
        self._written: dict[str, Any] = {}
        self._exact: dict[str, Any] = {}
        self._doubtful: set[str] = set()
        for key, label in candidates:
            self._written.setdefault(label.strip().casefold(), key)
            normal = value_key(label)
            if self._exact.setdefault(normal, key) != key:
                self._doubtful.add(normal)
        self._exact.pop("", None)

    def match(self, text: str) -> tuple[Any, int] | None:
        """The key and a score (100 for the same name, 86 to 99 for a likely slip); None when unsure."""
        written = text.strip().casefold()
        if written and written in self._written:
            return self._written[written], 100
        normal = value_key(text)
        if not normal or normal in self._doubtful:
            return None
        if normal in self._exact:
            return self._exact[normal], 100
        found = sorted(self._alike(normal), key=lambda item: -item[1])
        if not found or (len(found) > 1 and found[0][1] - found[1][1] < 0.02):
            return None
        key, ratio = found[0]
        return key, min(99, round(ratio * 100))

    def _alike(self, normal: str) -> list[tuple[Any, float]]:
        if len(normal) < (_SHORTEST_CHINESE if _CHINESE.search(normal) else _SHORTEST) or len(normal) > 200:
            return []
        digits = _DIGITS.findall(normal)
        matcher = SequenceMatcher(None, b=normal, autojunk=False)
        found: list[tuple[Any, float]] = []
        for other, key in self._exact.items():
            matcher.set_seq1(other)
            if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
                continue
            # "Plan 1" is not "Plan 2", and "unqualified" is not "qualified", however alike they look.
            if _DIGITS.findall(other) != digits or _is_opposite(normal, other):
                continue
            if (ratio := matcher.ratio()) >= ALIKE:
                found.append((key, ratio))
        return found


def _is_opposite(one: str, other: str) -> bool:
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return (
        longer.endswith(shorter) and longer.removesuffix(shorter).startswith(_NEGATIONS) and longer != shorter
    )


def match_value(text: str, candidates: Iterable[tuple[Hashable, str]]) -> tuple[Any, int] | None:
    """The key of the candidate a foreign spelling means, with a score from 86 to 100; None when there is
    none or two.
    """
    return ValueMatcher(candidates).match(text)
