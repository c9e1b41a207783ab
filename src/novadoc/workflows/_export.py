"""Outcomes as rows for other systems: one table for documents, one for each list of records."""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Protocol, TextIO, TypeAlias, TypeVar, Union

from novadoc._extras import require
from novadoc._output import make_folder, writing
from novadoc.extraction import Extraction, ExtractionFailure
from novadoc.schema import DocumentSchema, FieldSpec, to_json
from novadoc.types import JsonObject, JsonScalar, JsonValue

T = TypeVar("T")

Row: TypeAlias = "dict[str, JsonScalar]"

_MAIN = "documents"
_OWN = ("id", "source", "result")
_UNSAFE = re.compile(r"[^\w.-]")


class _Writer(Protocol):
    def write(self, row: Row) -> None: ...


@dataclass(frozen=True)
class Table:
    """A table's name and its columns, in order."""

    name: str
    """`documents`, or the list's path, as `lines` or `orders.lines`."""
    columns: tuple[str, ...]


def tables(schema: DocumentSchema[T] | type[T]) -> tuple[Table, ...]:
    """Return the tables a schema's outcomes fill.

    Objects become columns with dotted names. A list of records becomes a table of its own, whose
    rows name their document and place in the list; lists of plain values and maps stay one column
    with JSON text. A field called as one of these columns or tables (`id`, `row`, `documents`) has
    `_` behind its name.

    Example:
        >>> line = {"type": "object", "properties": {"amount": {"type": "number"}}}
        >>> bill = DocumentSchema.from_json_schema({
        ...     "type": "object",
        ...     "properties": {
        ...         "total": {"type": "number"},
        ...         "lines": {"type": "array", "items": line},
        ...     },
        ... })
        >>> for table in tables(bill):
        ...     print(table.name, *table.columns)
        documents id source result total
        lines id row amount
    """
    found: list[Table] = []
    fields = DocumentSchema.of(schema).fields
    _collect(fields, _MAIN, _OWN, "", found)
    return tuple(found)


def export(
    outcomes: Iterable[Union[Extraction[T], ExtractionFailure]],
    folder: str | os.PathLike[str],
    *,
    schema: DocumentSchema[Any] | type[Any],
    form: Literal["csv", "jsonl"] = "csv",
) -> dict[str, Path]:
    """Write outcomes as files, one for each table, as they come; nothing is kept in memory.

    Failures are rows of `documents` too, with the error's class under `result` and nothing else.

    Args:
        outcomes: Of an extractor.
        folder: Where to write; made if missing, files are overwritten.
        schema: What was extracted.
        form: `csv` (UTF-8, header line) or `jsonl`.

    Returns:
        The files by table.

    Raises:
        OutputError: The folder cannot be written.
    """
    target = Path(folder)
    make_folder(target)
    planned = tables(schema)
    paths = {name: target / f"{stem}.{form}" for name, stem in _stems(planned).items()}
    with ExitStack() as files:
        writers = {
            table.name: _writer(
                files.enter_context(_opened(paths[table.name])),
                table,
                form,
            )
            for table in planned
        }
        for outcome in outcomes:
            for name, row in rows(outcome, planned):
                with writing(paths[name]):
                    writers[name].write(row)
    return paths


@contextmanager
def _opened(path: Path) -> Generator[TextIO]:
    with writing(path):
        file = path.open("w", encoding="utf-8", newline="")
    try:
        yield file
    finally:
        with writing(path):
            file.close()


def rows(
    outcome: Union[Extraction[T], ExtractionFailure], planned: Iterable[Table]
) -> Iterator[tuple[str, Row]]:
    """Yield the rows of one outcome, each with its table's name."""
    columns = {table.name: frozenset(table.columns) for table in planned}
    head: Row = {"id": outcome.id, "source": outcome.source}
    if isinstance(outcome, ExtractionFailure):
        yield _MAIN, {**head, "result": type(outcome.error).__name__}
        return
    walk = _Walk(outcome.id, columns, _MAIN, _OWN)
    walk.visit(outcome.canonical, "", {}, "")
    yield _MAIN, {**head, "result": "extracted", **walk.columns}
    yield from walk.nested


def data_frames(
    outcomes: Iterable[Union[Extraction[T], ExtractionFailure]],
    *,
    schema: DocumentSchema[Any] | type[Any],
) -> dict[str, Any]:
    """Return outcomes as pandas DataFrames, one for each table.

    Raises:
        MissingExtraError: pandas is not installed.
    """
    pandas: Any = require("pandas", extra="pandas", feature="DataFrames of outcomes")
    planned = tables(schema)
    found: dict[str, list[Row]] = {table.name: [] for table in planned}
    for outcome in outcomes:
        for name, row in rows(outcome, planned):
            found[name].append(row)
    return {
        table.name: pandas.DataFrame(found[table.name], columns=list(table.columns))
        for table in planned
    }


def _collect(
    fields: Iterable[FieldSpec], name: str, own: tuple[str, ...], place: str, found: list[Table]
) -> None:
    columns: list[str] = []
    lists: list[FieldSpec] = []

    def walk(specs: Iterable[FieldSpec], prefix: str) -> None:
        for spec in specs:
            if spec.kind == "object":
                walk(spec.children, f"{prefix}{spec.name}.")
            elif _is_records(spec):
                lists.append(spec)
            else:
                columns.append(_beside(own, f"{prefix}{spec.name}"))

    walk(fields, "")
    found.append(Table(name, (*own, *columns)))
    depth = place.count("[]")
    for spec in lists:
        rows_own = ("id", *_places(depth + 1))
        _collect(spec.children[0].children, _table(spec.path), rows_own, spec.path + "[]", found)


def _is_records(spec: FieldSpec) -> bool:
    return spec.kind == "array" and spec.children[0].kind == "object"


def _table(path: str) -> str:
    return _beside((_MAIN,), path.replace("[]", ""))


def _beside(taken: Iterable[str], name: str) -> str:
    """Return a name that is none of those taken."""
    taken = frozenset(taken)
    while name in taken:
        name += "_"
    return name


def _stems(planned: Iterable[Table]) -> dict[str, str]:
    """Return each table's file name, without what no file system takes."""
    stems: dict[str, str] = {}
    for table in planned:
        stem = _UNSAFE.sub("_", table.name)[:100]
        stems[table.name] = _beside(stems.values(), stem)
    return stems


def _places(depth: int) -> tuple[str, ...]:
    return ("row",) if depth == 1 else tuple(f"row_{level}" for level in range(1, depth + 1))


@dataclass
class _Walk:
    """One document's columns and the rows of its lists."""

    id: str
    tables: Mapping[str, frozenset[str]]
    """Columns of each table."""
    table: str
    """Whose row this is."""
    own: tuple[str, ...]
    """Columns that are no fields."""
    columns: Row = field(default_factory=dict[str, JsonScalar])
    nested: list[tuple[str, Row]] = field(default_factory=list[tuple[str, Row]])

    def visit(self, value: JsonObject, path: str, places: Mapping[str, int], prefix: str) -> None:
        """Fill this row's columns from an object, and hand its lists of records on."""
        for name, item in value.items():
            here = f"{path}.{name}" if path else name
            column = _beside(self.own, f"{prefix}{name}")
            if isinstance(item, list) and _table(here) in self.tables:
                self._records(item, here, places)
            elif isinstance(item, dict) and column not in self.tables[self.table]:
                self.visit(item, here, places, f"{prefix}{name}.")
            else:
                self.columns[column] = _cell(item)

    def _records(self, items: list[JsonValue], path: str, places: Mapping[str, int]) -> None:
        indices = list(places.values())
        for index, item in enumerate(items):
            numbered = [*indices, index]
            at = dict(zip(_places(len(numbered)), numbered, strict=True))
            inner = _Walk(self.id, self.tables, _table(path), ("id", *at))
            if isinstance(item, dict):
                inner.visit(item, path, at, "")
            self.nested.append((_table(path), {"id": self.id, **at, **inner.columns}))
            self.nested.extend(inner.nested)


def _cell(value: JsonValue) -> JsonScalar:
    return to_json(value) if isinstance(value, (dict, list)) else value


class _Csv:
    def __init__(self, file: TextIO, table: Table) -> None:
        self._writer = csv.DictWriter(file, table.columns, extrasaction="ignore")
        self._writer.writeheader()

    def write(self, row: Row) -> None:
        self._writer.writerow({name: _plain(value) for name, value in row.items()})


class _Jsonl:
    def __init__(self, file: TextIO, table: Table) -> None:
        self._file, self._columns = file, table.columns

    def write(self, row: Row) -> None:
        # All columns in each line: readers that look at the first one only know them all.
        parts = (f"{json.dumps(name)}:{to_json(row.get(name))}" for name in self._columns)
        self._file.write("{" + ",".join(parts) + "}\n")


def _writer(file: TextIO, table: Table, form: Literal["csv", "jsonl"]) -> _Writer:
    return _Csv(file, table) if form == "csv" else _Jsonl(file, table)


def _plain(value: JsonScalar) -> object:
    return format(value, "f") if isinstance(value, Decimal) else value
