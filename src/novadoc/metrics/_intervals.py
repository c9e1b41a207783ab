"""How far a rate may be off, and how far a change of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from novadoc.metrics._counts import EXTRA, HIT, LANES, MISSING, WRONG, Counts
from novadoc.metrics._score import Metric, Score
from novadoc.metrics._statistics import Interval, Resamples, check_level, percentiles, widened

if TYPE_CHECKING:
    from novadoc.metrics._report import Report

COUNTED = (HIT, WRONG, MISSING, EXTRA)
"""What enters a rate: "empty" enters none."""


def interval_of(
    report: Report, metric: Metric, level: float, replicates: int, seed: int
) -> Interval | None:
    """Return the interval of an overall rate of one run."""
    check_level(level)
    leaves = [k for k, place in enumerate(report.lanes.places) if not place.is_row]
    rows = [summed(counts, leaves) for _, counts in report.lanes.by_document()]
    if len(rows) < 2:
        return None
    samples = Resamples(rows, replicates, seed)
    scores = (Score(Counts(*sums), report.counting) for sums in samples.columns(0, len(COUNTED)))
    found = [rate for score in scores if (rate := score.rate(metric)) is not None]
    return None if len(set(found)) == 1 else bounds(found, samples, level)


def bounds(found: Sequence[float], samples: Resamples, level: float) -> Interval | None:
    """Return the interval of what the draws gave.

    None where too many leave the rate undefined: the rest would be no fair sample.
    """
    if len(found) < level * len(samples):
        return None
    return percentiles(found, widened(level, samples.documents))


def summed(counts: Sequence[int], members: Sequence[int]) -> list[int]:
    """Return what enters a rate of some places of one document."""
    return [sum(counts[k * LANES + lane] for k in members) for lane in COUNTED]
