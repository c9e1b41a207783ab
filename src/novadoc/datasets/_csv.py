"""Tables in CSV files, as exports and spreadsheets write them."""

from __future__ import annotations

import codecs
import csv
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TypeVar

from novadoc.datasets._labels import SchemaLike
from novadoc.datasets._sample import SampleSet
from novadoc.datasets._tables import read_table
from novadoc.datasets._walk import opened
from novadoc.errors import ConfigurationError, DatasetError

T = TypeVar("T")

# Excel writes and reads this line before the header where the system's own delimiter is another.
_DECLARED = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)


def from_csv(
    path: str | os.PathLike[str],
    schema: SchemaLike[T],
    *,
    columns: Mapping[str, str],
    documents: str | os.PathLike[str],
    key: str,
    delimiter: str | None = None,
    encoding: str = "utf-8-sig",
) -> SampleSet:
    """Read labels from a CSV file; see `from_records`.

    What is rejected names the file and its lines, as an editor counts them.

    Args:
        path: The file, with a header line, and before it perhaps Excel's `sep=;`.
        schema: What the labels have to fit.
        columns: Field path by column, as `{"Net": "lines[].amount"}`.
        documents: Folder of the documents.
        key: Column that tells which rows belong together, and which document they describe.
        delimiter: As the file says, or else found out by looking, when not given.
        encoding: Of the file.

    Raises:
        DatasetError: The file cannot be read, or has not the columns named, or one twice.
        ConfigurationError: A path leads to no field, two lead to one, or there is no such encoding.
        SchemaError: `schema` cannot be asked of a model.
    """
    place = Path(path)
    _check_form(encoding, delimiter)
    try:
        with TextIOWrapper(opened(place), encoding=encoding, newline="") as file:
            dialect, above = _start(file)
            reader = csv.DictReader(file, delimiter=delimiter or dialect)
            _check_header(place, reader.fieldnames or (), {key, *columns})
            rows = _numbered(reader, above)
            folder = Path(documents)
            return read_table(rows, schema, columns=columns, documents=folder, key=key, place=place)
    except (UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(
            f"{str(place)!r} cannot be read as CSV in {encoding}.",
            remedy="Give its `encoding` and `delimiter`.",
        ) from error


def _check_form(encoding: str, delimiter: str | None) -> None:
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        raise ConfigurationError(
            f"There is no encoding {encoding!r}.",
            remedy='Use a name Python knows, as "utf-8-sig" or "cp1252".',
        ) from error
    if delimiter is not None and len(delimiter) != 1:
        raise ConfigurationError(
            "A delimiter is one character.", remedy='Use `";"`, or leave it out.'
        )


def _start(file: TextIOWrapper) -> tuple[str, int]:
    """Return the delimiter and how many lines stand above the header, and go there."""
    sample = file.read(65_536)
    file.seek(0)
    if declared := _DECLARED.match(sample):
        file.readline()
        return declared.group(1), 1
    first = sample.partition("\n")[0]
    return max(",;\t|", key=first.count), 0


def _check_header(path: Path, header: Sequence[str], wanted: set[str]) -> None:
    for name in sorted(wanted):
        if header.count(name) != 1:
            fault = "no column" if name not in header else "more than one column"
            raise DatasetError(
                f"{str(path)!r} has {fault} {name!r}.",
                remedy="Name columns as the first line does, to the letter, and give each its own.",
            )


def _numbered(
    reader: csv.DictReader[str], above: int
) -> Iterator[tuple[int, Mapping[str, object]]]:
    for row in reader:
        yield reader.line_num + above, row
