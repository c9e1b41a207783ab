"""Two lists of rows -> the columns their matching is decided by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from novadoc.metrics._columns import Column, DeepColumn, EqualColumn, Keys, NumberColumn, SoftColumn
from novadoc.metrics._comparators import ByType, Comparator, keyed
from novadoc.metrics._nodes import BOOL, EXACT, NUMBER, Node
from novadoc.metrics._quantities import Money, Number
from novadoc.metrics._values import NOTHING, SCALARS, digest, is_void, leaf_count
from novadoc.types import JsonScalar, JsonValue

ListHits = Callable[[Node, "list[JsonValue]", "list[JsonValue]"], int]
"""Right leaves two nested lists can share."""

_LEAVES = SCALARS | {NOTHING}
_NUMERIC = frozenset({int, float, Decimal})


Row = Mapping[str, "JsonScalar | None"]


class Field(NamedTuple):
    """A column of a flat table, with what stands in it."""

    name: str
    node: Node
    column: Column
    expected: Sequence[JsonScalar | None]
    actual: Sequence[JsonScalar | None]
    rows: tuple[Sequence[Row], Sequence[Row]]

    def is_asked(self, i: int, j: int) -> bool:
        """Return whether one of two rows names the field."""
        return self.name in self.rows[0][i] or self.name in self.rows[1][j]


class Table(NamedTuple):
    """Two lists of rows, side by side."""

    columns: Sequence[Column]
    fields: Sequence[Field]
    """The same columns where all rows hold leaves only; else none."""


def table(node: Node, expected: list[JsonValue], actual: list[JsonValue], hits: ListHits) -> Table:
    """Lay out the rows of a list column by column."""
    left, right = _flat_rows(expected), _flat_rows(actual)
    if left is not None and right is not None:
        fields = _fields(node, left, right)
        return Table([field.column for field in sorted(fields, key=attrgetter("name"))], fields)
    rows = [_cells(node, row) for row in expected], [_cells(node, row) for row in actual]
    places = {place: found[0] for row in chain(*rows) for place, found in row.items()}
    columns: list[Column] = []
    for place in sorted(places):
        values = tuple([row[place][1] if place in row else None for row in side] for side in rows)
        if place.endswith("[]"):
            columns.append(_deep_column(places[place], values[0], values[1], hits))
        else:
            columns.append(_column(places[place], values[0], values[1]))
    return Table(columns, ())


def _flat_rows(rows: list[JsonValue]) -> list[Row] | None:
    for row in rows:
        if not isinstance(row, dict) or not _LEAVES.issuperset(map(type, row.values())):
            return None
    return rows  # type: ignore[return-value]  # as just seen


def _fields(node: Node, left: list[Row], right: list[Row]) -> list[Field]:
    fields: list[Field] = []
    for key in dict.fromkeys(chain.from_iterable(chain(left, right))):
        child = node.child(key)
        expected, actual = [row.get(key) for row in left], [row.get(key) for row in right]
        column = _column(child, expected, actual)
        fields.append(Field(key, child, column, expected, actual, (left, right)))
    return fields


def _cells(node: Node, row: JsonValue) -> dict[str, tuple[Node, JsonValue]]:
    """Flatten a row to its leaves and lists; lists end in `[]`."""
    cells: dict[str, tuple[Node, JsonValue]] = {}
    todo: list[tuple[str, Node, JsonValue]] = [("", node, row)]
    while todo:
        place, at, value = todo.pop()
        if isinstance(value, dict):
            todo += [(f"{place}.{key}", at.child(key), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            cells[f"{place}[]"] = (at, value)
        elif not is_void(value):
            cells[place] = (at, value)
    return cells


def _column(node: Node, expected: Sequence[JsonValue], actual: Sequence[JsonValue]) -> Column:
    comparator = _resolved(node, expected)
    by = keyed(comparator)
    if by is None:
        keys = _keys(_raw, expected), _keys(_raw, actual)
        return SoftColumn(*keys, (expected, actual), comparator, node.path)
    keys = _keys(by.key, expected), _keys(by.key, actual)
    if by.decides:
        return EqualColumn(*keys)
    # A class derived from them may judge otherwise.
    if isinstance(comparator, Number) and comparator.__class__ in {Number, Money}:
        return NumberColumn(*keys, comparator)
    return SoftColumn(*keys, (expected, actual), comparator, node.path)


def _resolved(node: Node, expected: Sequence[JsonValue]) -> Comparator:
    """Return the comparator that stands for `ByType` where a whole column has one type."""
    comparator = node.comparator
    if not isinstance(comparator, ByType):
        return comparator
    kinds = set(map(type, expected)) - {NOTHING}
    if kinds <= _NUMERIC and kinds:
        return NUMBER
    if kinds == {bool}:
        return BOOL
    return comparator if kinds & (_NUMERIC | {bool}) else EXACT


def _keys(key: Callable[[JsonScalar], object], values: Sequence[JsonValue]) -> Keys:
    return [
        None
        if value is None or (isinstance(value, str) and (not value or value.isspace()))
        else key(value)  # type: ignore[arg-type]
        for value in values
    ]


def _raw(value: JsonScalar) -> tuple[str, str]:
    return value.__class__.__name__, repr(value)


class _CellHits:
    """Right leaves of two cells that are lists."""

    def __init__(
        self, node: Node, sides: tuple[Sequence[JsonValue], Sequence[JsonValue]], hits: ListHits
    ) -> None:
        self._node = node
        self._sides = sides
        self._hits = hits

    def __call__(self, i: int, j: int) -> int:
        a, b = self._sides[0][i], self._sides[1][j]
        return self._hits(self._node, a, b) if isinstance(a, list) and isinstance(b, list) else 0


def _deep_column(
    node: Node, expected: Sequence[JsonValue], actual: Sequence[JsonValue], hits: ListHits
) -> Column:
    return DeepColumn(
        [digest(value) if value else None for value in expected],
        [digest(value) if value else None for value in actual],
        max(map(leaf_count, expected), default=0),
        _CellHits(node, (expected, actual), hits),
    )
