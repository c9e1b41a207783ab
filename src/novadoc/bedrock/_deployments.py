"""Deployments on demand: planned by reading, applied, listed, promoted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from typing import Literal

from novadoc.bedrock import _tags
from novadoc.bedrock._api import Answer
from novadoc.bedrock._connection import Connection
from novadoc.bedrock._deployment import Deployment
from novadoc.bedrock._models import CustomModel, Models
from novadoc.bedrock._names import digest, legal_name
from novadoc.errors import ConfigurationError
from novadoc.models import CATALOGUE
from novadoc.types import Tags

# Eligible since this day, says nova:custom-fine-tune-odi.
_SINCE = date(2025, 7, 16)
# bedrock:deploy-custom-model-on-demand, for Nova
_REGIONS = ("us-east-1",)

Action = Literal["create", "update", "keep"]


@dataclass(frozen=True)
class OnDemand:
    """A wish: this model, deployed under this name, billed by the token only."""

    name: str
    """Letters, digits, single dashes; made legal."""
    model: CustomModel | str
    """The custom model or its ARN."""
    _: KW_ONLY
    description: str = ""
    """Up to 2,048 characters, shown in the console."""


@dataclass(frozen=True)
class DeploymentPlan:
    """What `apply` would do. Print it to read it."""

    action: Action
    """Create it, let it serve another model, or keep what is there."""
    name: str
    """The deployment's name, made legal."""
    model_arn: str
    """The model it will serve."""
    description: str
    """For the console."""
    tags: Tags
    """What it is tagged with."""
    token: str
    """Makes applying the same plan twice one deployment."""
    arn: str | None = None
    """Of the deployment that is there; `None` when there is none."""
    current_model_arn: str | None = None
    """What that one serves."""

    def __str__(self) -> str:
        model = self.model_arn.rpartition("/")[2]
        if self.action == "create":
            return (
                f"Create the on-demand deployment {self.name} of the model {model}: no idle cost."
            )
        if self.action == "update":
            return f"Let the deployment {self.name} serve the model {model} from now on."
        return f"Keep the deployment {self.name}: it serves the model {model} already."


@dataclass(frozen=True)
class DeploymentSummary:
    """A line of the list of deployments."""

    arn: str
    name: str
    state: str
    model_arn: str
    created: datetime


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
        model = self._model(wish.model)
        self._refuse(model)
        name = legal_name(wish.name)
        there = self._named(name)
        mark = digest([self._connection.project, name, model.arn])[:32]
        trained = self._connection.tags_of(model.arn)
        carried = (_tags.PROMPT, _tags.SCHEMA, _tags.IMAGES, _tags.DATASET)
        tags = {
            **{key: trained[key] for key in carried if key in trained},
            _tags.REQUEST: mark,
            _tags.BASE_MODEL: model.base_model,
        }
        now = self._connection.clock.now().isoformat()
        return DeploymentPlan(
            action=_action(there, model.arn),
            name=name,
            model_arn=model.arn,
            description=wish.description,
            tags=self._connection.tags(tags),
            # Of the moment of planning: a deployment made, deleted and wanted again is a new one,
            # and must not be answered with the old one's ARN.
            token=digest([mark, now]),
            arn=None if there is None else there.arn,
            current_model_arn=None if there is None else there.model_arn,
        )

    def apply(self, plan: DeploymentPlan, *, delete_on_exit: bool = False) -> Deployment:
        """Do what the plan says; applying it twice is one deployment.

        Needs `bedrock:CreateCustomModelDeployment` (or `Update...`) and `bedrock:TagResource`.

        Args:
            plan: From `plan`.
            delete_on_exit: Delete the deployment when the handle is left as a context manager.

        Raises:
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
            self.serve(arn, plan.model_arn, tags=plan.tags, previous=plan.current_model_arn)
        return Deployment(
            self._connection, arn, model_arn=plan.model_arn, delete_on_exit=delete_on_exit
        )

    def serve(
        self, arn: str, model_arn: str, *, tags: Tags | None = None, previous: str | None = None
    ) -> None:
        """Let an active deployment serve another custom model of the same base.

        Needs `bedrock:UpdateCustomModelDeployment` and `bedrock:TagResource`.

        Args:
            arn: The deployment.
            model_arn: The model from now on.
            tags: Replace the deployment's tags of the same keys.
            previous: Remembered in a tag, to go back to.

        Raises:
            ServiceError: The service refused or failed.
        """
        bedrock = self._connection.bedrock
        bedrock.call(
            "UpdateCustomModelDeployment",
            customModelDeploymentIdentifier=arn,
            modelArn=model_arn,
        )
        marked = _tags.clean({**(tags or {}), _tags.PREVIOUS: previous})
        if marked:
            bedrock.call("TagResource", resourceARN=arn, tags=_tags.lower(marked))

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
        return Deployment(
            self._connection,
            str(answer["customModelDeploymentArn"]),
            model_arn=str(answer["modelArn"]),
        )

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
        pages = self._connection.bedrock.pages(
            "ListCustomModelDeployments",
            "modelDeploymentSummaries",
            statusEquals=state,
            nameContains=name_contains,
            modelArnEquals=model.arn if isinstance(model, CustomModel) else model,
            sortBy="CreationTime",
            sortOrder="Descending",
        )
        for entry in pages:
            yield _summary(entry)

    def delete(self, deployment: Deployment | str) -> None:
        """Delete a deployment and wait until it is gone; the model stays.

        Raises:
            WaitTimeoutError: It is still there after some minutes.
            ServiceError: The service refused or failed.
        """
        if isinstance(deployment, str):
            deployment = Deployment(self._connection, deployment)
        deployment.delete()

    def _model(self, model: CustomModel | str) -> CustomModel:
        return Models(self._connection).get(model if isinstance(model, str) else model.arn)

    def _named(self, name: str) -> DeploymentSummary | None:
        found = (entry for entry in self.list(name_contains=name) if entry.name == name)
        return next((entry for entry in found if entry.state.lower() != "failed"), None)

    def _refuse(self, model: CustomModel) -> None:
        key, region = model.base_model, self._connection.region
        regions = CATALOGUE[key].customization_regions if key else _REGIONS
        if key and region not in regions:
            raise ConfigurationError(
                f"Custom {key} models are not deployed on demand in {region}.",
                remedy=f"Connect to {', '.join(regions)}, or use provisioned throughput.",
            )
        if model.created.date() < _SINCE:
            raise ConfigurationError(
                f"`{model.name}` was customized before {_SINCE}, and is not deployable on demand.",
                remedy="Train it again, or use provisioned throughput.",
            )
        if model.state.lower() != "active":
            raise ConfigurationError(
                f"The model `{model.name}` is {model.state}.",
                remedy="Wait for it with `aws.models.wait`.",
            )


def _action(there: DeploymentSummary | None, model_arn: str) -> Action:
    if there is None:
        return "create"
    return "keep" if there.model_arn == model_arn else "update"


def _summary(entry: Answer) -> DeploymentSummary:
    return DeploymentSummary(
        arn=str(entry["customModelDeploymentArn"]),
        name=str(entry["customModelDeploymentName"]),
        state=str(entry["status"]),
        model_arn=str(entry["modelArn"]),
        created=entry["createdAt"],
    )
