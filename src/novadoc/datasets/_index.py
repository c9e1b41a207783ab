"""Documents and labels listed in a file, wherever they lie."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TypeVar, cast

from novadoc.datasets._collect import Collector, opener
from novadoc.datasets._labels import Converter, SchemaLike, parse_json, read_json
from novadoc.datasets._sample import SampleSet
from novadoc.datasets._walk import opened, without_suffix
from novadoc.errors import DatasetError, LabelError
from novadoc.types import JsonValue

T = TypeVar("T")
_COLUMNS = ("document", "label", "id", "group")


def from_index(
    path: str | os.PathLike[str], schema: SchemaLike[T], *, converter: Converter | None = None
) -> SampleSet:
    """Read documents and labels that a JSONL or CSV file lists.

    Each line has `document`, a path; `label`, a path or, in JSONL, the answer itself; and may have
    `id` and `group`. Paths are relative to the list.

    Args:
        path: The list; `.csv` is read as CSV, anything else as JSONL.
        schema: What the labels have to fit.
        converter: Turns a label into one of the schema.

    Raises:
        DatasetError: The list cannot be read.
        SchemaError: `schema` cannot be asked of a model.
    """
    place = Path(path)
    collector = Collector(schema, converter)
    try:
        for number, row in _rows(place):
            _take(collector, place, number, row)
    except (UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(
            f"{str(place)!r} cannot be read as a list in UTF-8.", remedy="Save it as UTF-8."
        ) from error
    return collector.samples()


def _rows(path: Path) -> Iterator[tuple[int, JsonValue | LabelError]]:
    with TextIOWrapper(opened(path), encoding="utf-8-sig", newline="") as file:
        if path.suffix.lower() == ".csv":
            reader = csv.DictReader(file)
            _check_header(path, reader.fieldnames or ())
            for number, row in enumerate(reader, 2):
                yield number, cast("JsonValue", row)
            return
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    yield number, parse_json(line)
                except LabelError as error:
                    yield number, error


def _check_header(path: Path, header: Sequence[str]) -> None:
    for name in _COLUMNS:
        if header.count(name) > 1:
            raise DatasetError(
                f"{str(path)!r} has more than one column {name!r}.",
                remedy="Give each column its own name.",
            )


def _take(collector: Collector, place: Path, number: int, row: JsonValue | LabelError) -> None:
    name = f"{place.name}:{number}"
    document = row.get("document") if isinstance(row, Mapping) else None
    if not isinstance(row, Mapping) or not isinstance(document, str):
        reason = str(row) if isinstance(row, LabelError) else "The line names no `document`."
        collector.reject(name, reason, path=place, rows=(number,))
        return
    file = place.parent / document
    name = str(row.get("id") or without_suffix(Path(document)))
    group = row.get("group")
    label = row.get("label")
    try:
        answer = read_json(place.parent / label) if isinstance(label, str) else label
    except LabelError as error:
        collector.reject(name, str(error), path=place, rows=(number,))
        return
    collector.take(
        name,
        opener(file),
        answer,
        group=str(group) if group else None,
        path=place,
        rows=(number,),
    )
