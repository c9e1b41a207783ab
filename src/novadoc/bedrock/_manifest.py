"""The shape of a data set on disk that can be uploaded, and the value it becomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from novadoc.errors import ConfigurationError
from novadoc.types import JsonObject


class ManifestFile(Protocol):
    """One JSONL file of a data set."""

    @property
    def name(self) -> str:
        """File name in the manifest's folder."""
        ...

    @property
    def records(self) -> int:
        """Number of lines."""
        ...

    @property
    def sha256(self) -> str:
        """Of the file's bytes, in hex."""
        ...


class Manifest(Protocol):
    """A data set as it was written: anything of this shape can be uploaded."""

    @property
    def folder(self) -> Path:
        """Where the files are; image URIs in the records are relative to it."""
        ...

    @property
    def base_model(self) -> str:
        """Key of the base model it was written for."""
        ...

    @property
    def dataset_hash(self) -> str:
        """Over the files' form on disk."""
        ...

    @property
    def prompt_fingerprint(self) -> str:
        """Of the prompt in the records."""
        ...

    @property
    def image_fingerprint(self) -> str:
        """Of the image policy that made the images."""
        ...

    @property
    def schema(self) -> JsonObject:
        """JSON Schema of the answers."""
        ...

    @property
    def files(self) -> Mapping[str, ManifestFile]:
        """By part: `train`, `validation`, `test`."""
        ...


class TrainingData(Protocol):
    """What a job can learn from: an `UploadedDataset`, or `InvocationLogs`."""

    @property
    def training(self) -> JsonObject:
        """The request's `trainingDataConfig`."""
        ...

    @property
    def output_uri(self) -> str:
        """Where jobs write their metrics."""
        ...

    @property
    def validation_uri(self) -> str | None:
        """The validation JSONL; `None` without one."""
        ...

    @property
    def base_model(self) -> str:
        """Key of the base model it is for."""
        ...

    @property
    def manifest(self) -> Manifest | None:
        """What was uploaded; `None` for data that was there before."""
        ...

    @property
    def root_uri(self) -> str:
        """The folder that holds all of it; empty when it may be anywhere in the bucket."""
        ...

    @property
    def bucket(self) -> str:
        """The bucket it lies in."""
        ...

    @property
    def bucket_owner(self) -> str | None:
        """12-digit account that owns the bucket; `None` when not known."""
        ...

    @property
    def images(self) -> int | None:
        """Images the training records name, as often as they do; `None` when not known."""
        ...

    @property
    def train_records(self) -> int | None:
        """Number of training records; `None` when not known."""
        ...

    @property
    def validation_records(self) -> int:
        """Number of validation records as far as known; 0 without."""
        ...

    @property
    def uris(self) -> tuple[str, ...]:
        """What a job reads: files, or a folder that ends in `/`."""
        ...

    def problems(self) -> Iterator[str]:
        """Yield what the service would refuse."""
        ...


@dataclass(frozen=True)
class UploadedDataset:
    """A data set in S3, ready for a customization job.

    Make one yourself when the data is already there.

    Example:
        >>> data = UploadedDataset("s3://my-bucket/invoices/train.jsonl",
        ...                        "s3://my-bucket/invoices/output/", base_model="nova-lite")
        >>> data.bucket
        'my-bucket'
    """

    train_uri: str
    """The training JSONL."""
    output_uri: str
    """Where jobs write their metrics."""
    validation_uri: str | None = None
    """The validation JSONL; `None` without one."""
    base_model: str = ""
    """Key of the base model the records were written for."""
    manifest: Manifest | None = None
    """What was uploaded; `None` for data that was there before."""
    root_uri: str = ""
    """The folder that holds records and images; empty when they may be anywhere in the bucket."""
    bucket_owner: str | None = None
    """12-digit account that owns the bucket; `None` when not known."""
    images: int | None = None
    """Images the training records name, as often as they do; `None` when not known."""
    uploaded: int = 0
    """Objects sent by this upload."""
    skipped: int = 0
    """Objects that were there already."""

    def __post_init__(self) -> None:
        if not self.base_model and self.manifest is None:
            raise ConfigurationError(
                "Nothing says which base model the data is for.",
                remedy='Pass `base_model=`, as "nova-lite".',
            )
        if not self.base_model and self.manifest is not None:
            object.__setattr__(self, "base_model", self.manifest.base_model)

    @property
    def training(self) -> JsonObject:
        """The request's `trainingDataConfig`."""
        return {"s3Uri": self.train_uri}

    @property
    def bucket(self) -> str:
        """The bucket that holds the records and their images."""
        return self.train_uri.partition("://")[2].partition("/")[0]

    @property
    def train_records(self) -> int | None:
        """Number of training records; `None` when not known."""
        return None if self.manifest is None else self.manifest.files["train"].records

    @property
    def validation_records(self) -> int:
        """Number of validation records as far as known; 0 without."""
        there = self.manifest is not None and "validation" in self.manifest.files
        return self.manifest.files["validation"].records if self.manifest and there else 0

    @property
    def uris(self) -> tuple[str, ...]:
        """The JSONL files a job reads."""
        return tuple(uri for uri in (self.train_uri, self.validation_uri) if uri)

    def problems(self) -> Iterator[str]:
        """Yield what the service would refuse beside the places, which every request checks."""
        yield from ()
