"""Sets as they are published: Donut's metadata files, and rows of Hugging Face data sets."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar, cast

from PIL import Image

from novadoc.datasets._collect import Collector, opener
from novadoc.datasets._labels import Converter, SchemaLike, parse_json
from novadoc.datasets._sample import SampleSet
from novadoc.datasets._walk import files_under, opened, without_suffix
from novadoc.documents import SUFFIXES, Document
from novadoc.errors import DatasetError, LabelError, UnreadableDocumentError
from novadoc.types import JsonValue

T = TypeVar("T")

METADATA = "metadata.jsonl"


class Rows(Protocol):
    """A table of rows by number, as `datasets.Dataset` is; a list of dictionaries is one too."""

    def __len__(self) -> int:
        """Return how many rows there are."""
        ...

    def __getitem__(self, place: int, /) -> Mapping[str, object]:
        """Return one row."""
        ...


def from_donut(
    folder: str | os.PathLike[str], schema: SchemaLike[T], *, converter: Converter | None = None
) -> SampleSet:
    """Read a set in Donut's form: images and a `metadata.jsonl` with their `gt_parse`.

    Sub-folders with a `metadata.jsonl` of their own (`train/`, `validation/`, `test/`) are read as
    well; a sample's group is not set by them. Images that no line names are orphans. The public
    fake W-2 set and CORD have this form.

    Args:
        folder: Where the metadata lies.
        schema: What the labels have to fit.
        converter: Turns a `gt_parse` into a label of the schema.

    Raises:
        DatasetError: There is no `metadata.jsonl`, or it cannot be read.
        SchemaError: `schema` cannot be asked of a model.
    """
    root = Path(folder)
    files = list(files_under(root))
    lists = [path for path in files if path.name == METADATA]
    if not lists:
        raise DatasetError(
            f"There is no {METADATA!r} in {str(root)!r}.",
            remedy="Name the folder that holds it, or read label files with `from_folder`.",
        )
    collector = Collector(schema, converter)
    named: set[Path] = set()
    for metadata in lists:
        for place, line in _lines(metadata):
            image = _take_donut(collector, root, metadata, place, line)
            if image is not None:
                named.add(Path(os.path.normpath(image)))
    for path in files:
        if path.suffix.lower() in SUFFIXES and Path(os.path.normpath(path)) not in named:
            collector.orphan(path)
    return collector.samples()


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with opened(path) as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, line


def _take_donut(
    collector: Collector, root: Path, metadata: Path, place: int, line: bytes
) -> Path | None:
    """Take a line; return the image it names."""
    name = f"{metadata.relative_to(root).as_posix()}:{place}"
    image: Path | None = None
    try:
        row = parse_json(line)
        if not isinstance(row, dict) or not isinstance(row.get("file_name"), str):
            raise LabelError("the line names no `file_name`.")
        image = metadata.parent / cast("str", row["file_name"])
        name = without_suffix(metadata.parent.relative_to(root) / cast("str", row["file_name"]))
        if row.keys().isdisjoint(_ANSWERS):
            raise LabelError("the line has no `gt_parse`.")
        collector.take(name, opener(image), ground_truth(row))
    except LabelError as error:
        collector.reject(name, str(error), path=metadata)
    return image


_ANSWERS = frozenset({"gt_parse", "gt_parses", "ground_truth"})


def ground_truth(row: JsonValue) -> JsonValue:
    """Find the answer in a row: `gt_parse` itself, or inside a `ground_truth` text or object.

    Raises:
        LabelError: There is none.
    """
    value = parse_json(row) if isinstance(row, str) else row
    if isinstance(value, dict):
        if "gt_parse" in value:
            return value["gt_parse"]
        parses = value.get("gt_parses")
        if isinstance(parses, list):
            if len(parses) != 1:
                raise LabelError(f"the row has {len(parses)} answers in `gt_parses`.")
            return parses[0]
        if "ground_truth" in value:
            return ground_truth(value["ground_truth"])
        return value
    raise LabelError("the row has no `gt_parse`.")


def from_huggingface(
    rows: Rows,
    schema: SchemaLike[T],
    *,
    image: str = "image",
    label: str = "ground_truth",
    converter: Converter | None = None,
    name: str | None = None,
) -> SampleSet:
    """Read rows of a Hugging Face data set, or of any table with images and answers.

    Rows are read again when their page is needed, so a set of any size stays on its disk. Cast the
    image column with `datasets.Image(decode=False)`: the pages then keep their own bytes, while
    decoded images have to be encoded again.

    Args:
        rows: The data set, one split of it.
        schema: What the labels have to fit.
        image: Column with the page: bytes, a path, `{"bytes", "path"}`, or a Pillow image.
        label: Column with the answer: an object, JSON text, or Donut's `ground_truth`.
        converter: Turns an answer into a label of the schema.
        name: Column with the sample's id; its number by default.

    Raises:
        SchemaError: `schema` cannot be asked of a model.

    Example:
        >>> from pydantic import BaseModel
        >>> class Receipt(BaseModel):
        ...     total: int | None = None
        >>> page = b"P5 40 30 255 " + bytes(1200)
        >>> rows = [{"image": page, "ground_truth": '{"gt_parse": {"total": 7}}'}]
        >>> [sample.label for sample in from_huggingface(rows, Receipt)]
        [{'total': 7}]
    """
    collector = Collector(schema, converter)
    for place in range(len(rows)):
        row = rows[place]
        known = str(row[name]) if name is not None and name in row else f"{place:06d}"
        try:
            answer = ground_truth(cast("JsonValue", row.get(label)))
        except LabelError as error:
            collector.reject(known, str(error))
            continue
        collector.take(known, partial(_page, rows, place, image, known), answer)
    return collector.samples()


def _page(rows: Rows, place: int, column: str, name: str) -> Document:
    value = rows[place].get(column)
    if isinstance(value, Mapping):
        stored = cast("Mapping[str, object]", value)
        value = stored.get("bytes") or stored.get("path")
    if isinstance(value, Image.Image):
        buffer = io.BytesIO()
        value.save(buffer, "PNG", compress_level=1)
        value = buffer.getvalue()
    if isinstance(value, (bytes, str, os.PathLike)):
        return Document.open(cast("bytes | str", value), name=name)
    raise UnreadableDocumentError(f"the column {column!r} holds no image.", document=name)
