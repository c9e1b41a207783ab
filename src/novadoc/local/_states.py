"""Status as a pure function of what was recorded and the time: no timers, no threads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from novadoc.local._facts import ServiceFacts
from novadoc.local._records import BatchJob, CustomizationJob, Deployment, ProvisionedModel

__all__ = [
    "BatchState",
    "DeploymentState",
    "JobState",
    "Phase",
    "batch_due",
    "batch_state",
    "deployment_state",
    "is_gone",
    "job_state",
    "provisioned_model",
    "provisioned_status",
    "work_due",
]


@dataclass(frozen=True)
class Phase:
    """One of a job's three phases."""

    status: str
    began: datetime | None = None
    changed: datetime | None = None


@dataclass(frozen=True)
class JobState:
    """A customization job as it stands."""

    status: str
    phases: tuple[Phase, ...]
    """Validation, data processing, training."""
    changed: datetime
    ended: datetime | None = None
    message: str = ""


_WAITING = Phase("NotStarted")


def _phase_ends(job: CustomizationJob, facts: ServiceFacts) -> list[datetime | None]:
    """When each phase ends: as planned, or when its work is done if that is later."""
    outcome = job.outcome
    failed = outcome.failed_phase if outcome else ""
    first = job.created + facts.job_validation
    if outcome and failed == "validation":
        return [max(first, outcome.finished), None, None]
    second = first + facts.job_data_processing
    if outcome and failed == "data_processing":
        return [first, max(second, outcome.finished), None]
    if job.data_checked is None:
        return [first, None, None]
    second = max(second, job.data_checked)
    if outcome is None:
        return [first, second, None]
    return [first, second, max(second + facts.job_training, outcome.finished)]


def _phases(job: CustomizationJob, ends: list[datetime | None], now: datetime) -> list[Phase]:
    failed = job.outcome.failed_phase if job.outcome else ""
    names = ("validation", "data_processing", "training")
    phases: list[Phase] = []
    began: datetime | None = job.created
    for name, end in zip(names, ends, strict=True):
        if began is None or now < began:
            phases.append(_WAITING)
        elif end is None or now < end:
            phases.append(Phase("InProgress", began, began))
        else:
            phases.append(Phase("Failed" if failed == name else "Completed", began, end))
        began = None if failed == name else end
    return phases


def _stopped(job: CustomizationJob, at: datetime, facts: ServiceFacts, now: datetime) -> JobState:
    over = at + facts.job_stopping
    word = "Stopped" if now >= over else "Stopping"
    phases = [
        Phase(word, phase.began, min(now, over)) if phase.status == "InProgress" else phase
        for phase in _phases(job, _phase_ends(job, facts), at)
    ]
    ended = over if now >= over else None
    return JobState(word, tuple(phases), changed=ended or at, ended=ended)


def job_state(job: CustomizationJob, facts: ServiceFacts, now: datetime) -> JobState:
    """Return a job's state at `now`."""
    ends = _phase_ends(job, facts)
    failed = job.outcome.failed_phase if job.outcome else ""
    last = ends[("validation", "data_processing", "training").index(failed or "training")]
    stop = job.stop_requested
    if stop is not None and (last is None or stop < last):
        return _stopped(job, stop, facts, now)
    phases = _phases(job, ends, now)
    changed = max(phase.changed for phase in phases if phase.changed)
    if last is None or now < last:
        return JobState("InProgress", tuple(phases), changed=changed)
    message = job.outcome.message if job.outcome else ""
    status = "Failed" if failed else "Completed"
    return JobState(status, tuple(phases), changed=last, ended=last, message=message)


def work_due(job: CustomizationJob, facts: ServiceFacts, now: datetime) -> bool:
    """Whether the plan has run out and only the worker's answer is missing."""
    planned = job.created + facts.job_validation + facts.job_data_processing
    if job.data_checked is None:
        return job.outcome is None and now >= planned
    return job.outcome is None and now >= max(planned, job.data_checked) + facts.job_training


@dataclass(frozen=True)
class DeploymentState:
    """A deployment as it stands."""

    status: str
    model_arn: str
    changed: datetime
    update: str = ""
    """The last update's status; empty when there was none."""


def is_gone(deployment: Deployment, facts: ServiceFacts, now: datetime) -> bool:
    """Whether a deletion has run its course."""
    deleted = deployment.deleted
    return deleted is not None and now >= deleted + facts.deployment_deleting


def deployment_state(deployment: Deployment, facts: ServiceFacts, now: datetime) -> DeploymentState:
    """Return a deployment's state at `now`."""
    active = deployment.created + facts.deployment_creating
    if deployment.deleted is not None:
        # `Deleting` is in the documentation and in no enum (bedrock:custom-model-deployments).
        return DeploymentState("Deleting", deployment.model_arn, deployment.deleted)
    if now < active:
        return DeploymentState("Creating", deployment.model_arn, deployment.created)
    if deployment.updated is None:
        return DeploymentState("Active", deployment.model_arn, active)
    through = deployment.updated + facts.deployment_updating
    if now < through:
        return DeploymentState("Active", deployment.model_arn, deployment.updated, "Updating")
    return DeploymentState("Active", deployment.next_model_arn, through, "UpdateCompleted")


def provisioned_status(model: ProvisionedModel, facts: ServiceFacts, now: datetime) -> str:
    """Return the status of provisioned throughput at `now`."""
    if now < model.created + facts.provisioning:
        return "Creating"
    if model.changed is not None and now < model.changed + facts.provisioning:
        return "Updating"
    return "InService"


def provisioned_model(model: ProvisionedModel, facts: ServiceFacts, now: datetime) -> str:
    """Return the ARN of the model that answers at `now`: the next one once an update is through."""
    through = provisioned_status(model, facts, now) == "InService"
    return model.next_model_arn if through and model.next_model_arn else model.model_arn


@dataclass(frozen=True)
class BatchState:
    """A batch job as it stands."""

    status: str
    changed: datetime
    ended: datetime | None = None
    message: str = ""


def _batch_end(job: BatchJob, facts: ServiceFacts) -> datetime | None:
    if job.outcome is None:
        return None
    validated = job.created + facts.batch_validating
    if job.outcome.message and not job.outcome.succeeded:
        return max(validated, job.outcome.finished)
    return max(validated + facts.batch_scheduled + facts.batch_running, job.outcome.finished)


def batch_due(job: BatchJob, facts: ServiceFacts, now: datetime) -> bool:
    """Whether the plan has run out and only the worker's answer is missing."""
    planned = facts.batch_validating + facts.batch_scheduled + facts.batch_running
    return job.outcome is None and now >= job.created + planned


def batch_state(job: BatchJob, facts: ServiceFacts, now: datetime) -> BatchState:
    """Return a batch job's state at `now`."""
    end = _batch_end(job, facts)
    stop = job.stop_requested
    if stop is not None and (end is None or stop < end):
        over = stop + facts.job_stopping
        return BatchState("Stopped", over, over) if now >= over else BatchState("Stopping", stop)
    validated = job.created + facts.batch_validating
    scheduled = validated + facts.batch_scheduled
    if now <= job.created:
        return BatchState("Submitted", job.created)
    if now < validated:
        return BatchState("Validating", job.created)
    if end is not None and now >= end and job.outcome is not None:
        return BatchState(_batch_word(job), end, end, job.outcome.message)
    return (
        BatchState("Scheduled", validated)
        if now < scheduled
        else BatchState("InProgress", scheduled)
    )


def _batch_word(job: BatchJob) -> str:
    outcome = job.outcome
    assert outcome is not None
    if outcome.message:
        return "Failed"
    return "PartiallyCompleted" if outcome.failed else "Completed"
