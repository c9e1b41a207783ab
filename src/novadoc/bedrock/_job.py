"""A customization job, followed from any process."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from novadoc.bedrock._api import Answer
from novadoc.bedrock._connection import Connection, holding
from novadoc.bedrock._curves import TrainingCurves, read_curves
from novadoc.bedrock._models import CustomModel, Models
from novadoc.bedrock._names import last_segment
from novadoc.bedrock._patience import looks
from novadoc.bedrock._status import JobStatus, read_status
from novadoc.bedrock._storage import Storage
from novadoc.errors import (
    ConflictError,
    InvalidRequestError,
    JobFailedError,
    JobStoppedError,
    NotFoundError,
    ServiceError,
    WaitTimeoutError,
)

_LOG = logging.getLogger(__name__)


class Job:
    """A handle on a customization job. It holds an ARN and no state.

    Get one with `aws.customization.submit(...)` or, in another process, `.get(arn)`.
    """

    def __init__(self, connection: Connection, arn: str) -> None:
        self._connection = connection
        self.arn: str = arn
        """The job's ARN."""

    def __repr__(self) -> str:
        return f"Job({last_segment(self.arn)!r})"

    def status(self) -> JobStatus:
        """Ask how far the job is. Needs `bedrock:GetModelCustomizationJob`.

        Raises:
            ServiceError: The job could not be read.
        """
        return read_status(self._describe(), self._connection.clock.now())

    def watch(
        self, *, every: timedelta = timedelta(minutes=1), timeout: timedelta | None = None
    ) -> Iterator[JobStatus]:
        """Yield the status now and then, with the losses written so far, until the job has ended.

        Trouble on the way to the service does not end the watch: the last error is raised only
        after ten looks in a row have failed. A state not known here is watched on.

        Args:
            every: Time between looks.
            timeout: Ends the iteration, not the job; `None` watches to the end.

        Raises:
            AccessDeniedError: The job may not be read.
            ServiceError: The service did not answer for ten looks.
        """
        clock = self._connection.clock
        for found in looks(self._look, every=every, timeout=timeout, clock=clock):
            yield found
            if found.is_terminal:
                return

    def wait(
        self, *, every: timedelta = timedelta(minutes=1), timeout: timedelta | None = None
    ) -> CustomModel:
        """Wait for the job to complete and its model to be active; return the model.

        Ctrl-C leaves the job running; `aws.customization.get(arn)` returns to it.

        Raises:
            JobFailedError: The job failed; the text holds the service's reason.
            JobStoppedError: It was stopped.
            NotFoundError: It completed, and its model has been deleted since.
            WaitTimeoutError: It goes on after `timeout`.
            ServiceError: The job could not be read.
        """
        try:
            for status in self.watch(every=every, timeout=timeout):
                _LOG.debug("%r: %s", self, status)
                if status.is_terminal:
                    return self._result(status)
        except KeyboardInterrupt:
            way_back = f"The job goes on; return to it with `aws.customization.get({self.arn!r})`."
            raise KeyboardInterrupt(way_back) from None
        raise WaitTimeoutError(
            f"The job has not ended within {timeout}.",
            arn=self.arn,
            remedy="It goes on: call `wait` again, in this process or another.",
        )

    def stop(self) -> None:
        """Ask the job to stop; nothing happens when it stops already, or has ended.

        Needs `bedrock:StopModelCustomizationJob`.

        Raises:
            ServiceError: The service refused or failed.
        """
        try:
            with holding(self.arn):
                self._connection.bedrock.call("StopModelCustomizationJob", jobIdentifier=self.arn)
        except (ConflictError, InvalidRequestError):  # which of the two is not documented
            status = self.status()
            if not status.is_terminal and status.state.lower() != "stopping":
                raise

    def training_curves(self) -> TrainingCurves:
        """Read the losses written so far.

        Needs `bedrock:GetModelCustomizationJob`; `s3:ListBucket` and `s3:GetObject` on the output.

        Raises:
            ServiceError: The job or its output could not be read.
        """
        return self._curves(self._describe())

    def _describe(self) -> Answer:
        with holding(self.arn):
            return self._connection.bedrock.call("GetModelCustomizationJob", jobIdentifier=self.arn)

    def _curves(self, answer: Answer) -> TrainingCurves:
        return read_curves(
            Storage(self._connection),
            str(answer["outputDataConfig"]["s3Uri"]),
            self.arn,
            complete=answer.get("endTime") is not None,
        )

    def _look(self) -> JobStatus:
        answer = self._describe()
        status = read_status(answer, self._connection.clock.now())
        try:
            curves = self._curves(answer)
        except ServiceError as error:
            # Who follows a job need not be allowed to read its bucket, or to use the bucket's key.
            _LOG.info("the losses of %r could not be read: %s", self, type(error).__name__)
            return status
        if not curves.training:
            return status
        last = curves.training[-1]
        validation = curves.validation[-1].loss if curves.validation else status.validation_loss
        loss = status.training_loss if status.training_loss is not None else last.loss
        return replace(status, step=last.step, training_loss=loss, validation_loss=validation)

    def _result(self, status: JobStatus) -> CustomModel:
        if status.failure is not None:
            raise JobFailedError(
                f"The job failed: {status.failure}.", arn=self.arn, remedy=status.failure.remedy
            )
        if status.state.lower() == "stopped":
            raise JobStoppedError(
                "The job was stopped.",
                arn=self.arn,
                remedy="Submit the request again with `attempt` raised.",
            )
        if status.model_arn is None:
            raise JobFailedError(
                "The job completed and names no model.",
                arn=self.arn,
                remedy="If the model was deleted, submit the request again with `attempt` raised.",
            )
        try:
            return Models(self._connection).wait(status.model_arn)
        except NotFoundError as error:
            raise NotFoundError(
                "the job completed, and its model has been deleted since.",
                operation="GetCustomModel",
                arn=self.arn,
                remedy="Submit the request again with `attempt` raised.",
            ) from error
