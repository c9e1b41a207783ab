"""Exact and resampling statistics on counts. Plain integers, no numpy."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import comb, sqrt
from random import Random
from statistics import NormalDist

from novadoc.errors import MetricsError

# Beside 1.0, less than a float can hold; so are all smaller terms together.
_VANISHING = 1e-20


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval.

    Example:
        >>> 0.5 in Interval(0.4, 0.6)
        True
    """

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def wilson(hits: int, trials: int, level: float = 0.95) -> Interval | None:
    """Return Wilson's score interval of a rate; `None` without trials.

    Leaves of one document are not independent, so for rates over leaves it is a lower bound of
    the uncertainty; over documents it is honest.

    Raises:
        MetricsError: The counts or the level make no sense.

    Example:
        >>> found = wilson(174, 300)
        >>> round(found.low, 3), round(found.high, 3)
        (0.523, 0.634)
    """
    check_level(level)
    if not 0 <= hits <= trials:
        raise MetricsError(f"{hits} hits of {trials} trials are no rate.")
    if not trials:
        return None
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    rate = hits / trials
    middle = (rate + z2 / (2 * trials)) / (1 + z2 / trials)
    half = sqrt(z2 * (rate * (1 - rate) / trials + z2 / (4 * trials**2))) / (1 + z2 / trials)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def mcnemar(better: int, worse: int) -> float:
    """Return the exact two-sided p value of a paired change; 1.0 when nothing changed.

    It is the binomial test of one half: McNemar's exact test where pairs are right or wrong, the
    sign test where they got better or worse by any amount.

    Args:
        better: Pairs where only the second run is right, or is the better one.
        worse: Pairs where only the first run is right, or is the better one.

    Raises:
        MetricsError: A count is negative.

    Example:
        >>> mcnemar(9, 1)
        0.021484375
    """
    if better < 0 or worse < 0:
        raise MetricsError("counts of changed pairs are at least 0.")
    trials = better + worse
    fewer = min(better, worse)
    # The tail's largest term, exactly, and the others relative to it until they vanish.
    share = total = 1.0
    for k in range(fewer, 0, -1):
        share *= k / (trials - k + 1)
        total += share
        if share < _VANISHING:
            break
    return min(1.0, 2 * total * (comb(trials, fewer) / (1 << trials)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p values adjusted for their number by Holm's step-down method, in the given order.

    Example:
        >>> holm([0.01, 0.04, 0.03])
        [0.03, 0.06, 0.06]
    """
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    ascending = sorted(range(len(p_values)), key=p_values.__getitem__)
    for rank, index in enumerate(ascending):
        largest = max(largest, min(1.0, p_values[index] * (len(p_values) - rank)))
        adjusted[index] = largest
    return adjusted


class Resamples:
    """Column sums of documents drawn with replacement, as many as there are.

    Each document's counters are one long integer, so that a draw is summed by one addition a
    document. Sums must stay below 2**32.
    """

    def __init__(self, documents: Sequence[Sequence[int]], replicates: int, seed: int) -> None:
        if replicates < 1:
            raise MetricsError(
                "at least one replicate is needed.", remedy="Use 2,000, the default, or more."
            )
        self.documents = len(documents)
        packing = struct.Struct(f"<{len(documents[0])}I")
        packed = [int.from_bytes(packing.pack(*counts), "little") for counts in documents]
        draw = Random(seed).choices  # noqa: S311 - a seeded bootstrap, not a secret
        self._sums = [
            sum(draw(packed, k=len(packed))).to_bytes(packing.size, "little")
            for _ in range(replicates)
        ]

    def __len__(self) -> int:
        return len(self._sums)

    def columns(self, start: int, count: int) -> Iterator[Sequence[int]]:
        """Yield some columns of each draw."""
        part = struct.Struct(f"<{count}I")
        for sums in self._sums:
            yield part.unpack_from(sums, start * 4)


def percentiles(values: Sequence[float], level: float) -> Interval | None:
    """Return the central interval of resampled values; `None` when there are none."""
    if not values:
        return None
    ordered = sorted(values)
    return Interval(
        _quantile(ordered, (1 - level) / 2),
        _quantile(ordered, (1 + level) / 2),
    )


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def widened(level: float, documents: int) -> float:
    """Return the level whose percentile interval covers `level` of the time for few documents.

    The expanded percentile interval (Hesterberg, The American Statistician 69, 2015): resamples
    vary by n - 1 over n too little, and the normal stands in for Student's t. Of ten documents a
    plain 95 % interval is about a fifth too narrow.
    """
    if documents < 2:
        return level
    z, v = NormalDist().inv_cdf((1 + level) / 2), documents - 1
    # Student's quantile by the normal one (Abramowitz and Stegun 26.7.5).
    t = (
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
    )
    return 1 - 2 * NormalDist().cdf(-t * sqrt(documents / v))


def check_level(level: float) -> None:
    """Refuse confidence levels outside (0, 1)."""
    if not 0 < level < 1:
        raise MetricsError(f"a confidence level of {level!r} is not between 0 and 1.")
