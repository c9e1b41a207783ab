"""Two lists of rows -> the columns their matching is decided by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import chain

from novadoc.metrics._columns import Column, DeepColumn, EqualColumn, Keys, NumberColumn, SoftColumn
from novadoc.metrics._comparators import ByType, Comparator, keyed
from novadoc.metrics._nodes import BOOL, EXACT, NUMBER, Node
from novadoc.metrics._quantities import Number
from novadoc.metrics._values import digest, is_void, leaf_count
from novadoc.types import JsonScalar, JsonValue

ListHits = Callable[[Node, "list[JsonValue]", "list[JsonValue]"], int]
"""Right leaves two nested lists can share."""

_NESTED = frozenset({dict, list})
_NUMERIC = frozenset({int, float, Decimal})
_NOTHING = type(None)


def table(
    node: Node, expected: list[JsonValue], actual: list[JsonValue], hits: ListHits
) -> list[Column]:
    """Lay out the rows of a list column by column."""
    if _is_flat(expected) and _is_flat(actual):
        return _flat_columns(node, expected, actual)
    rows = [_cells(node, row) for row in expected], [_cells(node, row) for row in actual]
    places = {place: found[0] for row in chain(*rows) for place, found in row.items()}
    columns: list[Column] = []
    for place in sorted(places):
        values = tuple([row[place][1] if place in row else None for row in side] for side in rows)
        if place.endswith("[]"):
            columns.append(_deep_column(places[place], values[0], values[1], hits))
        else:
            columns.append(_column(places[place], values[0], values[1]))
    return columns


def _is_flat(rows: Iterable[JsonValue]) -> bool:
    return all(
        isinstance(row, dict) and _NESTED.isdisjoint(map(type, row.values())) for row in rows
    )


def _flat_columns(
    node: Node, expected: Sequence[JsonValue], actual: Sequence[JsonValue]
) -> list[Column]:
    # Both sides are flat objects here; a cast costs less than proving it again per row.
    left: list[dict[str, JsonValue]] = expected  # type: ignore[assignment]
    right: list[dict[str, JsonValue]] = actual  # type: ignore[assignment]
    keys = set(chain.from_iterable(left)).union(*right)
    return [
        _column(node.child(key), [row.get(key) for row in left], [row.get(key) for row in right])
        for key in sorted(keys)
    ]


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
        return SoftColumn(*keys, (expected, actual), comparator)
    keys = _keys(by.key, expected), _keys(by.key, actual)
    if by.decides:
        return EqualColumn(*keys)
    if isinstance(comparator, Number):
        return NumberColumn(*keys, comparator)
    return SoftColumn(*keys, (expected, actual), comparator)


def _resolved(node: Node, expected: Sequence[JsonValue]) -> Comparator:
    """Return the comparator that stands for `ByType` where a whole column has one type."""
    comparator = node.comparator
    if not isinstance(comparator, ByType):
        return comparator
    kinds = set(map(type, expected)) - {_NOTHING}
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
