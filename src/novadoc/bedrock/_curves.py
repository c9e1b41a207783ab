"""Loss curves of a job: read from its output, whatever the layout, also while it runs."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from novadoc.bedrock._diagnosis import Diagnosis, diagnose
from novadoc.bedrock._names import S3Uri, last_segment
from novadoc.bedrock._plot import draw
from novadoc.bedrock._storage import Storage

if TYPE_CHECKING:
    from matplotlib.figure import Figure


_TRAINING = "step_wise_training_metrics.csv"
_VALIDATION = "validation_metrics.csv"


class Loss(NamedTuple):
    """The loss at one step."""

    step: int
    """From 0."""
    epoch: int | None
    """As the service numbers it; `None` when the file does not say."""
    loss: float
    """Mean over what the file holds for this step."""

    @property
    def perplexity(self) -> float:
        """`exp(loss)`."""
        return math.exp(min(self.loss, 700.0))


@dataclass(frozen=True)
class TrainingCurves:
    """Training and validation loss, step by step.

    Example:
        >>> curves = TrainingCurves((Loss(0, 0, 2.0), Loss(1, 0, 1.0)))
        >>> curves.diagnosis.verdict
        'too short to tell'
    """

    training: tuple[Loss, ...]
    """Ordered by step, one entry a step."""
    validation: tuple[Loss, ...] = ()
    """Ordered by step; empty without validation data."""

    @classmethod
    def from_csv(
        cls, training: str, validation: str = "", *, complete: bool = True
    ) -> TrainingCurves:
        """Read the service's CSV files.

        Args:
            training: Text of `step_wise_training_metrics.csv`.
            validation: Text of `validation_metrics.csv`; empty without one.
            complete: `False` while the job runs: a last line without its end is then left out.
        """
        texts = (
            text if complete else text[: text.rfind("\n") + 1] for text in (training, validation)
        )
        return cls(_losses(next(texts), "training_loss"), _losses(next(texts), "validation_loss"))

    def smoothed(self, weight: float = 0.8) -> tuple[Loss, ...]:
        """Return the training loss averaged over the steps before and after each.

        Looking both ways, the average does not lag behind a curve that falls. Steps whose loss is
        no number are left out.

        Args:
            weight: 0 keeps the curve, close to 1 smooths most: what each further step counts less.
        """
        points = [point for point in self.training if math.isfinite(point.loss)]
        losses = [point.loss for point in points]
        before = _decayed(losses, weight)
        after = _decayed(losses[::-1], weight)[::-1]
        return tuple(
            # A step's own loss is in both sums.
            point._replace(loss=(total + later - point.loss) / (share + rest - 1))
            for point, (total, share), (later, rest) in zip(points, before, after, strict=True)
        )

    def per_epoch(self) -> dict[int, tuple[float | None, float | None]]:
        """Return mean training and last validation loss of each epoch the files number."""
        training: dict[int, list[float]] = defaultdict(list)
        validation: dict[int, float] = {}
        for point in self.training:
            if point.epoch is not None:
                training[point.epoch].append(point.loss)
        for point in self.validation:
            if point.epoch is not None:
                validation[point.epoch] = point.loss
        return {
            epoch: (fmean(training[epoch]) if epoch in training else None, validation.get(epoch))
            for epoch in sorted({*training, *validation})
        }

    @property
    def diagnosis(self) -> Diagnosis:
        """What the curves say, with the numbers behind it and the next step to try."""
        return diagnose(_series(self.training), _series(self.validation))

    def to_markdown(self) -> str:
        """Return the losses per epoch and the diagnosis."""
        rows = [
            f"| {epoch} | {_shown(training)} | {_shown(validation)} |"
            for epoch, (training, validation) in self.per_epoch().items()
        ]
        table = ["| epoch | training loss | validation loss |", "|--:|--:|--:|", *rows]
        return "\n".join([*table, "", str(self.diagnosis), ""])

    def plot(self, path: str | Path | None = None) -> Figure:
        """Draw the curves; needs the extra `report`.

        Args:
            path: Also save the figure here (PNG, SVG or PDF by suffix).

        Raises:
            MissingExtraError: matplotlib is not installed.
        """
        found = self.diagnosis
        curves = (_series(self.training), _series(self.smoothed()), _series(self.validation))
        return draw(*curves, title=found.verdict.capitalize(), mark=found.step, path=path)


def _decayed(losses: Sequence[float], weight: float) -> list[tuple[float, float]]:
    """Return, for each place, the weighted sum of all up to it, and of the weights."""
    total, share, found = 0.0, 0.0, list[tuple[float, float]]()
    for loss in losses:
        total, share = weight * total + loss, weight * share + 1
        found.append((total, share))
    return found


def _series(points: Iterable[Loss]) -> list[tuple[int, float]]:
    return [(point.step, point.loss) for point in points]


def _shown(loss: float | None) -> str:
    return "" if loss is None else f"{loss:.4f}"


def _losses(text: str, column: str) -> tuple[Loss, ...]:
    points: dict[int, list[tuple[int | None, float]]] = defaultdict(list)
    for row in _rows(text):
        step, epoch = _count(row.get("step_number")), _count(row.get("epoch_number"))
        loss = _number(row.get(column))
        if step is not None and loss is not None:
            points[step].append((epoch, loss))
    # Steps come repeated, one line per worker or restart: their mean is the step's loss.
    return tuple(
        Loss(step, entries[-1][0], fmean(loss for _, loss in entries))
        for step, entries in sorted(points.items())
    )


def _rows(text: str) -> Iterator[Mapping[str, str | None]]:
    try:
        yield from csv.DictReader(text.replace("\0", "").splitlines())
    except csv.Error:
        return  # a damaged file: what was read up to there counts


def read_curves(
    storage: Storage, output_uri: str, job_arn: str, *, complete: bool
) -> TrainingCurves:
    """Read what a job has written so far; empty curves when that is nothing yet.

    Raises:
        ServiceError: The output cannot be listed or read.
    """
    # Two layouts have been seen for the validation file: found by its name below the job's folder.
    folder = S3Uri.locate(output_uri).folder(f"model-customization-job-{last_segment(job_arn)}")
    texts = {_TRAINING: "", _VALIDATION: ""}
    for found in storage.list(folder.uri):
        name = found.uri.rpartition("/")[2]
        if name in texts:
            texts[name] = storage.read(found.uri).decode("utf-8-sig", errors="replace")
    return TrainingCurves.from_csv(texts[_TRAINING], texts[_VALIDATION], complete=complete)


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _count(text: str | None) -> int | None:
    number = _number(text)
    return int(number) if number is not None and math.isfinite(number) else None
