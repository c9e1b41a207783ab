"""A batch inference job: followed from any process, its results joined to what was asked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import timedelta
from typing import Any, Generic, TypeVar, Union, cast

from typing_extensions import Self

from novadoc._answer import read_answer
from novadoc._wire import from_converse
from novadoc.bedrock._api import Answer
from novadoc.bedrock._batch_records import read_records
from novadoc.bedrock._connection import Connection, holding
from novadoc.bedrock._item import has_ended
from novadoc.bedrock._names import S3Uri, last_segment
from novadoc.bedrock._patience import looks
from novadoc.bedrock._storage import Storage
from novadoc.errors import (
    ConflictError,
    IncompleteResponseError,
    InvalidRequestError,
    JobFailedError,
    JobStoppedError,
    ModelFaultError,
    NovadocError,
    WaitTimeoutError,
)
from novadoc.prompts import ExtractionPrompt
from novadoc.prompts._conversation import Usage
from novadoc.types import JsonObject

T = TypeVar("T")

_AGAIN = "Submit it again under another `name`: under this one it is the same job."
_USABLE = frozenset({"completed", "partiallycompleted", "expired"})


@dataclass(frozen=True)
class BatchStatus:
    """A batch job at one moment."""

    state: str
    """`Submitted`, `Validating`, `Scheduled`, `InProgress`, `Completed`, `PartiallyCompleted`,
    `Failed`, `Stopping`, `Stopped`, `Expired`, or what AWS may add."""
    message: str = ""
    """What the service says about it."""
    total: int | None = None
    """Records; `None` while not counted."""
    succeeded: int | None = None
    """Of these, answered."""
    failed: int | None = None
    """Of these, failed."""

    @property
    def is_terminal(self) -> bool:
        """Whether nothing will change any more."""
        return has_ended(self.state)

    def __str__(self) -> str:
        counts = "" if self.total is None else f", {self.succeeded} of {self.total} records"
        return f"{self.state}{counts}{', ' + self.message if self.message else ''}"


@dataclass(frozen=True)
class BatchAnswer(Generic[T]):
    """A document that was read."""

    id: str
    """The sample's id, or the document's name."""
    value: T = field(repr=False)
    """As the prompt's schema says."""
    canonical: JsonObject = field(repr=False)
    """The value's JSON form."""
    _: KW_ONLY
    usage: Usage = field(default_factory=Usage)
    """Tokens; batch costs half."""
    expected: JsonObject | None = field(default=None, repr=False)
    """The label, where one was given."""
    repairs: tuple[str, ...] = ()
    """Steps beyond strict JSON that reading took."""


@dataclass(frozen=True)
class BatchFailure:
    """A document that was not read."""

    id: str
    """The sample's id, or the document's name."""
    error: NovadocError
    """Why; see `is_retryable`."""
    _: KW_ONLY
    expected: JsonObject | None = field(default=None, repr=False)
    """The label, where one was given."""

    @property
    def is_retryable(self) -> bool:
        """Whether asking the same again may help: the model failed, or said nothing at all."""
        return isinstance(self.error, (ModelFaultError, IncompleteResponseError))


class BatchJob:
    """A handle on a batch job. It holds an ARN and no state."""

    def __init__(self, connection: Connection, arn: str) -> None:
        self._connection = connection
        self.arn: str = arn
        """The job's ARN."""

    def __repr__(self) -> str:
        return f"BatchJob({last_segment(self.arn)!r})"

    def status(self) -> BatchStatus:
        """Ask how far the job is. Needs `bedrock:GetModelInvocationJob`.

        Raises:
            ServiceError: The job could not be read.
        """
        return _status(self._describe())

    def watch(
        self, *, every: timedelta = timedelta(minutes=1), timeout: timedelta | None = None
    ) -> Iterator[BatchStatus]:
        """Yield the status now and then until the job has ended.

        Trouble on the way to the service does not end the watch: the last error is raised only
        after ten looks in a row have failed.

        Args:
            every: Time between looks.
            timeout: Ends the iteration, not the job; `None` watches to the end.

        Raises:
            ServiceError: The job may not be read, or the service did not answer for ten looks.
        """
        for found in looks(self.status, every=every, timeout=timeout, clock=self._connection.clock):
            yield found
            if found.is_terminal:
                return

    def wait(
        self, *, every: timedelta = timedelta(minutes=1), timeout: timedelta | None = None
    ) -> Self:
        """Wait until there are results, all or some; return itself.

        Raises:
            JobFailedError: There are none.
            JobStoppedError: It was stopped.
            WaitTimeoutError: It goes on after `timeout`.
        """
        for status in self.watch(every=every, timeout=timeout):
            if status.state.lower() in _USABLE:
                return self
            if status.state.lower() == "stopped":
                raise JobStoppedError("The batch job was stopped.", arn=self.arn, remedy=_AGAIN)
            if status.is_terminal:
                reason = status.message or "the service gave no reason."
                raise JobFailedError(f"The batch job failed: {reason}", arn=self.arn, remedy=_AGAIN)
        raise WaitTimeoutError(
            f"The batch job has not ended within {timeout}.",
            arn=self.arn,
            remedy="It goes on: call `wait` again, in this process or another.",
        )

    def stop(self) -> None:
        """Ask the job to stop; nothing happens when it stops already, or has ended.

        Needs `bedrock:StopModelInvocationJob`.
        """
        try:
            with holding(self.arn):
                self._connection.bedrock.call("StopModelInvocationJob", jobIdentifier=self.arn)
        except (ConflictError, InvalidRequestError):  # which of the two is not documented
            status = self.status()
            if not status.is_terminal and status.state.lower() != "stopping":
                raise

    def results(
        self,
        prompt: ExtractionPrompt[T],
        *,
        strict: bool = True,
        expected: Mapping[str, JsonObject] | None = None,
    ) -> Iterator[Union[BatchAnswer[T], BatchFailure]]:
        """Yield one outcome a record, in the service's order, which is not that of the documents.

        A record without any output, or with one that is cut off, is a failure too, and comes last:
        nothing is lost silently.

        Needs `s3:ListBucket` and `s3:GetObject`.

        Args:
            prompt: What was asked.
            strict: Whether a value that does not fit the schema makes the record a failure.
            expected: Labels by id, carried into the outcomes.

        Raises:
            ConflictError: The job goes on: what has no output yet has not failed.
            ServiceError: The job or its output could not be read.
        """
        found, labels = self._describe(), expected or {}
        if not _status(found).is_terminal:
            raise ConflictError(
                "the batch job goes on, and has no results yet.",
                operation="GetModelInvocationJob",
                arn=self.arn,
                remedy="Call `wait` first.",
            )
        seen: set[str] = set()
        for record in self._records(found):
            name = str(record.get("recordId"))
            seen.add(name)
            yield _outcome(name, record, prompt, strict=strict, expected=labels.get(name))
        for name in self._asked(found):
            if name not in seen:
                error = IncompleteResponseError("no output for it.", operation="Converse")
                yield BatchFailure(name, error, expected=labels.get(name))

    def _describe(self) -> Answer:
        with holding(self.arn):
            return self._connection.bedrock.call("GetModelInvocationJob", jobIdentifier=self.arn)

    def _records(self, found: Answer) -> Iterator[Mapping[str, Any]]:
        # The folder below the output URI is not documented; the ending of the files is.
        storage, job = Storage(self._connection), last_segment(self.arn)
        folder = S3Uri.locate(
            str(found["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"])
        ).folder()
        outputs = [entry.uri for entry in storage.list(folder.uri) if _is_output(entry.uri)]
        own = [uri for uri in outputs if f"/{job}/" in uri] or outputs
        for uri in own:
            for line in storage.lines(uri):
                record = _record(line)
                if record is not None:
                    yield record

    def _asked(self, found: Answer) -> Iterator[str]:
        source = S3Uri.locate(str(found["inputDataConfig"]["s3InputDataConfig"]["s3Uri"]))
        for record in read_records(self._connection, source):
            if "recordId" in record:  # left out, the service makes one up, and nothing is missed
                yield str(record["recordId"])


def _status(found: Answer) -> BatchStatus:
    return BatchStatus(
        state=str(found["status"]),
        message=str(found.get("message") or ""),
        total=found.get("totalRecordCount"),
        succeeded=found.get("successRecordCount"),
        failed=found.get("errorRecordCount"),
    )


def _record(line: bytes) -> Mapping[str, Any] | None:
    try:
        found: object = json.loads(line)
    except ValueError:
        return None  # blank or cut off
    return cast("Mapping[str, Any]", found) if isinstance(found, dict) else None


def _is_output(uri: str) -> bool:
    return uri.endswith(".jsonl.out")


def _outcome(
    name: str,
    record: Mapping[str, Any],
    prompt: ExtractionPrompt[T],
    *,
    strict: bool,
    expected: JsonObject | None,
) -> Union[BatchAnswer[T], BatchFailure]:
    try:
        reply = from_converse(_output(record))
        answer = read_answer(reply, prompt, strict=strict)
    except NovadocError as error:
        return BatchFailure(name, error, expected=expected)
    return BatchAnswer(
        name,
        answer.value,
        answer.canonical,
        usage=reply.usage,
        expected=expected,
        repairs=answer.repairs,
    )


def _output(record: Mapping[str, Any]) -> Mapping[str, object]:
    error: Mapping[str, Any] | None = record.get("error")
    if error is not None:
        # The text may quote the request; the code says what can be done.
        raise ModelFaultError(
            "the record failed.", operation="Converse", code=str(error.get("errorCode", ""))
        )
    return cast("Mapping[str, object]", record.get("modelOutput") or {})
