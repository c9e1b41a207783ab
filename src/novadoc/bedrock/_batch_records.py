"""The records of a batch job: written beside their images, or taken over from an earlier job."""

from __future__ import annotations

import hashlib
import json
import tempfile
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Protocol, TypeVar, Union, cast

from novadoc._wire import to_converse
from novadoc.bedrock._concurrent import concurrently
from novadoc.bedrock._connection import Connection
from novadoc.bedrock._names import S3Uri
from novadoc.bedrock._records import locations
from novadoc.bedrock._storage import Storage
from novadoc.bedrock._upload import Target
from novadoc.documents import Document
from novadoc.errors import ConfigurationError, DatasetError
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


def identified(
    documents: Iterable[Union[Document, Identified]],
) -> Iterator[tuple[str, Document]]:
    """Yield each document with its id; documents of one name are told apart by a number.

    Raises:
        ConfigurationError: An id comes twice.
    """
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


def send_records(
    documents: Iterable[tuple[str, Document]], prompt: ExtractionPrompt[T], target: Target
) -> str:
    """Store the pages and the records that ask about them; return the records' SHA-256.

    Raises:
        DocumentError: A document cannot be read.
        ServiceError: S3 refused or failed.
    """
    there, lock = dict(target.sizes(target.root)), threading.Lock()

    def source(image: Image) -> dict[str, object]:
        where = target.root.child(f"{image.digest}.{image.format}")
        with lock:
            # The same page often comes many times, and at once.
            new = image.data is not None and there.get(where.key) != len(image.data)
            there[where.key] = len(image.data or b"")
        if new and image.data is not None:
            target.put(where, image.data, image.digest, _MIME[image.format])
        return {"s3Location": {"uri": where.uri, "bucketOwner": target.owner}}

    def encode(item: tuple[str, Document]) -> bytes:
        name, document = item
        return _line(
            {"recordId": name, "modelInput": to_converse(prompt.render(document), source=source)}
        )

    return _put(concurrently(encode, documents, workers=8), target)


def send_again(
    connection: Connection, source: S3Uri, wanted: Collection[str], target: Target
) -> str:
    """Store the records of an earlier job that are wanted, and their images, in a folder of theirs.

    Images are copied inside S3: the service wants them in the folder of the records.

    Raises:
        ServiceError: S3 refused or failed.
    """
    there, lock = set(target.sizes(target.root)), threading.Lock()

    def moved(record: dict[str, object]) -> bytes:
        for location in locations(record["modelInput"]):
            name = str(location["uri"]).removeprefix(source.uri)
            where = target.root.child(name)
            with lock:
                new = where.key not in there
                there.add(where.key)
            if new:
                _copy(connection, source.child(name), where, target.owner)
            location["uri"] = where.uri
        return _line(record)

    asked = (
        record for record in read_records(connection, source) if record.get("recordId") in wanted
    )
    return _put(concurrently(moved, asked, workers=8), target)


def read_records(connection: Connection, source: S3Uri) -> Iterator[dict[str, object]]:
    """Yield the records in a job's input folder.

    Raises:
        DatasetError: A line is no record.
        ServiceError: S3 refused or failed.
    """
    storage = Storage(connection)
    for entry in storage.list(source.uri):
        if entry.uri.endswith(".jsonl"):
            for number, line in enumerate(storage.lines(entry.uri), start=1):
                yield _record(line, f"{entry.uri}, line {number}")


def _record(line: bytes, place: str) -> dict[str, object]:
    try:
        found: object = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise DatasetError(f"{place}: not a JSON object.", remedy="See what wrote the job's input.")
    return cast("dict[str, object]", found)


def _put(lines: Iterable[bytes], target: Target) -> str:
    seen = hashlib.sha256()
    with tempfile.TemporaryFile(prefix="novadoc-") as out:
        for line in lines:
            seen.update(line)
            out.write(line)
        where = target.root.child(_RECORDS)
        target.put(where, out, seen.hexdigest(), "application/x-ndjson")
    return seen.hexdigest()


def _line(record: Mapping[str, object]) -> bytes:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _copy(connection: Connection, source: S3Uri, where: S3Uri, owner: str) -> None:
    connection.s3.call(
        "CopyObject",
        Bucket=where.bucket,
        Key=where.key,
        CopySource={"Bucket": source.bucket, "Key": source.key},
        ExpectedBucketOwner=owner,
        ExpectedSourceBucketOwner=owner,
    )
