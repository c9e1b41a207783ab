"""A data set that is in S3 already, found again by the manifest that lies beside its records."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from novadoc.bedrock._connection import Connection
from novadoc.bedrock._errors import service_errors
from novadoc.bedrock._manifest import UploadedDataset
from novadoc.bedrock._names import S3Uri
from novadoc.bedrock._upload import IMAGES, MANIFEST
from novadoc.errors import ConfigurationError, DatasetError, NotFoundError
from novadoc.types import JsonObject

# As `upload` names it: the folder of all data sets, and of this one by the beginning of its hash.
_FOLDER = re.compile(r"(s3://.+?/(?:.+/)?)datasets/([0-9a-f]{16})(?:/.*)?")


@dataclass(frozen=True)
class _StoredFile:
    name: str
    records: int
    sha256: str


@dataclass(frozen=True)
class _StoredManifest:
    """What the manifest in S3 says; its files are there and not on disk."""

    base_model: str
    dataset_hash: str
    prompt_fingerprint: str
    image_fingerprint: str
    schema: JsonObject = field(repr=False)
    files: Mapping[str, _StoredFile]
    folder: Path = Path()


def refer(connection: Connection, uri: str, *, owner: str) -> UploadedDataset:
    """Return a data set that `upload` has stored; see `Storage.refer`.

    Raises:
        ConfigurationError: `uri` does not lead to one data set.
        DatasetError: Its manifest cannot be read.
        NotFoundError: There is none, or its records are gone.
        ServiceError: S3 refused or failed.
    """
    root, folder = _place(connection, uri, owner)
    manifest, images = _manifest(connection, folder.child(MANIFEST), owner)
    if not manifest.dataset_hash.startswith(folder.key.rstrip("/").rpartition("/")[2]):
        raise DatasetError(
            f"The manifest under {folder.uri} is of another data set.",
            remedy="Upload the data set again.",
        )
    uris = {part: folder.child(f"{part}.jsonl") for part in ("train", "validation")}
    for part, where in uris.items():
        if part in manifest.files:
            connection.s3.call(
                "HeadObject", Bucket=where.bucket, Key=where.key, ExpectedBucketOwner=owner
            )
    return UploadedDataset(
        train_uri=uris["train"].uri,
        output_uri=root.folder("output").uri,
        validation_uri=uris["validation"].uri if "validation" in manifest.files else None,
        manifest=manifest,
        root_uri=root.uri,
        bucket_owner=owner,
        images=images,
    )


def _place(connection: Connection, uri: str, owner: str) -> tuple[S3Uri, S3Uri]:
    found = _FOLDER.fullmatch(uri)
    if found is not None:
        root = S3Uri.parse(found.group(1)).folder()
        return root, root.folder("datasets", found.group(2))
    root = S3Uri.parse(uri).folder()
    sets = root.folder("datasets")
    prefixes = connection.s3.pages(
        "ListObjectsV2",
        "CommonPrefixes",
        Bucket=sets.bucket,
        Prefix=sets.key,
        Delimiter="/",
        ExpectedBucketOwner=owner,
    )
    keys = [str(entry["Prefix"]) for entry in prefixes]
    if not keys:
        raise NotFoundError(
            f"no data set was uploaded to {root.uri}.",
            operation="ListObjectsV2",
            remedy="Give the folder that `upload` was given, or make an `UploadedDataset`.",
        )
    if len(keys) > 1:
        names = ", ".join(S3Uri(sets.bucket, key).uri for key in keys)
        raise ConfigurationError(
            f"{len(keys)} data sets were uploaded to {root.uri}.", remedy=f"Name one of: {names}."
        )
    return root, S3Uri(sets.bucket, keys[0])


def _manifest(
    connection: Connection, where: S3Uri, owner: str
) -> tuple[_StoredManifest, int | None]:
    answer = connection.s3.call(
        "GetObject", Bucket=where.bucket, Key=where.key, ExpectedBucketOwner=owner
    )
    count = str(answer.get("Metadata", {}).get(IMAGES, ""))
    with service_errors("GetObject"):
        body: bytes = answer["Body"].read()
    try:
        data = cast("dict[str, Any]", json.loads(body))
        files = {
            str(part): _StoredFile(str(one["name"]), int(one["records"]), str(one["sha256"]))
            for part, one in data["files"].items()
        }
        manifest = _StoredManifest(
            base_model=str(data["base_model"]),
            dataset_hash=str(data["dataset_hash"]),
            prompt_fingerprint=str(data["prompt_fingerprint"]),
            image_fingerprint=str(data["image_fingerprint"]),
            schema=data["schema"],
            files=files,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DatasetError(
            f"{where.uri} is no manifest of a data set.", remedy="Upload the data set again."
        ) from error
    if "train" not in files:
        raise DatasetError(
            f"The data set of {where.uri} has no training part.",
            remedy="Write and upload one that has samples to train on.",
        )
    return manifest, int(count) if count.isdigit() else None
