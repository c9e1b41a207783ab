"""What the local Bedrock remembers: plain values, each replaced when it changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeAlias, Union

from novadoc.local._rest import Params

__all__ = [
    "BatchJob",
    "BatchOutcome",
    "CustomModel",
    "CustomizationJob",
    "Deployment",
    "FailedPhase",
    "Outcome",
    "Place",
    "ProvisionedModel",
    "Record",
]

FailedPhase = Literal["", "validation", "data_processing", "training"]


class Place(NamedTuple):
    """Where a resource lives: nothing is shared between accounts or regions."""

    account: str
    region: str

    def arn(self, kind: str, tail: str) -> str:
        """Return the ARN of a Bedrock resource here."""
        return f"arn:aws:bedrock:{self.region}:{self.account}:{kind}/{tail}"


@dataclass(frozen=True)
class _Resource:
    place: Place
    id: str
    """Twelve characters, the last segment of the ARN."""
    arn: str
    name: str
    created: datetime
    token: str
    """The request's clientRequestToken; the same one again answers the same ARN."""
    tags: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Outcome:
    """How the work of a customization job ended, found by the worker."""

    finished: datetime
    failed_phase: FailedPhase = ""
    message: str = ""
    training_loss: float | None = None
    validation_loss: float | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class CustomizationJob(_Resource):
    """A request to customize, and what became of it."""

    request: Params = field(default_factory=dict[str, Any])
    data_checked: datetime | None = None
    """When the data was found good; `None` before, or when it was not."""
    stop_requested: datetime | None = None
    outcome: Outcome | None = None
    delivered: bool = False
    """Whether the output files and the model have been made."""


@dataclass(frozen=True)
class CustomModel(_Resource):
    """A model that a job made; its artefact is kept beside it."""

    base_model: str = ""
    """The training id, as `amazon.nova-lite-v1:0:300k`."""
    job_arn: str = ""
    job_name: str = ""
    kind: str = "FINE_TUNING"
    request: Params = field(default_factory=dict[str, Any])
    training_loss: float | None = None
    validation_loss: float | None = None


@dataclass(frozen=True)
class Deployment(_Resource):
    """On-demand inference for a custom model."""

    model_arn: str = ""
    description: str = ""
    deleted: datetime | None = None
    updated: datetime | None = None
    next_model_arn: str = ""
    """What an update asked for; in effect once the update is through."""


@dataclass(frozen=True)
class ProvisionedModel(_Resource):
    """Model units bought for a model."""

    model_arn: str = ""
    units: int = 1
    commitment: str = ""
    changed: datetime | None = None
    next_model_arn: str = ""
    """What an update asked for; in effect once the update is through."""


@dataclass(frozen=True)
class BatchOutcome:
    """How a batch job's work ended, found by the worker."""

    finished: datetime
    message: str = ""
    succeeded: int = 0
    failed: int = 0


@dataclass(frozen=True)
class BatchJob(_Resource):
    """A request for batch inference, and what became of it."""

    request: Params = field(default_factory=dict[str, Any])
    stop_requested: datetime | None = None
    outcome: BatchOutcome | None = None
    delivered: bool = False


Record: TypeAlias = Union[CustomizationJob, CustomModel, Deployment, ProvisionedModel, BatchJob]
