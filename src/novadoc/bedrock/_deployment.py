"""One deployment: waited for, used, deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType

from typing_extensions import Self

from novadoc.bedrock._api import Answer
from novadoc.bedrock._connection import Connection, holding
from novadoc.bedrock._names import last_segment
from novadoc.bedrock._patience import looks
from novadoc.errors import DeploymentFailedError, WaitTimeoutError
from novadoc.models import key_of


@dataclass(frozen=True)
class DeploymentStatus:
    """A deployment at one moment."""

    state: str
    """`Creating`, `Active`, `Failed`, or what AWS may add; empty when it is gone."""
    model_arn: str = ""
    """The custom model it serves."""
    update: str = ""
    """`Updating`, `UpdateCompleted`, `UpdateFailed`; empty when it was never updated."""
    update_model_arn: str = ""
    """The model it is, or was last, updated to."""
    message: str = ""
    """Why it failed; empty unless it did."""

    @property
    def is_active(self) -> bool:
        """Whether it answers requests, and no update is on its way."""
        return self.state.lower() == "active" and self.update.lower() != "updating"

    @property
    def is_failed(self) -> bool:
        """Whether it never will."""
        return self.state.lower() == "failed"


class Deployment:
    """A handle on an on-demand deployment of a custom model. It holds an ARN and no state.

    As a context manager it deletes the deployment on leaving, when it was told to:

        with aws.deployments.apply(plan, delete_on_exit=True) as deployment:
            ...
    """

    def __init__(
        self,
        connection: Connection,
        arn: str,
        *,
        model_arn: str | None = None,
        delete_on_exit: bool = False,
    ) -> None:
        self._connection = connection
        self._delete_on_exit = delete_on_exit
        self.arn: str = arn
        """The deployment's ARN, which is what Converse is called with."""
        self.base_model: str | None = None if model_arn is None else key_of(model_arn)
        """Key of the base model; `None` when the handle was made from an ARN without asking."""

    def __repr__(self) -> str:
        return f"Deployment({last_segment(self.arn)!r})"

    def status(self) -> DeploymentStatus:
        """Ask for the state. Needs `bedrock:GetCustomModelDeployment`.

        Raises:
            ServiceError: The deployment could not be read.
        """
        with holding(self.arn):
            found = self._connection.bedrock.find(
                "GetCustomModelDeployment", customModelDeploymentIdentifier=self.arn
            )
        return DeploymentStatus("") if found is None else _read(found)

    def wait(
        self,
        *,
        every: timedelta = timedelta(seconds=15),
        timeout: timedelta | None = timedelta(hours=1),
    ) -> Self:
        """Wait until it answers requests; return itself.

        Raises:
            DeploymentFailedError: It failed or was deleted.
            WaitTimeoutError: It took longer than `timeout`; it goes on.
            ServiceError: The deployment could not be read.
        """
        missed = 0
        for found in looks(self.status, every=every, timeout=timeout, clock=self._connection.clock):
            if found.is_active:
                self.base_model = self.base_model or key_of(found.model_arn)
                return self
            # Made a moment ago, it need not be known everywhere: gone is what two looks miss.
            missed = 0 if found.state else missed + 1
            if found.is_failed or missed == 2:
                text = found.message or (
                    "the service gave no reason" if found.state else "it is gone"
                )
                raise DeploymentFailedError(
                    f"The deployment does not become active: {text}.",
                    arn=self.arn,
                    remedy="Delete it, look at the model, and plan again.",
                )
        raise WaitTimeoutError(
            f"The deployment is not active after {timeout}.",
            arn=self.arn,
            remedy="It goes on: call `wait` again.",
        )

    def delete(
        self,
        *,
        every: timedelta = timedelta(seconds=5),
        timeout: timedelta | None = timedelta(minutes=15),
    ) -> None:
        """Delete it and wait until it is gone; the model stays. Repeating it changes nothing.

        A deployment that is still being created is waited for first, since it cannot be deleted.

        Needs `bedrock:DeleteCustomModelDeployment` and `bedrock:GetCustomModelDeployment`.

        Raises:
            WaitTimeoutError: It is still there after `timeout`.
            ServiceError: The service refused or failed.
        """
        asked = False
        for found in looks(self.status, every=every, timeout=timeout, clock=self._connection.clock):
            if not found.state:
                return
            if not asked and (found.is_active or found.is_failed):
                with holding(self.arn):
                    self._connection.bedrock.find(
                        "DeleteCustomModelDeployment", customModelDeploymentIdentifier=self.arn
                    )
                asked = True
        raise WaitTimeoutError(
            f"The deployment is still there after {timeout}.",
            arn=self.arn,
            remedy="Call `delete` again.",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._delete_on_exit:
            self.delete()


def _read(answer: Answer) -> DeploymentStatus:
    update: Answer = answer.get("updateDetails") or {}
    return DeploymentStatus(
        state=str(answer["status"]),
        model_arn=str(answer["modelArn"]),
        update=str(update.get("updateStatus") or ""),
        update_model_arn=str(update.get("modelArn") or ""),
        message=str(answer.get("failureMessage") or ""),
    )
