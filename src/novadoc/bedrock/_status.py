"""How far a customization job is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from novadoc.bedrock._api import Answer
from novadoc.bedrock._failures import Failure, read_failure

_PHASES = {
    "validationDetails": "validation",
    "dataProcessingDetails": "data processing",
    "trainingDetails": "training",
}
_LOSS = "validationLoss"
_NOTHING: Answer = {}
_ENDED = frozenset({"completed", "failed", "stopped"})


@dataclass(frozen=True)
class JobStatus:
    """A customization job at one moment. Print it for a line to log."""

    state: str
    """`InProgress`, `Completed`, `Failed`, `Stopping`, `Stopped`, or what AWS may add."""
    elapsed: timedelta
    """Since the job was created; for an ended job, until it ended."""
    phases: Mapping[str, str] = field(default_factory=dict[str, str])
    """State of `validation`, `data processing` and `training`, where the service tells."""
    failure: Failure | None = None
    """Why it failed; `None` unless it did."""
    model_arn: str | None = None
    """The custom model; `None` before the job has completed."""
    training_loss: float | None = None
    """Latest known training loss."""
    validation_loss: float | None = None
    """Latest known validation loss."""
    step: int | None = None
    """Training step of the latest loss."""

    @property
    def is_terminal(self) -> bool:
        """Whether nothing will change any more. A state not known here is not."""
        return self.state.lower() in _ENDED

    @property
    def phase(self) -> str:
        """The phase that is running; empty when none is known to be."""
        running = [name for name, state in self.phases.items() if state == "InProgress"]
        return running[-1] if running else ""

    def __str__(self) -> str:
        seconds = timedelta(seconds=int(self.elapsed.total_seconds()))
        parts = [self.state, self.phase, f"after {seconds}"]
        if self.step is not None:
            parts.append(f"step {self.step}")
        if self.training_loss is not None:
            parts.append(f"training loss {self.training_loss:.4g}")
        if self.validation_loss is not None:
            parts.append(f"validation loss {self.validation_loss:.4g}")
        if self.failure is not None:
            parts.append(str(self.failure))
        return ", ".join(part for part in parts if part)


def read_status(answer: Answer, now: datetime) -> JobStatus:
    """Read GetModelCustomizationJob; whatever is missing is simply not known."""
    state = str(answer["status"])
    end: datetime = answer.get("endTime") or now
    message = str(answer.get("failureMessage") or "")
    failed = state.lower() == "failed"
    return JobStatus(
        state=state,
        elapsed=max(timedelta(0), end - answer["creationTime"]),
        phases=_phases(answer.get("statusDetails")),
        failure=read_failure(message or "The service gave no reason.") if failed else None,
        model_arn=answer.get("outputModelArn"),
        training_loss=_metric(answer.get("trainingMetrics"), "trainingLoss"),
        validation_loss=_metric(next(iter(answer.get("validationMetrics") or ()), None), _LOSS),
    )


def _phases(details: Answer | None) -> dict[str, str]:
    found = ((name, (details or _NOTHING).get(key)) for key, name in _PHASES.items())
    return {name: str(phase["status"]) for name, phase in found if phase and phase.get("status")}


def _metric(metrics: Answer | None, name: str) -> float | None:
    return (metrics or _NOTHING).get(name)
