"""One model in place of another behind the same deployment, and what is remembered of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from novadoc._clock import poll
from novadoc.bedrock import _tags
from novadoc.bedrock._connection import Connection, holding
from novadoc.bedrock._deployment import Deployment
from novadoc.bedrock._deployment_plan import carried_tags
from novadoc.bedrock._models import CustomModel
from novadoc.errors import (
    ConfigurationError,
    DeploymentFailedError,
    InvalidRequestError,
    NotFoundError,
    WaitTimeoutError,
)


class Gate(Protocol):
    """What decides about a promotion: a `novadoc.metrics.Comparison`, for one."""

    @property
    def passed(self) -> bool:
        """Whether the new model may take over."""
        ...


@dataclass(frozen=True)
class Promotion:
    """What became of a promotion."""

    deployment: Deployment
    """The deployment, which keeps its ARN."""
    model_arn: str
    """The model it serves now."""
    previous_model_arn: str
    """The model it served before."""
    promoted: bool
    """Whether the gate let the new model take over."""

    def __str__(self) -> str:
        new, old = (arn.rpartition("/")[2] for arn in (self.model_arn, self.previous_model_arn))
        if not self.promoted:
            return f"{self.deployment!r} keeps serving the model {old}: the gate did not pass."
        return f"{self.deployment!r} serves the model {new}; before, it served {old}."


def served_model(deployment: Deployment) -> str:
    """Return the ARN of the model that a deployment serves.

    Raises:
        NotFoundError: The deployment is gone.
        ServiceError: It could not be read.
    """
    model_arn = deployment.status().model_arn
    if not model_arn:
        raise NotFoundError(
            "the deployment is gone.",
            operation="GetCustomModelDeployment",
            arn=deployment.arn,
            remedy="Plan and apply it again.",
        )
    return model_arn


def replace_model(
    connection: Connection,
    deployment: Deployment,
    old: str,
    new: CustomModel,
    *,
    every: timedelta,
    timeout: timedelta,
) -> None:
    """Let a deployment serve another model, wait for it, and tag it with what changed.

    Raises:
        ConfigurationError: The models have different base models.
        DeploymentFailedError: The change did not take effect; the old model goes on serving.
        WaitTimeoutError: It took longer than `timeout`.
        ServiceError: The service refused or failed.
    """
    # A custom model's ARN names its base model; adapters of different bases do not mix.
    if new.arn.rpartition("/")[0] != old.rpartition("/")[0]:
        raise ConfigurationError(
            f"`{new.name}` has another base model than the deployment's present one.",
            remedy="Deploy it under another name.",
        )
    _serve(connection, deployment.arn, new.arn)
    _await_model(connection, deployment, new.arn, every=every, timeout=timeout)
    # Only now: a tag that named the new prompt while the old model answers would be a lie.
    tags = {**carried_tags(connection, new), _tags.PREVIOUS: old}
    with holding(deployment.arn):
        connection.bedrock.call(
            "TagResource", resourceARN=deployment.arn, tags=_tags.lower(_tags.clean(tags))
        )


def _serve(connection: Connection, arn: str, model_arn: str) -> None:
    try:
        with holding(arn):
            connection.bedrock.call(
                "UpdateCustomModelDeployment",
                customModelDeploymentIdentifier=arn,
                modelArn=model_arn,
            )
    except InvalidRequestError as error:
        # AWS's retired SDK says that on-demand deployments cannot be updated at all.
        raise DeploymentFailedError(
            f"{error} The old model goes on serving.",
            arn=arn,
            remedy="Deploy the new model beside it, under another name.",
        ) from error


def _await_model(
    connection: Connection,
    deployment: Deployment,
    arn: str,
    *,
    every: timedelta,
    timeout: timedelta,
) -> None:
    # What is active right after the request may still be the old model: ask for the new one.
    clock = connection.clock
    for status in poll(deployment.status, every=every, timeout=timeout, clock=clock):
        if status.is_active and status.model_arn == arn:
            return
        failed = status.update.lower() == "updatefailed" and status.update_model_arn == arn
        if failed or status.is_failed or not status.state:
            raise DeploymentFailedError(
                f"The update ended as {status.update or status.state or 'deleted'}; "
                "the old model goes on serving.",
                arn=deployment.arn,
                remedy="Deploy the new model beside it, under another name.",
            )
    raise WaitTimeoutError(f"The update has not taken effect within {timeout}.", arn=deployment.arn)
