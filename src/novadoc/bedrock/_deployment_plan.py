"""On-demand deployments as wishes and plans: what would be done, before it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from typing import Literal

from novadoc.bedrock import _tags
from novadoc.bedrock._api import Answer
from novadoc.bedrock._connection import Connection
from novadoc.bedrock._models import CustomModel, Models
from novadoc.bedrock._names import digest, legal_name
from novadoc.errors import ConfigurationError, ConflictError
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


def plan_on_demand(connection: Connection, wish: OnDemand) -> DeploymentPlan:
    """Compare a wish with what is there; reads only.

    Raises:
        ConfigurationError: The model cannot be deployed on demand: region, date or state.
        ConflictError: A deployment of this name is there that was not made for this project.
        ServiceError: The account could not be read.
    """
    given = wish.model if isinstance(wish.model, str) else wish.model.arn
    model = Models(connection).get(given)
    _refuse(model, connection.region)
    name = legal_name(wish.name)
    there = _named(connection, name)
    if there is not None:
        _refuse_foreign(connection, there)
    mark = digest([connection.project, name, model.arn])[:32]
    now = connection.clock.now().isoformat()
    return DeploymentPlan(
        action=_action(there, model.arn),
        name=name,
        model_arn=model.arn,
        description=wish.description,
        tags=connection.tags({**carried_tags(connection, model), _tags.REQUEST: mark}),
        # Of the moment of planning: a deployment made, deleted and wanted again is a new one,
        # and must not be answered with the old one's ARN.
        token=digest([mark, now]),
        arn=None if there is None else there.arn,
        current_model_arn=None if there is None else there.model_arn,
    )


def carried_tags(connection: Connection, model: CustomModel) -> dict[str, str | None]:
    """Return what a deployment has to say of the model it serves: how it was trained."""
    trained = connection.tags_of(model.arn)
    carried = (_tags.PROMPT, _tags.SCHEMA, _tags.IMAGES, _tags.DATASET)
    return {**{key: trained.get(key) for key in carried}, _tags.BASE_MODEL: model.base_model}


def list_on_demand(connection: Connection, **filters: object) -> Iterator[DeploymentSummary]:
    """Yield deployments, newest first."""
    pages = connection.bedrock.pages(
        "ListCustomModelDeployments",
        "modelDeploymentSummaries",
        sortBy="CreationTime",
        sortOrder="Descending",
        **filters,
    )
    for entry in pages:
        yield _summary(entry)


def _named(connection: Connection, name: str) -> DeploymentSummary | None:
    found = list_on_demand(connection, nameContains=name)
    same = (entry for entry in found if entry.name == name)
    return next((entry for entry in same if entry.state.lower() != "failed"), None)


def same_wish(connection: Connection, plan: DeploymentPlan) -> str | None:
    """Return the ARN of the deployment that the very same wish made meanwhile, if there is one."""
    there = _named(connection, plan.name)
    if there is None:
        return None
    made_for = connection.tags_of(there.arn).get(_tags.REQUEST)
    return there.arn if made_for == plan.tags[_tags.REQUEST] else None


def _refuse_foreign(connection: Connection, there: DeploymentSummary) -> None:
    if not connection.owns(connection.tags_of(there.arn)):
        raise ConflictError(
            f"the deployment `{there.name}` is there and was not made for this project.",
            operation="CreateCustomModelDeployment",
            arn=there.arn,
            remedy="Use it with `deployments.get`, or choose another name.",
        )


def _refuse(model: CustomModel, region: str) -> None:
    key = model.base_model
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
    is_failed = model.state.lower() == "failed"
    if model.state.lower() != "active":
        raise ConfigurationError(
            f"The model `{model.name}` is {model.state}.",
            remedy="Train it again." if is_failed else "Wait for it with `aws.models.wait`.",
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
