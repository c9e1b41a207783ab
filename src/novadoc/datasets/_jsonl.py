"""A data set of training records read back as samples."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeAlias, TypeVar, cast

from novadoc.datasets._answers import unframed
from novadoc.datasets._collect import Collector
from novadoc.datasets._envelope import Envelope
from novadoc.datasets._labels import Converter, SchemaLike, parse_json
from novadoc.datasets._manifest import SAMPLES, DatasetManifest, manifest_of
from novadoc.datasets._origins import Origin, read_origins
from novadoc.datasets._sample import SampleSet
from novadoc.datasets._walk import absent, is_file, opened
from novadoc.documents import Document, bind
from novadoc.errors import DatasetError, LabelError, UnreadableDocumentError
from novadoc.models import base_model
from novadoc.schema import DocumentSchema

T = TypeVar("T")
Opener: TypeAlias = Callable[[str], Document]
"""Opens an image by the location its record names."""


def from_jsonl(
    source: DatasetManifest | str | os.PathLike[str],
    schema: SchemaLike[T] | None = None,
    *,
    part: str = "train",
    images: Opener | None = None,
    converter: Converter | None = None,
) -> SampleSet:
    """Read a data set for fine-tuning back, in the form on disk or on S3.

    Several images of a record become the pages of one document; those of few-shot examples, in the
    turns before the last question, are no part of it. Ids, groups and provenance are those of the
    samples it was written from, where they are recorded beside it; windows of one document are one
    group.

    Args:
        source: A manifest, the folder it lies in, or one JSONL file.
        schema: What the answers have to fit; the manifest's by default.
        part: Which part of a manifest.
        images: Opens an image by its location, as `aws.storage.open` does for S3; by default files
            relative to the JSONL file.
        converter: Turns an answer into a label of the schema.

    Raises:
        DatasetError: There is no such file, or no schema for a single file.
        SchemaError: `schema` cannot be asked of a model.
    """
    manifest = manifest_of(source)
    path = manifest.path(part) if manifest else Path(os.fspath(cast("str", source)))
    if not is_file(path):
        raise absent("file", path)
    if schema is not None:
        collector = Collector(schema, converter)
    elif manifest is not None:
        collector = Collector(DocumentSchema.from_json_schema(manifest.schema), converter)
    else:
        message = "A single file does not say what its answers are."
        raise DatasetError(message, remedy="Pass `schema`.")
    known = _origins(path, part) if manifest else {}
    opener = images or partial(_local, path.parent)
    for line, read in _records(path):
        origin = known.get(line)
        name = origin.id if origin else f"{path.stem}:{line}"
        if isinstance(read, LabelError):
            collector.reject(name, str(read), path=path)
            continue
        try:
            label = parse_json(unframed(read.answer))
        except LabelError as error:
            collector.reject(name, str(error), path=path)
            continue
        document = partial(_document, opener, read.images, name)
        group, made = (origin.group, origin.provenance) if origin else (None, None)
        collector.take(name, document, label, group=group, provenance=made, look=images is None)
    return collector.samples()


class _Record(NamedTuple):
    images: tuple[str, ...]
    answer: str


def _origins(path: Path, part: str) -> dict[int, Origin]:
    if not is_file(path.parent / SAMPLES):
        return {}
    origins = [origin for origin in read_origins(path.parent) if origin.part == part]
    counts = Counter(origin.id for origin in origins)
    # Several records of one sample are windows of its document, which a split must not part.
    return {
        origin.line: replace(origin, group=origin.group or origin.id)
        if counts[origin.id] > 1
        else origin
        for origin in origins
    }


def _ignore(rule: str, path: str, message: str) -> None:
    """Reading back is no place for problems: `check` is."""


def _records(path: Path) -> Iterator[tuple[int, _Record | LabelError]]:
    envelope = Envelope(base_model("nova-lite"))
    with opened(path) as file:
        for line, raw in enumerate(file, 1):
            try:
                parts = envelope.check(parse_json(raw), _ignore)
            except LabelError as error:
                yield line, error
                continue
            if parts is None or parts.answer is None:
                yield line, LabelError("the line is no record with an answer.")
            else:
                yield line, _Record(parts.images[parts.examples :], parts.answer)


def _document(opener: Opener, images: tuple[str, ...], name: str) -> Document:
    if not images:
        raise UnreadableDocumentError("its record has no image.", document=name)
    return bind((opener(location) for location in images), name=name)


def _local(folder: Path, location: str) -> Document:
    if location.startswith("s3://"):
        raise UnreadableDocumentError(
            "the image lies on S3.",
            document=location,
            remedy="Pass `images=aws.storage.open`.",
        )
    return Document.open(folder / location)
