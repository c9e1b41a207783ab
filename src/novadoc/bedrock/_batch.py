"""Batch inference with base and teacher models, through the same prompt and schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar, Union

from novadoc.bedrock import _tags
from novadoc.bedrock._api import Answer
from novadoc.bedrock._batch_job import BatchFailure, BatchJob
from novadoc.bedrock._batch_records import Identified, identified, send_again, send_records
from novadoc.bedrock._connection import Connection
from novadoc.bedrock._errors import is_name_taken
from novadoc.bedrock._geography import invocation_in
from novadoc.bedrock._names import S3Uri, digest, legal_name
from novadoc.bedrock._patience import once_assumable
from novadoc.bedrock._storage import Storage
from novadoc.documents import Document
from novadoc.errors import ConfigurationError, ConflictError, InvalidRequestError
from novadoc.models import CATALOGUE
from novadoc.prompts import ExtractionPrompt
from novadoc.types import JsonValue

T = TypeVar("T")


@dataclass(frozen=True)
class BatchSummary:
    """A line of the list of batch jobs."""

    arn: str
    name: str
    state: str
    model: str
    submitted: datetime


class Batch:
    """Batch jobs: half the price, within a day, for base models only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def submit(
        self,
        documents: Iterable[Union[Document, Identified]],
        *,
        prompt: ExtractionPrompt[T],
        model: str,
        uri: str,
        role: str,
        name: str = "batch",
        timeout: timedelta = timedelta(hours=24),
    ) -> BatchJob:
        """Upload documents and ask a model about all of them; the same again is the same job.

        Pages are prepared by the prompt's image policy and stored beside the records, in one
        folder, as the service wants it.

        Needs `bedrock:CreateModelInvocationJob`, `bedrock:TagResource`, `iam:PassRole`,
        `s3:ListBucket` and `s3:PutObject`.

        Args:
            documents: Documents, or anything with `id` and `document`; documents of one name are
                told apart by a number.
            prompt: What is asked.
            model: Key of a base model.
            uri: Folder for records and results, which get one of their own in it.
            role: ARN of a role as `roles.plan_batch` plans it.
            name: Job and folder are named after it.
            timeout: 24 to 168 hours, after which what is not done is given up.

        Raises:
            ConfigurationError: The model is a custom one, or unknown; an id comes twice.
            DocumentError: A document cannot be read.
            ServiceError: The service refused or failed; it wants 100 records or more.
        """
        identifier = self._identifier(model)
        items = tuple(identified(documents))
        asked: list[JsonValue] = [[key, one.digest, list(one.pages)] for key, one in items]
        # A folder for each question: the service reads all that lies in one, and what a job
        # still reads must not be written over.
        mark = digest([prompt.fingerprint, identifier, asked])[:16]
        root = S3Uri.parse(uri).folder(legal_name(name), mark)
        target = Storage(self._connection).target(root.folder("input").uri)
        records = send_records(items, prompt, target)
        token = digest([self._connection.project, name, identifier, role, records])
        tags = {_tags.REQUEST: token[:32], _tags.DATASET: mark, _tags.PROMPT: prompt.fingerprint}
        return self._create(
            {
                "jobName": legal_name(name, suffix=token[:8]),
                "roleArn": role,
                "modelId": identifier,
                "clientRequestToken": token,
                "timeoutDurationInHours": int(timeout.total_seconds() // 3600),
                "tags": _tags.lower(self._connection.tags(tags)),
                **self._places(root),
            }
        )

    def retry(
        self,
        job: BatchJob,
        failures: Iterable[BatchFailure],
        *,
        fewest: int = 100,
        timeout: timedelta = timedelta(hours=24),
    ) -> BatchJob:
        """Ask again what failed, as a job over the same records; the same again is the same job.

        The records and images of the first job are taken from S3, so no document is needed. Only
        failures that are worth it are asked again; their ids stay as they are. Model, role and
        prompt are those of the first job.

        Needs `bedrock:GetModelInvocationJob`, `bedrock:ListTagsForResource`,
        `bedrock:CreateModelInvocationJob`, `bedrock:TagResource`, `iam:PassRole`, `s3:ListBucket`,
        `s3:GetObject` and `s3:PutObject`.

        Args:
            job: The job they failed in, as `submit` or `retry` made it.
            failures: Of its results.
            fewest: The account's quota for records in a job, under which nothing is sent.
            timeout: 24 to 168 hours, after which what is not done is given up.

        Raises:
            ConfigurationError: Too few are worth asking again.
            ServiceError: The service refused or failed.
        """
        wanted = {failure.id for failure in failures if failure.is_retryable}
        if not wanted or len(wanted) < fewest:
            raise ConfigurationError(
                f"{len(wanted)} failures are worth asking again; a batch job takes {fewest} "
                "records or more.",
                remedy="Read these documents with `Extractor.extract_many`.",
            )
        first = self._connection.bedrock.call("GetModelInvocationJob", jobIdentifier=job.arn)
        source = S3Uri.locate(str(first["inputDataConfig"]["s3InputDataConfig"]["s3Uri"])).folder()
        mark = digest([job.arn, list[JsonValue](sorted(wanted))])
        root = S3Uri(source.bucket, source.key.removesuffix("input/")).folder("again", mark[:16])
        target = Storage(self._connection).target(root.folder("input").uri)
        send_again(self._connection, source, wanted, target)
        # Not all of its tags: some are AWS's own, and may not be written.
        asked = self._connection.tags_of(job.arn).get(_tags.PROMPT)
        tags = {_tags.REQUEST: mark[:32], _tags.DATASET: mark[:16], _tags.PROMPT: asked}
        return self._create(
            {
                "jobName": legal_name(str(first["jobName"]), suffix=mark[:8]),
                "roleArn": first["roleArn"],
                "modelId": first["modelId"],
                "clientRequestToken": mark,
                "timeoutDurationInHours": int(timeout.total_seconds() // 3600),
                "tags": _tags.lower(self._connection.tags(tags)),
                **self._places(root),
            }
        )

    def get(self, arn: str) -> BatchJob:
        """Return the handle of a batch job. Needs `bedrock:GetModelInvocationJob`.

        Raises:
            NotFoundError: There is no such job.
        """
        found = self._connection.bedrock.call("GetModelInvocationJob", jobIdentifier=arn)
        return BatchJob(self._connection, str(found["jobArn"]))

    def list(
        self, *, state: str | None = None, name_contains: str | None = None
    ) -> Iterator[BatchSummary]:
        """Yield the account's batch jobs, newest first. Needs `bedrock:ListModelInvocationJobs`."""
        pages = self._connection.bedrock.pages(
            "ListModelInvocationJobs",
            "invocationJobSummaries",
            statusEquals=state,
            nameContains=name_contains,
            sortBy="CreationTime",
            sortOrder="Descending",
        )
        for entry in pages:
            yield _summary(entry)

    def _create(self, body: Mapping[str, object]) -> BatchJob:
        bedrock, name = self._connection.bedrock, str(body["jobName"])
        try:
            answer = once_assumable(
                lambda: bedrock.call("CreateModelInvocationJob", **body),
                clock=self._connection.clock,
            )
        except (ConflictError, InvalidRequestError) as error:
            # The name holds the request's digest: whoever has it asked for the same.
            same = self.list(name_contains=name) if is_name_taken(error) else iter(())
            arn = next((entry.arn for entry in same if entry.name == name), None)
            if arn is None:
                raise
            return BatchJob(self._connection, arn)
        return BatchJob(self._connection, str(answer["jobArn"]))

    def _places(self, root: S3Uri) -> dict[str, object]:
        owner = self._connection.identity().account
        source, output = root.folder("input").uri, root.folder("output").uri
        given = {"s3Uri": source, "s3InputFormat": "JSONL", "s3BucketOwner": owner}
        return {
            "modelInvocationType": "Converse",
            "inputDataConfig": {"s3InputDataConfig": given},
            "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": output, "s3BucketOwner": owner}},
        }

    def _identifier(self, model: str) -> str:
        # A value or handle of a custom model too, whatever the annotation says.
        given = str(getattr(model, "arn", model))
        if ":custom-model" in given or ":provisioned" in given:
            # bedrock:batch-inference-supported lists no custom Nova model.
            raise ConfigurationError(
                "Batch inference does not take custom Nova models.",
                remedy="Deploy it on demand, and use `Extractor.extract_many(workers=...)`.",
            )
        if model not in CATALOGUE:
            known = ", ".join(CATALOGUE)
            raise ConfigurationError(f"{model!r} is no base model.", remedy=f"Use one of {known}.")
        return invocation_in(CATALOGUE[model], self._connection.region)


def _summary(entry: Answer) -> BatchSummary:
    return BatchSummary(
        arn=str(entry["jobArn"]),
        name=str(entry["jobName"]),
        state=str(entry["status"]),
        model=str(entry["modelId"]),
        submitted=entry["submitTime"],
    )
