"""One model in place of another behind the same deployment, and what is remembered of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from novadoc.bedrock import _tags
from novadoc.bedrock._api import TRANSIENT
from novadoc.bedrock._connection import Connection, holding
from novadoc.bedrock._deployment import Deployment, DeploymentStatus
from novadoc.bedrock._deployment_plan import carried_tags
from novadoc.bedrock._models import CustomModel
from novadoc.bedrock._patience import looks
from novadoc.errors import (
    ConfigurationError,
    DeploymentFailedError,
    InvalidRequestError,
    NotFoundError,
    ServiceError,
    WaitTimeoutError,
)
from novadoc.types import Tags


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

    Interrupted, it can be called again: what is served already is only tagged.

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
    present = connection.tags_of(deployment.arn)
    if new.arn != old:
        # Before the change: whoever is interrupted in it can still go back.
        _tag(connection, deployment.arn, {_tags.PREVIOUS: old})
        try:
            _serve(connection, deployment, new.arn)
            _await_model(connection, deployment, new.arn, every=every, timeout=timeout)
        except (ServiceError, DeploymentFailedError) as error:
            if isinstance(error, TRANSIENT):
                raise  # the change may be on its way
            with suppress(ServiceError):  # the error that matters is the first
                _tag(connection, deployment.arn, {_tags.PREVIOUS: present.get(_tags.PREVIOUS, old)})
            raise
    # After it: a tag that named the new prompt while the old model answers would be a lie.
    trained = _tags.clean(carried_tags(connection, new))
    if not trained.items() <= present.items():
        _tag(connection, deployment.arn, trained)


def _tag(connection: Connection, arn: str, tags: Tags) -> None:
    with holding(arn):
        connection.bedrock.call("TagResource", resourceARN=arn, tags=_tags.lower(tags))


def _serve(connection: Connection, deployment: Deployment, model_arn: str) -> None:
    arn = deployment.arn
    try:
        with holding(arn):
            connection.bedrock.call(
                "UpdateCustomModelDeployment",
                customModelDeploymentIdentifier=arn,
                modelArn=model_arn,
            )
    except InvalidRequestError as error:
        if _is_on_its_way(deployment.status(), model_arn):
            return  # the answer was lost, and the retry met the update
        # AWS's retired SDK says that on-demand deployments cannot be updated at all.
        raise DeploymentFailedError(
            f"{error} The old model goes on serving.",
            arn=arn,
            remedy="Deploy the new model beside it, under another name.",
        ) from error


def _is_on_its_way(status: DeploymentStatus, model_arn: str) -> bool:
    updating = status.update.lower() == "updating" and status.update_model_arn == model_arn
    return updating or status.model_arn == model_arn


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
    for status in looks(deployment.status, every=every, timeout=timeout, clock=clock):
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
    raise WaitTimeoutError(
        f"The update has not taken effect within {timeout}.",
        arn=deployment.arn,
        remedy="It goes on: the same call finishes it.",
    )
