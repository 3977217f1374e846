"""How good predictions were, by the figures the field uses. All take pairs of a predicted share and what came of it."""

from collections.abc import Sequence
from math import log, sqrt

Pairs = Sequence[tuple[float, bool]]
BINS = 10
# 95 of 100 cases.
Z = 1.96


def brier(pairs: Pairs) -> float:
    """The mean square of how far off: 0 is perfect, 0.25 what a coin says. Lower is better."""
    return sum((share - won) ** 2 for share, won in pairs) / len(pairs)


def log_loss(pairs: Pairs) -> float:
    """The mean surprise; being sure and wrong costs most. Lower is better."""
    total = 0.0
    for share, won in pairs:
        sure = min(0.9999, max(0.0001, share))
        total -= log(sure if won else 1 - sure)
    return total / len(pairs)


def auc(pairs: Pairs) -> float | None:
    """How often a won deal was given more than a lost one: 0.5 is chance, 1 always. None where all ended alike."""
    won = sum(outcome for _share, outcome in pairs)
    lost = len(pairs) - won
    if not won or not lost:
        return None
    ordered = sorted(pairs)
    ranks, start = 0.0, 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and ordered[end][0] == ordered[start][0]:
            end += 1
        # Equal predictions share the mean of their ranks.
        ranks += (start + end + 1) / 2 * sum(outcome for _share, outcome in ordered[start:end])
        start = end
    return (ranks - won * (won + 1) / 2) / (won * lost)


def wilson(won: int, count: int) -> tuple[float, float]:
    """Between which shares the true one lies, in 95 of 100 cases, when so many of so many were won."""
    share, square = won / count, Z * Z
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = Z * sqrt(share * (1 - share) / count + square / (4 * count * count)) / (1 + square / count)
    return max(0.0, middle - half), min(1.0, middle + half)


def bins(pairs: Pairs) -> list[dict[str, float]]:
    """Ten groups by what was predicted: how many, what was said on average, what came true, and how sure that is."""
    groups: list[list[tuple[float, bool]]] = [[] for _number in range(BINS)]
    for share, won in pairs:
        groups[min(BINS - 1, int(share * BINS))].append((share, won))
    found = []
    for number, group in enumerate(groups):
        if not group:
            continue
        count_won = sum(outcome for _share, outcome in group)
        low, high = wilson(count_won, len(group))
        said = sum(share for share, _outcome in group) / len(group)
        row = {
            "bin": number,
            "count": len(group),
            "won": count_won,
            "said": said,
            "came": count_won / len(group),
        }
        found.append({**row, "low": low, "high": high})
    return found


def gain(pairs: Pairs, others: Sequence[float]) -> tuple[float, float]:
    """By how much the Brier score beats that of other predictions of the same deals, and its standard error."""
    gains = [
        (other - won) ** 2 - (share - won) ** 2 for (share, won), other in zip(pairs, others, strict=True)
    ]
    mean = sum(gains) / len(gains)
    variance = sum((one - mean) ** 2 for one in gains) / max(1, len(gains) - 1)
    return mean, sqrt(variance / len(gains))
