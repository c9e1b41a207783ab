"""Custom models: what a job leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from novadoc.bedrock._api import Answer
from novadoc.bedrock._connection import Connection
from novadoc.bedrock._patience import looks
from novadoc.errors import JobFailedError, WaitTimeoutError
from novadoc.models import key_of
from novadoc.types import Tags


@dataclass(frozen=True)
class CustomModel:
    """A custom model, as a plain value. It is invoked through a deployment."""

    arn: str
    """The model's ARN; unlike a deployment's it tells the base model."""
    name: str
    """Its name in the account."""
    state: str
    """`Creating`, `Active`, `Failed`, or what AWS may add."""
    created: datetime
    """When it was made."""
    job_arn: str | None = None
    """The job that made it; `None` for an imported one."""

    @property
    def base_model(self) -> str | None:
        """Key of the base model; `None` when it is not a Nova model known here."""
        return key_of(self.arn)


class Models:
    """The account's custom models."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, model: str) -> CustomModel:
        """Look a custom model up by name or ARN. Needs `bedrock:GetCustomModel`.

        Raises:
            NotFoundError: There is no such model.
            ServiceError: It could not be read.
        """
        return _read(self._connection.bedrock.call("GetCustomModel", modelIdentifier=model))

    def list(self, *, name_contains: str | None = None) -> Iterator[CustomModel]:
        """Yield custom models, newest first. Needs `bedrock:ListCustomModels`."""
        pages = self._connection.bedrock.pages(
            "ListCustomModels",
            "modelSummaries",
            nameContains=name_contains,
            sortBy="CreationTime",
            sortOrder="Descending",
        )
        for summary in pages:
            yield _read(summary)

    def tags(self, model: CustomModel | str) -> Tags:
        """Read a model's tags. Needs `bedrock:ListTagsForResource`."""
        return self._connection.tags_of(model if isinstance(model, str) else model.arn)

    def wait(
        self,
        model: CustomModel | str,
        *,
        every: timedelta = timedelta(seconds=10),
        timeout: timedelta | None = timedelta(minutes=30),
    ) -> CustomModel:
        """Wait until a model is active.

        Raises:
            JobFailedError: The model could not be made.
            WaitTimeoutError: It took longer than `timeout`.
        """
        arn = model if isinstance(model, str) else model.arn
        clock = self._connection.clock
        for found in looks(lambda: self.get(arn), every=every, timeout=timeout, clock=clock):
            if found.state.lower() == "active":
                return found
            if found.state.lower() == "failed":
                raise JobFailedError(
                    f"The custom model `{found.name}` failed.",
                    arn=found.arn,
                    remedy="The job that made it says why: `customization.get(...)`.",
                )
        raise WaitTimeoutError(
            f"The custom model is not active after {timeout}.",
            arn=arn,
            remedy="It goes on: call `wait` again.",
        )

    def delete(self, model: CustomModel | str) -> None:
        """Delete a custom model for ever; its deployments have to go first.

        Needs `bedrock:DeleteCustomModel`.

        Raises:
            NotFoundError: There is no such model.
            ConflictError: It is deployed.
        """
        arn = model if isinstance(model, str) else model.arn
        self._connection.bedrock.call("DeleteCustomModel", modelIdentifier=arn)


def _read(answer: Answer) -> CustomModel:
    return CustomModel(
        arn=str(answer["modelArn"]),
        name=str(answer["modelName"]),
        # Models made before the field existed are usable, and say nothing.
        state=str(answer.get("modelStatus") or "Active"),
        created=answer["creationTime"],
        job_arn=answer.get("jobArn"),
    )
