"""Batch inference with base and teacher models, through the same prompt and schema."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar, Union

from novadoc._wire import to_converse
from novadoc.bedrock import _tags
from novadoc.bedrock._api import Answer
from novadoc.bedrock._batch_job import BatchJob
from novadoc.bedrock._concurrent import concurrently
from novadoc.bedrock._connection import Connection
from novadoc.bedrock._deployment import Deployment
from novadoc.bedrock._geography import invocation_in
from novadoc.bedrock._names import S3Uri, digest, legal_name
from novadoc.bedrock._patience import once_assumable
from novadoc.bedrock._storage import Storage
from novadoc.bedrock._upload import Target
from novadoc.documents import Document
from novadoc.errors import ConfigurationError, ConflictError
from novadoc.models import CATALOGUE
from novadoc.prompts import ExtractionPrompt
from novadoc.prompts._conversation import Image

T = TypeVar("T")

_RECORDS = "records.jsonl"
_MIME = {"jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}


class Identified(Protocol):
    """A document with an id: a `novadoc.datasets.Sample`, for one."""

    @property
    def id(self) -> str:
        """Unique among those submitted together."""
        ...

    @property
    def document(self) -> Document:
        """What is read."""
        ...


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
            uri: Folder for records and results, one for each `name`.
            role: ARN of a role as `roles.plan_batch` plans it.
            name: Job and folder are named after it.
            timeout: 24 to 168 hours, after which what is not done is given up.

        Raises:
            ConfigurationError: The model is a custom one, or unknown; an id comes twice.
            DocumentError: A document cannot be read.
            ServiceError: The service refused or failed; it wants 100 records or more.
        """
        identifier = self._identifier(model)
        root = S3Uri.parse(uri).folder(legal_name(name))
        source, target = root.folder("input"), root.folder("output")
        mark = self._send(documents, prompt, Storage(self._connection).target(source.uri))
        mark = digest([self._connection.project, name, identifier, role, mark])
        owner = self._connection.identity().account
        body = {
            "jobName": legal_name(name, suffix=mark[:8]),
            "roleArn": role,
            "modelId": identifier,
            "modelInvocationType": "Converse",
            "clientRequestToken": mark,
            "timeoutDurationInHours": int(timeout.total_seconds() // 3600),
            "inputDataConfig": {
                "s3InputDataConfig": {
                    "s3Uri": source.uri,
                    "s3InputFormat": "JSONL",
                    "s3BucketOwner": owner,
                }
            },
            "outputDataConfig": {
                "s3OutputDataConfig": {"s3Uri": target.uri, "s3BucketOwner": owner}
            },
            "tags": _tags.lower(
                self._connection.tags({_tags.REQUEST: mark[:32], _tags.PROMPT: prompt.fingerprint})
            ),
        }
        return self._create(body)

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
        bedrock = self._connection.bedrock
        try:
            answer = once_assumable(
                lambda: bedrock.call("CreateModelInvocationJob", **body),
                clock=self._connection.clock,
            )
        except ConflictError:
            # The name holds the request's digest: whoever has it asked for the same.
            for entry in self.list(name_contains=str(body["jobName"])):
                return BatchJob(self._connection, entry.arn)
            raise
        return BatchJob(self._connection, str(answer["jobArn"]))

    def _identifier(self, model: str) -> str:
        if isinstance(model, Deployment) or ":custom-model" in model or ":provisioned" in model:
            # bedrock:batch-inference-supported lists no custom Nova model.
            raise ConfigurationError(
                "Batch inference does not take custom Nova models.",
                remedy="Deploy it on demand, and use `Extractor.extract_many(workers=...)`.",
            )
        if model not in CATALOGUE:
            known = ", ".join(CATALOGUE)
            raise ConfigurationError(f"{model!r} is no base model.", remedy=f"Use one of {known}.")
        return invocation_in(CATALOGUE[model], self._connection.region)

    def _send(
        self,
        documents: Iterable[Union[Document, Identified]],
        prompt: ExtractionPrompt[T],
        target: Target,
    ) -> str:
        there = target.sizes(target.root)

        def encode(item: tuple[str, Document]) -> bytes:
            def source(image: Image) -> dict[str, object]:
                return _stored(image, target, there)

            name, document = item
            body = to_converse(prompt.render(document), source=source)
            record = {"recordId": name, "modelInput": body}
            return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

        seen = hashlib.sha256()
        with tempfile.TemporaryFile(prefix="novadoc-") as out:
            for line in concurrently(encode, _identified(documents), workers=8):
                seen.update(line)
                out.write(line)
            where = target.root.child(_RECORDS)
            target.put(where, out, seen.hexdigest(), "application/x-ndjson")
        return seen.hexdigest()


def _identified(
    documents: Iterable[Union[Document, Identified]],
) -> Iterator[tuple[str, Document]]:
    seen: set[str] = set()
    for item in documents:
        if isinstance(item, Document):
            name, count = item.name, 1
            while name in seen:
                count += 1
                name = f"{item.name} ({count})"
            document = item
        else:
            name, document = item.id, item.document
        if name in seen:
            raise ConfigurationError(f"The id {name!r} comes twice.", remedy="Give unique ids.")
        seen.add(name)
        yield name, document


def _stored(image: Image, target: Target, there: Mapping[str, int]) -> dict[str, object]:
    where = target.root.child(f"{image.digest}.{image.format}")
    if image.data is not None and there.get(where.key) != len(image.data):
        target.put(where, image.data, image.digest, _MIME[image.format])
    return {"s3Location": {"uri": where.uri, "bucketOwner": target.owner}}


def _summary(entry: Answer) -> BatchSummary:
    return BatchSummary(
        arn=str(entry["jobArn"]),
        name=str(entry["jobName"]),
        state=str(entry["status"]),
        model=str(entry["modelId"]),
        submitted=entry["submitTime"],
    )
