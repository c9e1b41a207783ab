"""Records on disk turned into records in S3: relative image URIs become `s3://` ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from novadoc.bedrock._names import S3Uri
from novadoc.errors import DatasetError

_MEDIA = ("image", "video", "document")


def rewrite(
    source: Path, target: BinaryIO, *, root: S3Uri, owner: str, sha256: str
) -> tuple[set[str], int]:
    """Stream `source` to `target` in its S3 form; return its media's relative paths.

    Also returns how often media are named: one page may be in many records, and is read in each.

    Args:
        source: JSONL on disk.
        target: Receives the S3 form.
        root: The folder in S3 that stands for the manifest's folder.
        owner: 12-digit account that owns the bucket.
        sha256: What the manifest says of the file's bytes.

    Raises:
        DatasetError: A line is not JSON, or the file is not there, or not the one that the manifest
            describes.
    """
    if not source.is_file():
        raise DatasetError(
            f"`{source.name}` is in the manifest, and is not there.",
            remedy="Write the data set again, or restore the file.",
        )
    media, named = set[str](), 0
    seen = hashlib.sha256()
    with source.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            seen.update(line)
            record = _parse(line, source, number)
            for location in locations(record):
                named += 1
                uri = str(location["uri"])
                if "://" not in uri:
                    media.add(uri)
                    location["uri"] = root.child(uri).uri
                location["bucketOwner"] = owner
            text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
            target.write(text.encode() + b"\n")
    if sha256 and seen.hexdigest() != sha256:
        raise DatasetError(
            f"`{source.name}` was changed after its manifest was written.",
            remedy="Write the data set again, or restore the file.",
        )
    return media, named


def _parse(line: bytes, source: Path, number: int) -> object:
    try:
        record: object = json.loads(line)
    except ValueError as error:
        raise DatasetError(
            f"`{source.name}`, line {number}: not a JSON object.",
            remedy="Run `novadoc.datasets.check` on the manifest.",
        ) from error
    return record


def locations(record: object) -> Iterator[dict[str, object]]:
    """Yield the S3 locations of a record's media, to be read or changed in place."""
    # Only what has the service's own shape is touched; the checks report the rest.
    for message in _entries(record, "messages"):
        for block in _entries(message, "content"):
            for kind in _MEDIA:
                location = block.get(kind, {}).get("source", {}).get("s3Location")
                if location:
                    yield location


def _entries(holder: object, name: str) -> list[dict[str, Any]]:
    found = cast("dict[str, object]", holder).get(name) if isinstance(holder, dict) else None
    entries = cast("list[object]", found) if isinstance(found, list) else []
    return [cast("dict[str, Any]", entry) for entry in entries if isinstance(entry, dict)]
