"""What every kind of customization request has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from novadoc.bedrock._manifest import TrainingData
from novadoc.models import BaseModel
from novadoc.types import JsonObject

CustomizationType = Literal["FINE_TUNING", "DISTILLATION", "REINFORCEMENT_FINE_TUNING"]


@dataclass(frozen=True)
class Vpc:
    """The network a job runs in."""

    subnets: tuple[str, ...]
    """1 to 16 subnet ids."""
    security_groups: tuple[str, ...]
    """1 to 5 security-group ids."""


class CustomizationRequest(Protocol):
    """What every kind of request has."""

    @property
    def name(self) -> str:
        """What the caller calls it; made legal and unique for AWS."""
        ...

    @property
    def data(self) -> TrainingData:
        """What is learned from."""
        ...

    @property
    def role(self) -> str:
        """ARN of the service role."""
        ...

    @property
    def kms_key(self) -> str | None:
        """Encrypts the custom model."""
        ...

    @property
    def vpc(self) -> Vpc | None:
        """The network the job runs in."""
        ...

    @property
    def tags(self) -> Mapping[str, str]:
        """The caller's own tags."""
        ...

    @property
    def attempt(self) -> int:
        """Raised to run the very same request again."""
        ...

    @property
    def kind(self) -> CustomizationType:
        """AWS's word for it."""
        ...

    @property
    def base(self) -> BaseModel:
        """The model that is customized."""
        ...

    def settings(self, region: str) -> JsonObject:
        """Return the part of the API's request that is of this kind alone."""
        ...

    def problems(self, region: str) -> tuple[str, ...]:
        """Return everything that would make the service refuse it, in words."""
        ...
