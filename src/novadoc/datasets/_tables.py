"""Labels out of tables: an export of the system that holds the right answers."""

from __future__ import annotations

import csv
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, Union, cast

from novadoc.datasets._collect import Collector, opener
from novadoc.datasets._labels import SchemaLike
from novadoc.datasets._sample import SampleSet
from novadoc.documents import SUFFIXES
from novadoc.errors import ConfigurationError, DatasetError, LabelError
from novadoc.types import JsonObject, JsonValue

T = TypeVar("T")

_STEP = re.compile(r"([^.\[\]]+)(\[\])?(?:\.|$)")


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

    Args:
        path: The file, with a header line.
        schema: What the labels have to fit.
        columns: Field path by column, as `{"Net": "lines[].amount"}`.
        documents: Folder of the documents.
        key: Column that tells which rows belong together, and which document they describe.
        delimiter: Found out by looking when not given.
        encoding: Of the file.

    Raises:
        DatasetError: The file cannot be read, or has not the columns named.
        ConfigurationError: A path leads to no field.
        SchemaError: `schema` cannot be asked of a model.
    """
    place = Path(path)
    try:
        with place.open(encoding=encoding, newline="") as file:
            sample = file.read(65_536)
            file.seek(0)
            dialect = delimiter or _delimiter(sample)
            reader = csv.DictReader(file, delimiter=dialect)
            missing = {key, *columns} - set(reader.fieldnames or ())
            if missing:
                raise DatasetError(f"{str(place)!r} has no column {min(missing)!r}.")
            return from_records(reader, schema, columns=columns, documents=documents, key=key)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(
            f"{str(place)!r} cannot be read as CSV in {encoding}.",
            remedy="Give its `encoding` and `delimiter`.",
        ) from error


def _delimiter(sample: str) -> str:
    first = sample.partition("\n")[0]
    return max(",;\t|", key=first.count)


def from_records(
    rows: Iterable[Mapping[str, object]],
    schema: SchemaLike[T],
    *,
    columns: Mapping[str, str],
    documents: str | os.PathLike[str],
    key: str,
) -> SampleSet:
    """Make labels of table rows and find the document of each.

    Rows with the same key are one document: columns that lead into a list (`lines[].amount`) give
    one item a row, all others must agree in all rows. Values may be written as the export writes
    them ("1.234,50", "31.12.2024"), as long as they can be read in one way only; say how the
    documents write dates and amounts with the schema's `Conventions` where they cannot. Empty cells
    are null.

    A document belongs to a key when its name, with or without suffix, is the key, or else when the
    key stands in its name; matching ignores case and signs.

    Returns:
        The samples; `.orphans` are documents without rows, `.rejected` are keys without a document
        or with several, with rows that contradict each other, or whose label does not fit.

    Args:
        rows: The table.
        schema: What the labels have to fit.
        columns: Field path by column.
        documents: Folder of the documents.
        key: Column that tells which rows belong together.

    Raises:
        DatasetError: There is no such folder.
        ConfigurationError: A path is none.
        SchemaError: `schema` cannot be asked of a model.
    """
    folder = Path(documents)
    if not folder.is_dir():
        raise DatasetError(f"There is no folder {str(folder)!r}.")
    table = _Table(columns)
    grouped: defaultdict[str, list[Mapping[str, object]]] = defaultdict(list)
    for row in rows:
        grouped[str(row.get(key) or "").strip()].append(row)
    matcher = _Matcher(folder)
    collector = Collector(schema)
    for name, members in grouped.items():
        _take(collector, name, members, table, matcher)
    for path in matcher.unused():
        collector.orphan(path)
    return collector.samples()


def _take(
    collector: Collector,
    name: str,
    rows: Sequence[Mapping[str, object]],
    table: _Table,
    matcher: _Matcher,
) -> None:
    try:
        if not name:
            raise LabelError(f"{len(rows)} rows have no key.")
        path = matcher.find(name)
        label = table.label(rows)
    except LabelError as error:
        collector.reject(name, str(error))
    else:
        collector.take(name, opener(path), label)


@dataclass(frozen=True)
class _Column:
    name: str
    steps: tuple[str, ...]
    """Keys from the top; inside a list, from its item."""
    items: tuple[str, ...] | None
    """Keys that lead to the list; `None` for a single value."""


class _Table:
    def __init__(self, columns: Mapping[str, str]) -> None:
        self._columns = [_column(name, path) for name, path in columns.items()]

    def label(self, rows: Sequence[Mapping[str, object]]) -> JsonValue:
        """Make the label that these rows state together."""
        label: JsonObject = {}
        for column in self._columns:
            if column.items is None:
                _put(label, column.steps, self._agreed(column.name, rows))
        for items in {column.items for column in self._columns if column.items is not None}:
            inside = [column for column in self._columns if column.items == items]
            _put(label, items, list(_items(inside, rows)))
        return label

    def _agreed(self, column: str, rows: Sequence[Mapping[str, object]]) -> JsonValue:
        values = [value for row in rows if (value := _cell(row, column)) is not None]
        if any(value != values[0] for value in values):
            raise LabelError(f"the column {column!r} has several values in rows of one key.")
        return values[0] if values else None


def _column(name: str, path: str) -> _Column:
    found = list(_STEP.finditer(path))
    lists = [place for place, step in enumerate(found) if step.group(2)]
    if not found or "".join(step.group() for step in found) != path or len(lists) > 1:
        raise ConfigurationError(
            f"{path!r} is no path a column can lead to.",
            remedy="Write `total`, `seller.name` or `lines[].amount`.",
        )
    keys = tuple(step.group(1) for step in found)
    if not lists:
        return _Column(name, keys, None)
    return _Column(name, keys[lists[0] + 1 :], keys[: lists[0] + 1])


def _items(columns: Sequence[_Column], rows: Sequence[Mapping[str, object]]) -> Iterator[JsonValue]:
    for row in rows:
        values = [_cell(row, column.name) for column in columns]
        if all(value is None for value in values):
            continue
        if not columns[0].steps:  # a list of plain values
            yield values[0]
            continue
        item: JsonObject = {}
        for column, value in zip(columns, values, strict=True):
            _put(item, column.steps, value)
        yield item


def _cell(row: Mapping[str, object], column: str) -> JsonValue:
    value = row.get(column)
    if isinstance(value, str):
        return value.strip() or None
    # What pandas and database drivers put into empty cells is not equal to itself.
    return None if value is None or value != value else _plain(value)  # noqa: PLR0124


def _plain(value: object) -> JsonValue:
    if isinstance(value, (bool, int, float)):
        return value
    iso = getattr(value, "isoformat", None)
    return str(iso()) if callable(iso) else str(value)


def _put(target: JsonObject, steps: Sequence[str], value: JsonValue) -> None:
    for step in steps[:-1]:
        inner = target.setdefault(step, {})
        target = cast("JsonObject", inner)
    target[steps[-1]] = value


class _Matcher:
    def __init__(self, folder: Path) -> None:
        self._files = sorted(
            path
            for path in folder.rglob("*")
            if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
        )
        self._used: set[Path] = set()
        self._exact: defaultdict[str, list[Path]] = defaultdict(list)
        for path in self._files:
            for name in {_bare(path.name), _bare(path.stem)}:
                self._exact[name].append(path)

    def find(self, key: str) -> Path:
        """Return the one document of a key."""
        wanted = _bare(key)
        found = self._exact.get(wanted) or [
            path for path in self._files if wanted and wanted in _bare(path.stem)
        ]
        if len(found) != 1:
            count = "no document has" if not found else f"{len(found)} documents have"
            raise LabelError(f"{count} this key in its name.")
        self._used.add(found[0])
        return found[0]

    def unused(self) -> Iterator[Path]:
        """Yield the documents no key led to."""
        return (path for path in self._files if path not in self._used)


def _bare(name: Union[str, Path]) -> str:
    return re.sub(r"[\W_]+", "", str(name)).casefold()
