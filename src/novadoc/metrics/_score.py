"""One row of a report: counts and the rates derived from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from novadoc.metrics import _counts
from novadoc.metrics._counts import OUTCOMES, Counting, Counts

if TYPE_CHECKING:
    from novadoc.types import JsonObject

Metric = Literal["accuracy", "precision", "recall", "f1"]
METRICS: tuple[Metric, ...] = ("accuracy", "precision", "recall", "f1")


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of leaves with their rates under one counting.

    A rate whose denominator is zero is `None`, never 0: nothing was there to be measured.

    Example:
        >>> score = Score(Counts(hit=58, wrong=42, extra=2))
        >>> round(score.accuracy, 2), round(score.recall, 2), score.support
        (0.58, 0.58, 100)
        >>> Score(score.counts, "published").recall
        1.0
    """

    counts: Counts
    """The five counts; every rate is derived from them."""
    counting: Counting = "strict"
    """How wrong values are booked."""
    similarity: float | None = None
    """Mean similarity of the leaves that stand on both sides; `None` without any, and for rows."""

    @property
    def support(self) -> int:
        """Leaves in the truth."""
        return self.counts.expected

    @property
    def accuracy(self) -> float | None:
        """Hits over truth leaves."""
        return _counts.accuracy(self.counts, self.counting)

    @property
    def precision(self) -> float | None:
        """Hits over predicted leaves."""
        return _counts.precision(self.counts)

    @property
    def recall(self) -> float | None:
        """Hits over truth leaves, as the counting books wrong values."""
        return _counts.recall(self.counts, self.counting)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        return _counts.f1(self.counts, self.counting)

    def rate(self, metric: Metric) -> float | None:
        """Return the rate called `metric`."""
        if metric == "precision":
            return _counts.precision(self.counts)
        if metric == "accuracy":
            return _counts.accuracy(self.counts, self.counting)
        if metric == "recall":
            return _counts.recall(self.counts, self.counting)
        return _counts.f1(self.counts, self.counting)

    def to_dict(self) -> JsonObject:
        """Return counts, support and rates under their names."""
        found: JsonObject = {name: getattr(self.counts, name) for name in OUTCOMES}
        found["support"] = self.support
        found.update({metric: self.rate(metric) for metric in METRICS})
        if self.similarity is not None:
            found["similarity"] = self.similarity
        return found


@dataclass(frozen=True, slots=True)
class Macro:
    """Unweighted means over fields; a field whose rate is undefined is left out.

    Example:
        >>> Macro.of([Score(Counts(hit=1)), Score(Counts(wrong=1)), Score(Counts())]).accuracy
        0.5
    """

    accuracy: float | None
    precision: float | None
    recall: float | None
    f1: float | None

    @classmethod
    def of(cls, scores: Iterable[Score]) -> Macro:
        """Average `scores` rate by rate."""
        rows = list(scores)
        return cls(*(_mean(score.rate(metric) for score in rows) for metric in METRICS))

    def to_dict(self) -> JsonObject:
        """Return the four means under their names."""
        return {metric: getattr(self, metric) for metric in METRICS}


def _mean(values: Iterable[float | None]) -> float | None:
    defined = [value for value in values if value is not None]
    return sum(defined) / len(defined) if defined else None
