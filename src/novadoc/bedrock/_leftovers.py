"""Objects that jobs of ours read and wrote, in buckets that are not ours to delete.

Objects carry no tags of ours; the jobs do. What a tagged job names is known to be ours by its
place: its own output folder, and the folder of a data set that `upload` named by its hash.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from novadoc.bedrock import _tags
from novadoc.bedrock._api import Answer
from novadoc.bedrock._connection import Connection
from novadoc.bedrock._item import Item, has_ended
from novadoc.bedrock._names import S3Uri, last_segment
from novadoc.bedrock._records import locations
from novadoc.bedrock._storage import Storage
from novadoc.errors import AccessDeniedError, DatasetError, NotFoundError
from novadoc.types import Tags

_NONE: Tags = {}
_DATA_SET = re.compile(r"(s3://.+/)datasets/([0-9a-f]{16})/")
JOBS = ("ListModelCustomizationJobs", "modelCustomizationJobSummaries")
"""The operation that lists customization jobs, and where its answer has them."""
BATCH_JOBS = ("ListModelInvocationJobs", "invocationJobSummaries")
"""The same of batch jobs."""


def outputs(connection: Connection) -> Iterator[Item]:
    """Yield the folders that ended jobs of ours wrote, and batch jobs read, if they hold anything.

    A folder that may not be looked into is yielded too, and said to be unreadable.
    """
    for job, tags in _ended(connection):
        arn = str(job["jobArn"])
        output = S3Uri.locate(str(job["outputDataConfig"]["s3Uri"]))
        folder = output.folder(f"model-customization-job-{last_segment(arn)}").uri
        yield from _found(connection, Item("output", arn, folder, "", None, tags))
    for entry in connection.bedrock.pages(*BATCH_JOBS):
        arn = str(entry["jobArn"])
        tags = tagged(connection, arn) if has_ended(str(entry["status"])) else _NONE
        source = str(entry["inputDataConfig"]["s3InputDataConfig"]["s3Uri"])
        folder = source.removesuffix("input/")
        # Written by `batch.submit`, and not merely of the same shape: the job's tag names it.
        ours = tags and folder.endswith(f"/{tags.get(_tags.DATASET, '')}/")
        if ours:
            yield from _found(connection, Item("output", arn, folder, "", None, tags))


def data_sets(connection: Connection) -> Iterator[Item]:
    """Yield the data sets that jobs of ours learned from, each once."""
    seen: set[str] = set()
    for job, tags in _ended(connection):
        found = _DATA_SET.match(str(job["trainingDataConfig"].get("s3Uri")))
        # Uploaded by us, and not merely of the same shape: the job's own tag names the hash.
        if found is None or not tags.get(_tags.DATASET, "").startswith(found.group(2)):
            continue
        folder = found.group(0)
        if folder not in seen:
            seen.add(folder)
            yield from _found(connection, Item("data", str(job["jobArn"]), folder, "", None, tags))


def delete_data_set(storage: Storage, folder: str) -> None:
    """Delete a data set's records, and those of its images that no other data set names.

    Raises:
        DatasetError: A data set beside it cannot be read, so which images it needs is not known.
        ServiceError: S3 refused or failed.
    """
    root = folder.rpartition("datasets/")[0]
    own, others = set[str](), set[str]()
    for found in storage.list(f"{root}datasets/"):
        if found.uri.endswith(".jsonl"):
            part = own if found.uri.startswith(folder) else others
            part.update(_images(storage, found.uri))
    storage.delete_objects(sorted(uri for uri in own - others if uri.startswith(root)))
    storage.delete(folder)


def _ended(connection: Connection) -> Iterator[tuple[Answer, Tags]]:
    for entry in connection.bedrock.pages(*JOBS):
        arn = str(entry["jobArn"])
        tags = tagged(connection, arn) if has_ended(str(entry["status"])) else _NONE
        if tags:
            yield connection.bedrock.call("GetModelCustomizationJob", jobIdentifier=arn), tags


def tagged(connection: Connection, arn: str) -> Tags:
    """Return the tags of something of ours; none when it is not, or is gone meanwhile."""
    try:
        tags = connection.tags_of(arn)
    except NotFoundError:
        return _NONE
    return tags if connection.owns(tags) else _NONE


def _found(connection: Connection, item: Item) -> Iterator[Item]:
    where = S3Uri.locate(item.name)
    try:
        found = connection.s3.find(
            "ListObjectsV2",
            Bucket=where.bucket,
            Prefix=where.key,
            MaxKeys=1,
            ExpectedBucketOwner=connection.identity().account,
        )
    except AccessDeniedError:
        yield replace(item, state="unreadable")
        return
    if found and found.get("Contents"):
        yield item


def _images(storage: Storage, uri: str) -> Iterator[str]:
    for line in storage.lines(uri):
        try:
            record: object = json.loads(line)
        except ValueError as error:
            raise DatasetError(
                f"{uri} holds a line that is no JSON, so which images it names is not known.",
                remedy="Mend or delete it, or delete the folders yourself with `storage.delete`.",
            ) from error
        for location in locations(record):
            yield str(location["uri"])
