"""Objects that jobs of ours read and wrote, in buckets that are not ours to delete.

Objects carry no tags of ours; the jobs do. What a tagged job names is known to be ours by its
place: its own output folder, and the folder of a data set that `upload` named by its hash.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from novadoc.bedrock import _tags
from novadoc.bedrock._api import Answer
from novadoc.bedrock._connection import Connection
from novadoc.bedrock._item import Item
from novadoc.bedrock._names import S3Uri, last_segment
from novadoc.bedrock._storage import Storage
from novadoc.types import Tags

_DATA_SET = re.compile(r"(s3://.+/)datasets/([0-9a-f]{16})/")
_LIST = ("ListModelCustomizationJobs", "modelCustomizationJobSummaries")


def outputs(connection: Connection) -> Iterator[Item]:
    """Yield the output folders of ended jobs of ours that hold anything."""
    for job, tags in _ended(connection):
        arn = str(job["jobArn"])
        output = S3Uri.locate(str(job["outputDataConfig"]["s3Uri"]))
        folder = output.folder(f"model-customization-job-{last_segment(arn)}").uri
        if _holds_anything(connection, folder):
            yield Item("output", arn, folder, "", None, tags)


def data_sets(connection: Connection) -> Iterator[Item]:
    """Yield the data sets that jobs of ours learned from, each once."""
    seen: set[str] = set()
    for job, tags in _ended(connection):
        found = _DATA_SET.match(str(job["trainingDataConfig"].get("s3Uri")))
        # Uploaded by us, and not merely of the same shape: the job's own tag names the hash.
        if found is None or not tags.get(_tags.DATASET, "").startswith(found.group(2)):
            continue
        folder = found.group(0)
        if folder not in seen and _holds_anything(connection, folder):
            seen.add(folder)
            yield Item("data", str(job["jobArn"]), folder, "", None, tags)


def delete_data_set(storage: Storage, folder: str) -> None:
    """Delete a data set's records, and those of its images that no other data set names.

    Raises:
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
    for entry in connection.bedrock.pages(*_LIST):
        arn = str(entry["jobArn"])
        running = Item("job", arn, "", str(entry["status"]), None, {}).is_running
        tags = {} if running else connection.tags_of(arn)
        if connection.owns(tags):
            yield connection.bedrock.call("GetModelCustomizationJob", jobIdentifier=arn), tags


def _holds_anything(connection: Connection, folder: str) -> bool:
    where = S3Uri.locate(folder)
    found = connection.s3.find(
        "ListObjectsV2",
        Bucket=where.bucket,
        Prefix=where.key,
        MaxKeys=1,
        ExpectedBucketOwner=connection.identity().account,
    )
    return bool(found and found.get("Contents"))


def _images(storage: Storage, uri: str) -> Iterator[str]:
    for line in storage.lines(uri):
        for message in json.loads(line)["messages"]:
            for block in message["content"]:
                if "image" in block:
                    yield block["image"]["source"]["s3Location"]["uri"]
