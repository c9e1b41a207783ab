"""Labels out of tables: an export of the system that holds the right answers."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from novadoc.datasets._collect import Collector, opener
from novadoc.datasets._labels import SchemaLike
from novadoc.datasets._matching import Matcher
from novadoc.datasets._sample import SampleSet
from novadoc.errors import ConfigurationError, DatasetError, LabelError, SchemaError
from novadoc.schema import DocumentSchema
from novadoc.types import JsonObject, JsonValue

T = TypeVar("T")

_STEP = re.compile(r"([^.\[\]]+)(\[\])?(?:\.|$)")


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
    documents write dates and amounts with the schema's `Conventions` where they cannot, and
    `dates="excel"` where the table holds 45292 for a date. Empty cells are null.

    A document belongs to a key when its name, with or without suffix, is the key, or the same
    number (43 and `00043.jpg`), or else when the key stands in its name, not inside a longer number
    or word (`INV-1` is not in `INV-10`); matching ignores case and signs.

    Returns:
        The samples; `.orphans` are documents without rows, `.rejected` are keys without a document
        or with several, keys that share one, with rows that contradict each other or have more
        cells than the header, or whose label does not fit, each with its rows.

    Args:
        rows: The table.
        schema: What the labels have to fit.
        columns: Field path by column.
        documents: Folder of the documents.
        key: Column that tells which rows belong together.

    Raises:
        DatasetError: There is no such folder, or no row has one of the columns.
        ConfigurationError: A path leads to no field, or two lead to one.
        SchemaError: `schema` cannot be asked of a model.
    """
    return read_table(
        enumerate(rows, 1), schema, columns=columns, documents=Path(documents), key=key
    )


def read_table(
    rows: Iterable[tuple[int, Mapping[str, object]]],
    schema: SchemaLike[T],
    *,
    columns: Mapping[str, str],
    documents: Path,
    key: str,
    place: Path | None = None,
) -> SampleSet:
    """Read numbered rows as `from_records` does; `place` is the file they stand in."""
    table = _Table(columns, DocumentSchema.of(schema))
    grouped: defaultdict[str, _Rows] = defaultdict(_Rows)
    missing = {key, *columns}
    for number, row in rows:
        missing -= row.keys()
        grouped[_key(row.get(key))].add(number, row)
    if grouped and missing:
        raise DatasetError(
            f"No row has a column {min(missing)!r}.", remedy="Name columns as the rows do."
        )
    matcher = Matcher(documents, grouped)
    collector = Collector(schema)
    for name, members in grouped.items():
        members.give(collector, name, table, matcher, place)
    for path in matcher.unused():
        collector.orphan(path)
    return collector.samples()


class _Rows:
    """The rows of one key."""

    def __init__(self) -> None:
        self._rows: list[Mapping[str, object]] = []
        self._numbers: list[int] = []

    def add(self, number: int, row: Mapping[str, object]) -> None:
        self._numbers.append(number)
        self._rows.append(row)

    def give(
        self, collector: Collector, name: str, table: _Table, matcher: Matcher, place: Path | None
    ) -> None:
        where = tuple(self._numbers)
        try:
            path, label = self._document(name, matcher), table.label(self._rows)
        except LabelError as error:
            collector.reject(name, str(error), path=place, rows=where)
        else:
            collector.take(name, opener(path), label, path=place, rows=where)

    def _document(self, name: str, matcher: Matcher) -> Path:
        if not name:
            raise LabelError(f"{len(self._rows)} rows have no key.")
        if any(None in row for row in self._rows):  # where `csv` puts them
            raise LabelError(
                "a row has more cells than the header.",
                remedy="Quote values that hold the delimiter.",
            )
        return matcher.find(name)


@dataclass(frozen=True)
class _Column:
    name: str
    steps: tuple[str, ...]
    """Keys from the top; inside a list, from its item."""
    items: tuple[str, ...] | None
    """Keys that lead to the list; `None` for a single value."""


class _Table:
    def __init__(self, columns: Mapping[str, str], schema: DocumentSchema[T]) -> None:
        self._columns = [_column(name, path) for name, path in columns.items()]
        for path in columns.values():
            _check_path(path, schema)
        steps = sorted([name for name, _ in _STEP.findall(path)] for path in columns.values())
        for one, other in zip(steps, steps[1:]):  # noqa: B905, RUF007  # each with the next
            if other[: len(one)] == one:
                raise ConfigurationError(
                    f"Two columns lead to {'.'.join(one)!r}.",
                    remedy="Name one column for each field.",
                )

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
            raise LabelError(
                f"the column {column!r} has several values in rows of one key.",
                remedy="Lead it into a list, as `lines[].amount`, or mend the rows.",
            )
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


def _check_path(path: str, schema: DocumentSchema[T]) -> None:
    known = path
    while known:
        try:
            field = schema.field(known)
        except SchemaError:
            known = known.rpartition(".")[0]
            continue
        if known == path or field.kind in {"map", "any"}:  # whose keys no schema knows
            return
        break
    fields = ", ".join(f"`{field.path}`" for field in schema.leaves())
    raise ConfigurationError(
        f"{path!r} leads to no field of `{schema.name}`.", remedy=f"Its fields are {fields}."
    )


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


def _key(value: object) -> str:
    # pandas makes decimals of whole numbers where a cell of their column is empty.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    plain = None if _is_empty(value) else _plain(value)
    return "" if plain is None else str(plain).strip()


def _cell(row: Mapping[str, object], column: str) -> JsonValue:
    value = row.get(column)
    if isinstance(value, str):
        return value.strip() or None
    return None if _is_empty(value) else _plain(value)


def _is_empty(value: object) -> bool:
    try:
        # What pandas and database drivers put into empty cells is not equal to itself.
        return value is None or bool(value != value)  # noqa: PLR0124
    except TypeError:  # nor is pandas' NA, which does not even say whether
        return True


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
