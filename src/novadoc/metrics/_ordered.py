"""Rows of two lists aligned without crossing: for lists whose order is part of the answer."""

from __future__ import annotations

from collections.abc import Sequence

from novadoc.metrics._assignment import Pair
from novadoc.metrics._columns import Column
from novadoc.metrics._records import Matching

_Reached = tuple[int, float]
"""Right cells and similarity of an alignment so far."""

# Above this many cells of the table the rest is paired by position, and no longer proven optimal.
_LARGEST_TABLE = 1_000_000


def align(table: Sequence[Column], rows: int, columns: int) -> Matching:
    """Align with the most right cells; equal rows at both ends are taken as they stand."""
    head = 0
    while head < min(rows, columns) and _same(table, head, head):
        head += 1
    tail = 0
    while tail < min(rows, columns) - head and _same(table, rows - 1 - tail, columns - 1 - tail):
        tail += 1
    pairs = [(k, k) for k in range(head)]
    middle = range(head, rows - tail), range(head, columns - tail)
    proven = len(middle[0]) * len(middle[1]) <= _LARGEST_TABLE
    pairs += _align(table, *middle) if proven else _by_position(table, *middle)
    pairs += [(rows - k, columns - k) for k in range(tail, 0, -1)]
    used_rows, used_columns = {i for i, _ in pairs}, {j for _, j in pairs}
    return Matching(
        pairs,
        [i for i in range(rows) if i not in used_rows],
        [j for j in range(columns) if j not in used_columns],
        proven,
    )


def _same(table: Sequence[Column], i: int, j: int) -> bool:
    return all(column.expected[i] == column.actual[j] for column in table)


def _weight(table: Sequence[Column], i: int, j: int) -> tuple[int, float]:
    grades = [column.grade(i, j) for column in table]
    return sum(hits for hits, _ in grades), sum(similarity for _, similarity in grades)


def _by_position(table: Sequence[Column], rows: range, columns: range) -> list[Pair]:
    return [pair for pair in zip(rows, columns, strict=False) if _weight(table, *pair)[0]]


def _align(table: Sequence[Column], rows: range, columns: range) -> list[Pair]:
    """Fill the table of the best alignment of every two beginnings, and read it backwards."""
    nothing: _Reached = (0, 0.0)
    best: list[list[_Reached]] = [[nothing] * (len(columns) + 1)]
    for i in rows:
        above = best[-1]
        current: list[_Reached] = [nothing]
        for b, j in enumerate(columns):
            hits, similarity = _weight(table, i, j)
            diagonal = (above[b][0] + hits, above[b][1] + similarity) if hits else nothing
            current.append(max(diagonal, above[b + 1], current[b]))
        best.append(current)
    return _trace(best, rows, columns)


def _trace(best: list[list[_Reached]], rows: range, columns: range) -> list[Pair]:
    pairs: list[Pair] = []
    a, b = len(rows), len(columns)
    while a and b:
        if best[a][b] == best[a - 1][b]:
            a -= 1
        elif best[a][b] == best[a][b - 1]:
            b -= 1
        else:
            a, b = a - 1, b - 1
            pairs.append((rows[a], columns[b]))
    return pairs[::-1]
