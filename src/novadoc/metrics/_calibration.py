"""Confidences against outcomes: can they be trusted, and what must be reviewed?"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from novadoc.errors import MetricsError
from novadoc.metrics._leaves import leaves
from novadoc.metrics._tables_text import markdown, percent

if TYPE_CHECKING:
    from novadoc.metrics._evaluate import Schema
    from novadoc.types import JsonObject, JsonValue


class Judgement(NamedTuple):
    """A predicted leaf: how sure it was, and whether it is right."""

    path: str
    confidence: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions of about the same confidence."""

    low: float
    """The smallest confidence in it."""
    high: float
    """Where the next one begins; the last one holds 1."""
    count: int
    confidence: float
    """Their mean confidence."""
    accuracy: float
    """The share of them that is right."""


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """What accepting only confident leaves gives."""

    threshold: float
    """Leaves at least this confident are accepted."""
    precision: float
    """The share of accepted leaves that is right."""
    review_rate: float
    """The share of leaves a person has to look at."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far confidences can be trusted.

    Example:
        >>> found = calibrate([("a", 0.9, True), ("b", 0.8, True), ("c", 0.3, False)])
        >>> found.auroc, round(found.brier, 3)
        (1.0, 0.047)
        >>> found.threshold_for(1.0)
        OperatingPoint(threshold=0.8, precision=1.0, review_rate=0.3333333333333333)
    """

    count: int
    bins: tuple[Bin, ...]
    """The reliability table; empty bins are left out."""
    brier: float
    """Mean squared difference of confidence and outcome: 0 is perfect, 0.25 says 50 % always."""
    expected_error: float
    """Expected calibration error: mean difference of confidence and accuracy over the bins."""
    auroc: float | None
    """Chance that a right leaf is more confident than a wrong one; `None` if all are alike."""
    curve: tuple[OperatingPoint, ...]
    """Every distinct threshold, highest first."""

    def threshold_for(self, precision: float) -> OperatingPoint | None:
        """Return the point of least review that reaches a precision; `None` when none does.

        It is chosen and judged by the same leaves, which flatters it: confirm it on others, the
        more so where few leaves are accepted.
        """
        enough = [point for point in self.curve if point.precision >= precision]
        return min(enough, key=lambda point: point.review_rate, default=None)

    def to_markdown(self) -> str:
        """Return the reliability table."""
        header = ("Confidence", "Leaves", "Mean", "Right")
        rows = (
            (
                f"{b.low:.2f} to {b.high:.2f}",
                f"{b.count}",
                percent(b.confidence),
                percent(b.accuracy),
            )
            for b in self.bins
        )
        return markdown(header, rows)

    def to_dict(self) -> JsonObject:
        """Return the figures and the reliability table as JSON."""
        return {
            "count": self.count,
            "brier": self.brier,
            "expected_error": self.expected_error,
            "auroc": self.auroc,
            "bins": [
                {
                    "low": one.low,
                    "high": one.high,
                    "count": one.count,
                    "confidence": one.confidence,
                    "accuracy": one.accuracy,
                }
                for one in self.bins
            ],
        }


def calibrate(judgements: Iterable[tuple[str, float, bool]], *, bins: int = 10) -> Calibration:
    """Judge confidences by the outcomes of their leaves.

    Args:
        judgements: (path, confidence from 0 to 1, whether it is right), as `judge` yields them.
        bins: Bins of equal width in the reliability table.

    Raises:
        MetricsError: There are no judgements, a confidence is not in 0 to 1, or no bin.

    Example:
        >>> judged = [("a", 0.9, True), ("b", 0.95, False), ("c", 0.2, False)]
        >>> print(calibrate(judged).to_markdown())
        | Confidence   | Leaves |   Mean |  Right |
        | ------------ | -----: | -----: | -----: |
        | 0.20 to 0.30 |      1 | 20.00% |  0.00% |
        | 0.90 to 1.00 |      2 | 92.50% | 50.00% |
        <BLANKLINE>
    """
    rows = sorted((float(sure), bool(right)) for _, sure, right in judgements)
    if not rows or bins < 1:
        raise MetricsError(
            "there is nothing to calibrate.",
            remedy="Give at least one judgement, as `judge` returns them, and one bin.",
        )
    if not all(0 <= sure <= 1 for sure, _ in rows):
        raise MetricsError(
            "a confidence is not between 0 and 1.", remedy="Divide percentages by 100."
        )
    table = tuple(_bins(rows, bins))
    return Calibration(
        count=len(rows),
        bins=table,
        brier=sum((sure - right) ** 2 for sure, right in rows) / len(rows),
        expected_error=sum(b.count * abs(b.confidence - b.accuracy) for b in table) / len(rows),
        auroc=_auroc(rows),
        curve=tuple(_curve(rows)),
    )


def _bins(rows: Sequence[tuple[float, bool]], count: int) -> Iterator[Bin]:
    edges = [index / count for index in range(1, count)]
    groups: dict[int, list[tuple[float, bool]]] = {}
    for sure, right in rows:
        groups.setdefault(bisect_right(edges, sure), []).append((sure, right))
    for index, group in sorted(groups.items()):
        size = len(group)
        yield Bin(
            index / count,
            (index + 1) / count,
            size,
            sum(sure for sure, _ in group) / size,
            sum(right for _, right in group) / size,
        )


def _auroc(rows: Sequence[tuple[float, bool]]) -> float | None:
    """Count pairs by ranks; equal confidences count half."""
    right = sum(is_right for _, is_right in rows)
    wrong = len(rows) - right
    if not right or not wrong:
        return None
    below = wins = 0.0
    ties: dict[float, list[int]] = {}
    for sure, is_right in rows:
        ties.setdefault(sure, [0, 0])[is_right] += 1
    for tied_wrong, tied_right in ties.values():
        wins += tied_right * (below + tied_wrong / 2)
        below += tied_wrong
    return wins / (right * wrong)


def _curve(rows: Sequence[tuple[float, bool]]) -> Iterator[OperatingPoint]:
    accepted = right = 0
    for index in range(len(rows) - 1, -1, -1):
        sure, is_right = rows[index]
        accepted, right = accepted + 1, right + is_right
        if index == 0 or rows[index - 1][0] != sure:
            left = len(rows) - accepted
            yield OperatingPoint(sure, right / accepted, left / len(rows))


def judge(
    expected: Mapping[str, JsonValue], actual: Mapping[str, JsonValue], schema: Schema = None
) -> list[Judgement]:
    """Score a prediction whose leaves are `{"value": ..., "confidence": ...}`.

    Leaves without a confidence, and leaves the prediction lacks, are left out.

    Args:
        expected: The truth, as plain values.
        actual: The prediction; a leaf may be `{"value": ..., "confidence": ...}`.
        schema: Names fields and comparators; without one the types decide.

    Raises:
        MetricsError: A confidence is no number from 0 to 1.

    Example:
        >>> predicted = {"name": {"value": "Ann", "confidence": 0.9}, "age": 8}
        >>> judge({"name": "Ann", "age": 7}, predicted)
        [Judgement(path='name', confidence=0.9, is_right=True)]
    """
    confidences: dict[str, float] = {}
    bare = _unwrapped(dict(actual), "", confidences)
    return [
        Judgement(leaf.path, confidences[leaf.actual_place], leaf.outcome == "hit")
        for leaf in leaves(expected, bare if isinstance(bare, dict) else None, schema)
        if leaf.actual_place in confidences
    ]


def _unwrapped(value: JsonValue, place: str, confidences: dict[str, float]) -> JsonValue:
    if isinstance(value, list):
        return [_unwrapped(v, f"{place}[{k}]", confidences) for k, v in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"value", "confidence"}:
        confidences[place] = _confidence(value["confidence"], place)
        return value["value"]
    inside = ((k, f"{place}.{k}" if place else k, v) for k, v in value.items())
    return {key: _unwrapped(inner, at, confidences) for key, at, inner in inside}


def _confidence(value: JsonValue, place: str) -> float:
    if isinstance(value, (bool, str, list, dict)) or value is None or not 0 <= value <= 1:
        raise MetricsError(
            "a confidence is no number from 0 to 1.",
            path=place,
            remedy="Divide percentages by 100.",
        )
    return float(value)
