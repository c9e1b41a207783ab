"""Deployments on demand: planned by reading, applied, listed, promoted, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from novadoc._clock import poll
from novadoc.bedrock import _tags
from novadoc.bedrock._connection import Connection, holding
from novadoc.bedrock._deployment import Deployment
from novadoc.bedrock._deployment_plan import (
    DeploymentPlan,
    DeploymentSummary,
    OnDemand,
    carried_tags,
    list_on_demand,
    plan_on_demand,
)
from novadoc.bedrock._models import CustomModel, Models
from novadoc.errors import ConfigurationError, DeploymentFailedError, WaitTimeoutError

_LOOK = timedelta(seconds=15)


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


class Deployments:
    """On-demand deployments of custom models."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def plan(self, wish: OnDemand) -> DeploymentPlan:
        """Compare a wish with what is there; reads only.

        Needs `bedrock:GetCustomModel`, `bedrock:ListTagsForResource` and
        `bedrock:ListCustomModelDeployments`.

        Raises:
            ConfigurationError: The model cannot be deployed on demand: region, date or state.
            NotFoundError: There is no such model.
            ServiceError: The account could not be read.
        """
        return plan_on_demand(self._connection, wish)

    def apply(self, plan: DeploymentPlan, *, delete_on_exit: bool = False) -> Deployment:
        """Do what the plan says; applying it twice is one deployment.

        A new deployment is being created when this returns; an update has taken effect.

        Needs `bedrock:CreateCustomModelDeployment` and `bedrock:TagResource`; for an update, what
        `promote` needs.

        Args:
            plan: From `plan`.
            delete_on_exit: Delete the deployment when the handle is left as a context manager.

        Raises:
            ConfigurationError: An update would change the base model.
            DeploymentFailedError: An update did not take effect.
            WaitTimeoutError: An update has not taken effect within an hour.
            ServiceError: The service refused or failed.
        """
        arn = plan.arn
        if plan.action == "create" or arn is None:
            answer = self._connection.bedrock.call(
                "CreateCustomModelDeployment",
                modelDeploymentName=plan.name,
                modelArn=plan.model_arn,
                description=plan.description or None,
                tags=_tags.lower(plan.tags),
                clientRequestToken=plan.token,
            )
            arn = str(answer["customModelDeploymentArn"])
        elif plan.action == "update":
            self._replace(
                Deployment(self._connection, arn),
                str(plan.current_model_arn),
                Models(self._connection).get(plan.model_arn),
                every=_LOOK,
                timeout=timedelta(hours=1),
            )
        return Deployment(
            self._connection, arn, model_arn=plan.model_arn, delete_on_exit=delete_on_exit
        )

    def get(self, deployment: str) -> Deployment:
        """Return the handle of a deployment by ARN or name.

        Needs `bedrock:GetCustomModelDeployment`.

        Raises:
            NotFoundError: There is no such deployment.
            ServiceError: It could not be read.
        """
        answer = self._connection.bedrock.call(
            "GetCustomModelDeployment", customModelDeploymentIdentifier=deployment
        )
        arn, model_arn = str(answer["customModelDeploymentArn"]), str(answer["modelArn"])
        return Deployment(self._connection, arn, model_arn=model_arn)

    def list(
        self,
        *,
        state: str | None = None,
        name_contains: str | None = None,
        model: CustomModel | str | None = None,
    ) -> Iterator[DeploymentSummary]:
        """Yield the account's deployments, newest first.

        Needs `bedrock:ListCustomModelDeployments`.
        """
        arn = model.arn if isinstance(model, CustomModel) else model
        return list_on_demand(
            self._connection, statusEquals=state, nameContains=name_contains, modelArnEquals=arn
        )

    def delete(self, deployment: Deployment | str) -> None:
        """Delete a deployment and wait until it is gone; the model stays.

        Needs `bedrock:DeleteCustomModelDeployment` and `bedrock:GetCustomModelDeployment`.

        Raises:
            WaitTimeoutError: It is still there after some minutes.
            ServiceError: The service refused or failed.
        """
        if isinstance(deployment, str):
            deployment = Deployment(self._connection, deployment)
        deployment.delete()

    def promote(
        self,
        deployment: Deployment,
        model: CustomModel | str,
        gate: Gate,
        *,
        every: timedelta = _LOOK,
        timeout: timedelta = timedelta(hours=1),
    ) -> Promotion:
        """Let a deployment serve a new model, if the gate passed; its ARN stays the same.

        The old model is remembered on the deployment, and `go_back` returns to it. When the
        service cannot update the deployment, the old model goes on serving and the error says so;
        deploy the new one beside it under another name then.

        Needs `bedrock:UpdateCustomModelDeployment`, `bedrock:GetCustomModelDeployment`,
        `bedrock:GetCustomModel`, `bedrock:ListTagsForResource` and `bedrock:TagResource`.

        Args:
            deployment: What your callers call.
            model: The better model, of the same base.
            gate: Anything with `passed`, as `metrics.compare_reports(old, new)`.
            every: Time between looks whether the change took effect.
            timeout: For the change to take effect.

        Raises:
            ConfigurationError: The models have different base models.
            DeploymentFailedError: The change did not take effect; the old model goes on serving.
            WaitTimeoutError: It took longer than `timeout`.
            ServiceError: The service refused or failed.
        """
        old = deployment.status().model_arn
        new = Models(self._connection).get(model if isinstance(model, str) else model.arn)
        if not gate.passed:
            return Promotion(deployment, old, old, promoted=False)
        if new.arn != old:
            self._replace(deployment, old, new, every=every, timeout=timeout)
        return Promotion(deployment, new.arn, old, promoted=True)

    def go_back(
        self,
        deployment: Deployment,
        *,
        every: timedelta = _LOOK,
        timeout: timedelta = timedelta(hours=1),
    ) -> Promotion:
        """Let a deployment serve the model again that it served before the last change.

        Going back is a change too: doing it twice leads to where one was.

        Needs what `promote` needs.

        Args:
            deployment: What your callers call.
            every: Time between looks whether the change took effect.
            timeout: For the change to take effect.

        Raises:
            ConfigurationError: No earlier model is remembered.
            NotFoundError: The earlier model has been deleted.
            DeploymentFailedError: The change did not take effect.
            WaitTimeoutError: It took longer than `timeout`.
            ServiceError: The service refused or failed.
        """
        current = deployment.status().model_arn
        before = self._connection.tags_of(deployment.arn).get(_tags.PREVIOUS)
        if before is None:
            raise ConfigurationError("The deployment remembers no earlier model.")
        earlier = Models(self._connection).get(before)
        self._replace(deployment, current, earlier, every=every, timeout=timeout)
        return Promotion(deployment, before, current, promoted=True)

    def _replace(
        self,
        deployment: Deployment,
        old: str,
        new: CustomModel,
        *,
        every: timedelta,
        timeout: timedelta,
    ) -> None:
        # A custom model's ARN names its base model; adapters of different bases do not mix.
        base = old.rpartition("/")[0]
        if new.arn.rpartition("/")[0] != base:
            raise ConfigurationError(
                f"`{new.name}` has another base model than the deployment's present one.",
                remedy="Deploy it under another name.",
            )
        self._serve(deployment.arn, new.arn)
        self._await_model(deployment, new.arn, every=every, timeout=timeout)
        # Only now: a tag that named the new prompt while the old model answers would be a lie.
        tags = carried_tags(self._connection, new)
        self._tag(deployment.arn, {**tags, _tags.PREVIOUS: old})

    def _await_model(
        self, deployment: Deployment, arn: str, *, every: timedelta, timeout: timedelta
    ) -> None:
        # What is active right after the request may still be the old model: ask for the new one.
        clock = self._connection.clock
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
        raise WaitTimeoutError(
            f"The update has not taken effect within {timeout}.", arn=deployment.arn
        )

    def _serve(self, arn: str, model_arn: str) -> None:
        with holding(arn):
            self._connection.bedrock.call(
                "UpdateCustomModelDeployment",
                customModelDeploymentIdentifier=arn,
                modelArn=model_arn,
            )

    def _tag(self, arn: str, tags: dict[str, str | None]) -> None:
        with holding(arn):
            self._connection.bedrock.call(
                "TagResource", resourceARN=arn, tags=_tags.lower(_tags.clean(tags))
            )
