"""Loss curves as the CSV files that the service writes beside a finished job."""

from __future__ import annotations

import math
from collections.abc import Sequence

from novadoc.local._engine import StepLoss, TrainingRun
from novadoc.local._outputs import keep_output
from novadoc.local._records import CustomizationJob
from novadoc.local._store import Store

__all__ = ["keep_curves"]

# bedrock:model-customization-analyze has the first path and, for validation, the second; several
# public code bases have `.../post_fine_tuning_validation/validation/...`, so readers should list.
_TRAINING = "training_artifacts/step_wise_training_metrics.csv"
_VALIDATION = "validation_artifacts/post_fine_tuning_validation/validation_metrics.csv"
_MOST_PERPLEXITY = 700.0  # exp() of more does not fit a float


def _render(losses: Sequence[StepLoss], column: str) -> bytes:
    rows = [f"step_number,epoch_number,{column},perplexity"]
    rows.extend(
        f"{step},{epoch},{loss!r},{math.exp(min(loss, _MOST_PERPLEXITY))!r}"
        for step, epoch, loss in losses
    )
    return ("\n".join(rows) + "\n").encode()


def keep_curves(store: Store, job: CustomizationJob, run: TrainingRun) -> None:
    """Keep a run's curves until the job is over and they can be written to S3."""
    folder = f"model-customization-job-{job.id}"
    if run.losses:
        data = _render(run.losses, "training_loss")
        keep_output(store, job.arn, f"{folder}/{_TRAINING}", data)
    if run.validation:
        data = _render(run.validation, "validation_loss")
        keep_output(store, job.arn, f"{folder}/{_VALIDATION}", data)
