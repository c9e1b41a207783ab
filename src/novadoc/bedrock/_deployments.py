"""Deployments on demand: planned by reading, applied, listed, promoted, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from novadoc.bedrock import _tags
from novadoc.bedrock._connection import Connection
from novadoc.bedrock._deployment import Deployment
from novadoc.bedrock._deployment_plan import (
    DeploymentPlan,
    DeploymentSummary,
    OnDemand,
    list_on_demand,
    plan_on_demand,
    same_wish,
)
from novadoc.bedrock._errors import is_name_taken
from novadoc.bedrock._models import CustomModel, Models
from novadoc.bedrock._promotion import Gate, Promotion, replace_model, served_model
from novadoc.errors import (
    ConfigurationError,
    ConflictError,
    InvalidRequestError,
)

_LOOK = timedelta(seconds=15)


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
            ConflictError: A deployment of this name is there that was not made for this project.
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
            NotFoundError: What would be updated is gone.
            DeploymentFailedError: An update did not take effect.
            WaitTimeoutError: An update has not taken effect within an hour.
            ServiceError: The service refused or failed.
        """
        arn = plan.arn
        if plan.action == "create" or arn is None:
            arn = self._create(plan)
        elif plan.action == "update":
            deployment = Deployment(self._connection, arn)
            replace_model(
                self._connection,
                deployment,
                served_model(deployment),  # since the plan it may be another
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

        The old model is remembered on the deployment, and `go_back` returns to it. An interrupted
        promotion is finished by the same call, and can be taken back without it. When the
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
            NotFoundError: The deployment or the model is gone.
            DeploymentFailedError: The change did not take effect; the old model goes on serving.
            WaitTimeoutError: It took longer than `timeout`.
            ServiceError: The service refused or failed.
        """
        old = served_model(deployment)
        new = Models(self._connection).get(model if isinstance(model, str) else model.arn)
        if not gate.passed:
            return Promotion(deployment, old, old, promoted=False)
        replace_model(self._connection, deployment, old, new, every=every, timeout=timeout)
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
            NotFoundError: The deployment or the earlier model has been deleted.
            DeploymentFailedError: The change did not take effect.
            WaitTimeoutError: It took longer than `timeout`.
            ServiceError: The service refused or failed.
        """
        current = served_model(deployment)
        before = self._connection.tags_of(deployment.arn).get(_tags.PREVIOUS)
        if before is None or before == current:
            raise ConfigurationError("The deployment remembers no earlier model.")
        earlier = Models(self._connection).get(before)
        replace_model(self._connection, deployment, current, earlier, every=every, timeout=timeout)
        return Promotion(deployment, before, current, promoted=True)

    def _create(self, plan: DeploymentPlan) -> str:
        try:
            answer = self._connection.bedrock.call(
                "CreateCustomModelDeployment",
                modelDeploymentName=plan.name,
                modelArn=plan.model_arn,
                description=plan.description or None,
                tags=_tags.lower(plan.tags),
                clientRequestToken=plan.token,
            )
        except (ConflictError, InvalidRequestError) as error:
            # Another process may have planned and applied the same meanwhile: its tag says so.
            arn = same_wish(self._connection, plan) if is_name_taken(error) else None
            if arn is None:
                raise
            return arn
        return str(answer["customModelDeploymentArn"])
