"""What a loss curve says, in words, with the numbers behind them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, stdev
from typing import Literal, TypeAlias

Verdict = Literal[
    "diverged", "overfitting", "still falling", "converged", "not learning", "too short to tell"
]
Points: TypeAlias = Sequence[tuple[int, float]]

_FALLING = 0.05  # of the loss, in the last quarter of the steps
_FEWEST = 8  # fewer steps say nothing about a trend
_NEXT: Mapping[Verdict, str] = {
    "diverged": "Divide the learning rate by ten, and warm up over more steps.",
    "overfitting": "Train fewer epochs, or label more documents; then compare on the test set.",
    "still falling": "Train more epochs (up to 5), or raise the learning rate by half.",
    "converged": "Deploy it and compare it with the base model on the test set.",
    "not learning": "Raise the learning rate tenfold, and look at the labels with `profile`.",
    "too short to tell": "Wait for more steps, or give it more data.",
}


@dataclass(frozen=True)
class Diagnosis:
    """A verdict on loss curves. Print it for one paragraph."""

    verdict: Verdict
    """What the curves look like."""
    reason: str
    """In words, with the numbers."""
    advice: str
    """What to try next."""
    validation_missing: bool
    """Whether overfitting could not be seen for lack of a validation loss."""
    step: int | None = None
    """Where the trouble began, if there is any."""
    numbers: Mapping[str, float] = field(default_factory=dict[str, float])
    """What the verdict rests on."""

    def __str__(self) -> str:
        note = ""
        if self.validation_missing:
            note = " Without validation data overfitting cannot be seen."
        return f"{self.verdict.capitalize()}: {self.reason}{note} {self.advice}"


def diagnose(training: Points, validation: Points) -> Diagnosis:
    """Judge training and validation losses, each (step, loss) ordered by step."""
    verdict, reason, step, numbers = _judge(training, validation)
    return Diagnosis(verdict, reason, _NEXT[verdict], not validation, step, numbers)


_Judgement: TypeAlias = tuple[Verdict, str, "int | None", dict[str, float]]


def _judge(training: Points, validation: Points) -> _Judgement:
    points = sorted([*training, *validation])
    broken = next((step for step, loss in points if not math.isfinite(loss)), None)
    if broken is not None:
        return "diverged", f"the loss is not a number at step {broken}.", broken, {}
    if len(training) < _FEWEST:
        count = {"steps": float(len(training))}
        return "too short to tell", f"{len(training)} steps are too few.", None, count
    losses = [loss for _, loss in training]
    width = max(3, len(losses) // 10)
    first, last = fmean(losses[:width]), fmean(losses[-width:])
    means = [fmean(losses[at : at + width]) for at in range(len(losses) - width + 1)]
    best = min(means)
    numbers = {"first": first, "last": last, "best": best}
    # Twice the best, and most of the way back up: more than the noise of small batches.
    if last > 1.25 * first or (last > 2 * best and last - best > 0.5 * (first - best)):
        step = training[means.index(best)][0]
        reason = f"the loss rose from {best:.4g} at step {step} to {last:.4g}."
        return "diverged", reason, step, numbers
    return (
        _overfitting(validation, numbers)
        or _flat(first, last, numbers)
        or _end(losses, first, last, numbers)
    )


def _overfitting(validation: Points, numbers: dict[str, float]) -> _Judgement | None:
    if len(validation) < 2:
        return None
    step, best = min(validation, key=lambda point: point[1])
    end, last = validation[-1]
    if end == step or last <= 1.05 * best:
        return None
    numbers = {**numbers, "best validation": best, "last validation": last}
    reason = (
        f"from step {step} on the validation loss rose from {best:.4g} to {last:.4g}, "
        f"while the training loss went to {numbers['last']:.4g}."
    )
    return "overfitting", reason, step, numbers


def _flat(first: float, last: float, numbers: dict[str, float]) -> _Judgement | None:
    if last < 0.97 * first:
        return None
    return "not learning", f"the loss stayed at {last:.4g} (from {first:.4g}).", None, numbers


def _end(
    losses: Sequence[float], first: float, last: float, numbers: dict[str, float]
) -> _Judgement:
    quarter = max(3, len(losses) // 4)
    before, after = losses[-2 * quarter : -quarter], losses[-quarter:]
    fall = fmean(before) - fmean(after)
    noise = math.hypot(stdev(before), stdev(after)) / math.sqrt(quarter)
    share = fall / fmean(before) if fmean(before) else 0.0
    numbers = {**numbers, "fall in last quarter": share, "noise": noise}
    if share > _FALLING and fall > 3 * noise:
        reason = f"in the last quarter of the steps it still fell by {share:.0%}, to {last:.4g}."
        return "still falling", reason, None, numbers
    doubt = ", within its noise" if share > _FALLING else ""
    late = f", by {share:.0%} in the last quarter{doubt}"
    if share < 0.005:  # would print as 0 %
        late = "; the last quarter was flat"
    reason = f"the loss fell from {first:.4g} to {last:.4g}{late}."
    return "converged", reason, None, numbers
