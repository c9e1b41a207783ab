"""What changed between two runs, group by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from novadoc.metrics._score import Metric, Score
from novadoc.metrics._statistics import Interval, holm

if TYPE_CHECKING:
    from novadoc.types import JsonObject


@dataclass(frozen=True, slots=True)
class Gain:
    """How one rate changed from the base run to the tuned run."""

    metric: Metric
    base: float | None
    tuned: float | None
    interval: Interval | None
    """Of the change: expanded percentile bootstrap over documents, a little narrow below twenty.
    `None` where too many draws leave the rate undefined."""

    @property
    def change(self) -> float | None:
        """The tuned rate less the base rate."""
        if self.base is None or self.tuned is None:
            return None
        return self.tuned - self.base

    def to_dict(self) -> JsonObject:
        """Return rates, change and interval as JSON."""
        interval = self.interval
        return {
            "base": self.base,
            "tuned": self.tuned,
            "change": self.change,
            "interval": None if interval is None else [interval.low, interval.high],
        }


@dataclass(frozen=True, slots=True)
class Change:
    """How one group of leaves (a field, a category, all) changed."""

    name: str
    base: Score
    tuned: Score
    gains: Mapping[Metric, Gain]
    better: int
    """Documents with fewer wrong, missing and extra leaves in the tuned run."""
    worse: int
    """Documents with more of them in the tuned run."""
    p: float
    """Exact two-sided sign test of those two counts; of a single leaf it is McNemar's test."""
    p_adjusted: float
    """`p` after Holm's correction for all groups of its kind."""

    def to_dict(self) -> JsonObject:
        """Return everything as JSON."""
        return {
            "base": self.base.to_dict(),
            "tuned": self.tuned.to_dict(),
            "gains": {metric: gain.to_dict() for metric, gain in self.gains.items()},
            "better": self.better,
            "worse": self.worse,
            "p": self.p,
            "p_adjusted": self.p_adjusted,
        }


def corrected(changes: Sequence[Change]) -> dict[str, Change]:
    """Adjust the p values of groups of one kind for their number."""
    adjusted = holm([change.p for change in changes])
    return {
        change.name: replace(change, p_adjusted=p)
        for change, p in zip(changes, adjusted, strict=True)
    }
