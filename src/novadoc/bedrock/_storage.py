"""Buckets and objects: made private, written once, read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from novadoc._output import make_folder, write_atomic
from novadoc.bedrock._buckets import create_bucket, delete_bucket, is_ours
from novadoc.bedrock._concurrent import concurrently
from novadoc.bedrock._connection import Connection
from novadoc.bedrock._errors import raise_told, service_errors
from novadoc.bedrock._manifest import Manifest, UploadedDataset
from novadoc.bedrock._names import S3Uri, inside
from novadoc.bedrock._stored import refer
from novadoc.bedrock._upload import Target, upload_dataset
from novadoc.documents import Document
from novadoc.errors import ConfigurationError, NotFoundError

if TYPE_CHECKING:
    from botocore.response import StreamingBody


@dataclass(frozen=True)
class StoredObject:
    """An object in S3."""

    uri: str
    size: int
    """Bytes."""


class Storage:
    """S3, for data sets and what jobs write. Every call names the bucket's expected owner."""

    def __init__(self, connection: Connection, *, bucket_owner: str | None = None) -> None:
        self._connection = connection
        self._owner = bucket_owner

    def owned_by(self, account: str) -> Storage:
        """Return storage that expects its buckets to belong to another account.

        Args:
            account: 12 digits.
        """
        return Storage(self._connection, bucket_owner=account)

    def upload(
        self,
        manifest: Manifest,
        uri: str,
        *,
        kms_key: str | None = None,
        workers: int = 16,
        progress: bool | None = None,
    ) -> UploadedDataset:
        """Send a data set to S3: its images, records and manifest.

        Images are stored under their digest, so what is there is skipped, an interrupted upload
        goes on where it was, and data sets under one `uri` share them. S3 verifies each object's
        SHA-256. The records are streamed with `s3://` image URIs and the bucket's owner filled in.

        Needs `s3:ListBucket`, `s3:GetObject` and `s3:PutObject` (and `kms:GenerateDataKey` with
        `kms_key`).

        Args:
            manifest: What `novadoc.datasets.write_sft` returned, or anything of that shape.
            uri: The folder, as `s3://my-bucket/invoices/`.
            kms_key: Encrypts with this key; the bucket's default otherwise.
            workers: Concurrent uploads.
            progress: `None` shows a bar on a terminal.

        Raises:
            DatasetError: A file is missing or was changed after the manifest was written.
            ConfigurationError: `uri` is not an S3 URI that Bedrock accepts.
            ServiceError: S3 refused or failed.
        """
        target = self.target(uri, kms_key=kms_key)
        return upload_dataset(manifest, target, workers=workers, progress=progress)

    def refer(self, uri: str) -> UploadedDataset:
        """Return a data set that `upload` has stored before; nothing is sent.

        It carries all that the upload's result did: records, images, and the fingerprints of
        prompt, schema and image policy, so that a job on it is the same job. For data that novadoc
        did not upload, make an `UploadedDataset`.

        Needs `s3:GetObject` and `s3:ListBucket`.

        Args:
            uri: The folder given to `upload`, when one data set lies there; otherwise the data
                set's own folder, or any object in it, as `UploadedDataset.train_uri`.

        Raises:
            ConfigurationError: Several data sets lie there; the text lists them.
            DatasetError: The manifest there cannot be read, or is of another data set.
            NotFoundError: No data set lies there, or its records are gone.
            ServiceError: S3 refused or failed.
        """
        return refer(self._connection, uri, owner=self._expected())

    def read(self, uri: str) -> bytes:
        """Return an object's bytes. Needs `s3:GetObject`.

        Raises:
            NotFoundError: There is no such object.
            ServiceError: It could not be read.
        """
        stream = self._stream(uri)
        with service_errors("GetObject"):
            body: bytes = stream.read()
        return body

    def lines(self, uri: str) -> Iterator[bytes]:
        """Yield an object's lines without their ends, in flat memory. Needs `s3:GetObject`.

        Raises:
            ServiceError: It could not be read, or not to its end.
        """
        stream = self._stream(uri)
        with service_errors("GetObject"):
            yield from stream.iter_lines(chunk_size=1 << 16)

    def target(self, uri: str, *, kms_key: str | None = None) -> Target:
        """Return a folder to write many objects to."""
        return Target(self._connection.s3, S3Uri.parse(uri).folder(), self._expected(), kms_key)

    def open(self, uri: str, *, pages: slice | None = None) -> Document:
        """Download a document and open it. Needs `s3:GetObject`.

        Args:
            uri: The object, whatever its key.
            pages: From 0; all when `None`.

        Raises:
            NotFoundError: There is no such object.
            ServiceError: It could not be read.
            DocumentError: The bytes are not a document.
        """
        return Document.open(self.read(uri), pages=pages, name=uri.rpartition("/")[2])

    def list(self, uri: str) -> Iterator[StoredObject]:
        """Yield the objects below a prefix, in the order of their keys. Needs `s3:ListBucket`.

        Raises:
            ServiceError: The bucket cannot be listed.
        """
        where = S3Uri.locate(uri)
        entries = self._connection.s3.pages(
            "ListObjectsV2",
            "Contents",
            Bucket=where.bucket,
            Prefix=where.key,
            ExpectedBucketOwner=self._expected(),
        )
        for entry in entries:
            yield StoredObject(f"s3://{where.bucket}/{entry['Key']}", int(entry["Size"]))

    def download(self, uri: str, folder: str | Path, *, workers: int = 16) -> tuple[Path, ...]:
        """Copy every object below a prefix into a folder; return the files in order.

        The empty objects that consoles make for folders are left out.

        Needs `s3:ListBucket` and `s3:GetObject`.

        Raises:
            ConfigurationError: A key would lead out of the folder; nothing is written for it.
            NotFoundError: Nothing is there.
            ServiceError: An object could not be read.
        """
        root = S3Uri.locate(uri)
        cut = len(root.key) if root.key.endswith("/") or not root.key else root.key.rfind("/") + 1

        def fetch(found: StoredObject) -> Path:
            path = inside(Path(folder), S3Uri.locate(found.uri).key[cut:])
            make_folder(path.parent)
            return write_atomic(path, self.read(found.uri), durable=False)

        objects = (found for found in self.list(uri) if not found.uri.endswith("/"))
        files = tuple(sorted(concurrently(fetch, objects, workers=workers)))
        if not files:
            raise NotFoundError(
                f"nothing is stored under {uri}.",
                operation="ListObjectsV2",
                remedy="Check bucket and prefix, whose case counts.",
            )
        return files

    def write(
        self, uri: str, data: bytes, *, content_type: str = "application/octet-stream"
    ) -> str:
        """Store one object; return its URI. Needs `s3:PutObject`.

        Raises:
            ServiceError: S3 refused or failed.
        """
        where = S3Uri.locate(uri)
        self._connection.s3.call(
            "PutObject",
            Bucket=where.bucket,
            Key=where.key,
            Body=data,
            ContentType=content_type,
            ExpectedBucketOwner=self._expected(),
        )
        return where.uri

    def create_bucket(self, name: str, *, kms_key: str | None = None) -> str:
        """Make a private bucket, encrypted and TLS-only, or settle one of ours; return its URI.

        The bucket is tagged with being made: a run that is killed leaves one that the next run
        goes on with. Tags, policy statements and encryption that others set on it since stay.

        Needs `s3:CreateBucket`, `s3:TagResource`, `s3:ListBucket`, `s3:GetBucketTagging`,
        `s3:PutBucketTagging`, `s3:GetBucketPolicy`, `s3:PutBucketPolicy`,
        `s3:PutBucketPublicAccessBlock`, `s3:PutBucketOwnershipControls` and
        `s3:PutEncryptionConfiguration`.

        Args:
            name: The bucket's name, unique among those of everybody.
            kms_key: ARN or alias of the key that encrypts it; S3's own when `None`.

        Raises:
            AccessDeniedError: The bucket is another account's, or an operation is not allowed.
            ConflictError: The name belongs to a bucket that was not made here, or is elsewhere.
            ServiceError: S3 refused or failed.
        """
        create_bucket(self._connection, name, owner=self._expected(), kms_key=kms_key)
        return f"s3://{name}/"

    def delete(self, uri: str) -> int:
        """Delete an object, or all in a folder; return how many. The bucket stays.

        `s3://my-bucket/invoices` is not the beginning of a name: `invoices-2025/` stays.

        Needs `s3:ListBucket` and `s3:DeleteObject`.

        Raises:
            ConfigurationError: The URI is a bucket's: `delete_bucket` is for those made here.
            ServiceError: S3 refused or failed.
        """
        if not S3Uri.locate(uri).key:
            raise ConfigurationError(
                f"{uri} is a whole bucket.",
                remedy="Name an object or a folder; `delete_bucket` deletes a bucket made here.",
            )
        folder = S3Uri.locate(uri).folder().uri
        found = (one.uri for one in self.list(uri))
        return self.delete_objects([one for one in found if one == uri or one.startswith(folder)])

    def delete_objects(self, uris: Iterable[str]) -> int:
        """Delete the objects named, a thousand with each request; return how many.

        Raises:
            ServiceError: S3 refused or failed.
        """
        keys: dict[str, list[str]] = {}
        for where in map(S3Uri.locate, uris):
            keys.setdefault(where.bucket, []).append(where.key)
        for bucket, names in keys.items():
            for start in range(0, len(names), 1000):
                self._delete_some(bucket, names[start : start + 1000])
        return sum(map(len, keys.values()))

    def delete_bucket(self, name: str) -> None:
        """Delete a bucket of ours with all its objects; nothing happens when it is gone.

        Needs `s3:ListBucket`, `s3:GetBucketTagging`, `s3:DeleteObject` and `s3:DeleteBucket`; for a
        bucket that keeps versions `s3:ListBucketVersions` and `s3:DeleteObjectVersion` too.

        Raises:
            ConflictError: The bucket was not made for this project.
            ServiceError: S3 refused or failed.
        """
        owner = self._expected()
        if is_ours(self._connection, name, owner=owner):
            self.delete_objects(found.uri for found in self.list(f"s3://{name}/"))
            delete_bucket(self._connection, name, owner=owner)

    def _delete_some(self, bucket: str, names: Sequence[str]) -> None:
        answer = self._connection.s3.call(
            "DeleteObjects",
            Bucket=bucket,
            Delete={"Objects": [{"Key": name} for name in names], "Quiet": True},
            ExpectedBucketOwner=self._expected(),
        )
        for failed in answer.get("Errors", ()):
            raise_told(failed, "DeleteObjects")

    def _stream(self, uri: str) -> StreamingBody:
        where = S3Uri.locate(uri)
        answer = self._connection.s3.call(
            "GetObject", Bucket=where.bucket, Key=where.key, ExpectedBucketOwner=self._expected()
        )
        return cast("StreamingBody", answer["Body"])

    def _expected(self) -> str:
        return self._owner or self._connection.identity().account
