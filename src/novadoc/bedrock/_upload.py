"""A data set on its way to S3: content-addressed, concurrent, resumable, verified."""

from __future__ import annotations

import base64
import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from novadoc._progress import Progress
from novadoc.bedrock._api import Service
from novadoc.bedrock._concurrent import concurrently
from novadoc.bedrock._manifest import Manifest, UploadedDataset
from novadoc.bedrock._names import S3Uri
from novadoc.bedrock._records import rewrite
from novadoc.errors import DatasetError, IncompleteResponseError

_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp"}
_CHUNK = 1 << 20
# Of the object's metadata: S3 gives checksums back only where they were asked for and are kept.
_DIGEST = "sha256"
IMAGES = "images"
"""Of the manifest's metadata: how many images the training records name."""
MANIFEST = "manifest.json"
# The test part stays at home: no job reads it, and no role should be able to.
_PARTS = ("train", "validation")


@dataclass(frozen=True)
class Target:
    """Where and how objects are written."""

    s3: Service
    root: S3Uri
    owner: str
    kms_key: str | None = None

    def put(
        self,
        where: S3Uri,
        body: bytes | BinaryIO,
        sha256: str,
        kind: str,
        *,
        notes: Mapping[str, str] | None = None,
    ) -> None:
        """Write one object, its checksum verified by S3 on arrival; notes become its metadata."""
        checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
        answer = self.s3.call(
            "PutObject",
            Bucket=where.bucket,
            Key=where.key,
            Body=body,
            ContentType=kind,
            ChecksumSHA256=checksum,
            Metadata={_DIGEST: sha256, **(notes or {})},
            ExpectedBucketOwner=self.owner,
            ServerSideEncryption="aws:kms" if self.kms_key else None,
            SSEKMSKeyId=self.kms_key,
        )
        # Absent where the service does not know checksums; when given, it is what was stored.
        if answer.get("ChecksumSHA256", checksum) != checksum:
            raise IncompleteResponseError(
                f"{where.uri} arrived damaged.",
                operation="PutObject",
                remedy="Upload again: it goes on where it was.",
            )

    def sizes(self, folder: S3Uri) -> Mapping[str, int]:
        """Return the size of each object in `folder`, by key."""
        entries = self.s3.pages(
            "ListObjectsV2",
            "Contents",
            Bucket=folder.bucket,
            Prefix=folder.key,
            ExpectedBucketOwner=self.owner,
        )
        return {str(entry["Key"]): int(entry["Size"]) for entry in entries}


def upload_dataset(
    manifest: Manifest, target: Target, *, workers: int, progress: bool | None
) -> UploadedDataset:
    """Send a data set's images, then its records, then its manifest; skip what is there.

    The records come after the images they name, and the manifest last: what an interrupted
    upload leaves behind is never mistaken for a whole data set, and is what the next one skips.
    """
    if "train" not in manifest.files:
        raise DatasetError(
            "The data set has no training part, and no job could learn from it.",
            remedy="Give `write_sft` samples to train on.",
        )
    base = target.root.folder("datasets", manifest.dataset_hash[:16])
    uris: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="novadoc-") as scratch:
        files, media, images = _records(manifest, target, Path(scratch))
        sent = _send_media(
            sorted(media), manifest.folder, target, workers=workers, progress=progress
        )
        for part, path in files.items():
            where = base.child(f"{part}.jsonl")
            uris[part] = where.uri
            sent += _send_file(path, where, target, "application/x-ndjson")
    total = len(media) + len(files)
    description = manifest.folder / MANIFEST
    if description.is_file():
        total += 1
        notes = {IMAGES: str(images)}
        where = base.child(MANIFEST)
        sent += _send_file(description, where, target, "application/json", notes=notes)
    return UploadedDataset(
        train_uri=uris["train"],
        output_uri=target.root.folder("output").uri,
        validation_uri=uris.get("validation"),
        manifest=manifest,
        root_uri=target.root.uri,
        bucket_owner=target.owner,
        images=images,
        uploaded=sent,
        skipped=total - sent,
    )


def _records(
    manifest: Manifest, target: Target, scratch: Path
) -> tuple[dict[str, Path], set[str], int]:
    """Write each part in its S3 form; return the files, all media and the training images."""
    files, media, images = dict[str, Path](), set[str](), 0
    for part in (part for part in _PARTS if part in manifest.files):
        file = manifest.files[part]
        files[part] = scratch / f"{part}.jsonl"
        with files[part].open("wb") as out:
            found, named = rewrite(
                manifest.folder / file.name,
                out,
                root=target.root,
                owner=target.owner,
                sha256=file.sha256,
            )
        media |= found
        images += named if part == "train" else 0
    return files, media, images


def _send_media(
    names: list[str], folder: Path, target: Target, *, workers: int, progress: bool | None
) -> int:
    there = _existing(names, target)

    def send(name: str) -> int:
        path, where = folder / name, target.root.child(name)
        if not path.is_file():
            raise DatasetError(
                f"`{name}` is named by a record, and is not there.",
                remedy="Write the data set again, or restore the file.",
            )
        kind = _TYPES.get(path.suffix, "application/octet-stream")
        if len(path.stem) != 64:  # not named by its digest, whatever lies there may be another
            return _send_file(path, where, target, kind)
        if there.get(where.key) == path.stat().st_size:
            return 0
        body = path.read_bytes()
        found = hashlib.sha256(body).hexdigest()
        if found != path.stem:
            raise DatasetError(
                f"`{name}` is not the image the data set was written with.",
                remedy="Write the data set again, or restore the file.",
            )
        target.put(where, body, found, kind)
        return 1

    sent = 0
    with Progress(len(names), "upload", unit="image", shown=progress) as bar:
        for one in concurrently(send, names, workers=workers):
            sent += one
            bar.advance()
    return sent


def _existing(names: list[str], target: Target) -> Mapping[str, int]:
    found: dict[str, int] = {}
    # One listing answers for 1,000 objects; asking for each would double the requests.
    for folder in sorted({str(Path(name).parent.as_posix()) for name in names}):
        found.update(target.sizes(target.root.folder(folder)))
    return found


def _send_file(
    path: Path,
    where: S3Uri,
    target: Target,
    kind: str,
    *,
    notes: Mapping[str, str] | None = None,
) -> int:
    head = target.s3.find(
        "HeadObject",
        Bucket=where.bucket,
        Key=where.key,
        ExpectedBucketOwner=target.owner,
    )
    sha256 = _sha256(path)
    if head is not None and head.get("Metadata", {}).get(_DIGEST) == sha256:
        return 0
    with path.open("rb") as body:
        target.put(where, body, sha256, kind, notes=notes)
    return 1


def _sha256(path: Path) -> str:
    seen = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            seen.update(chunk)
    return seen.hexdigest()
