"""Rows of two lists aligned without crossing: for lists whose order is part of the answer."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence

from novadoc.metrics._assignment import Pair
from novadoc.metrics._columns import Column, shade, unit_weight
from novadoc.metrics._records import Matching

# Above this many cells the table is cut where rows surely belong together, and the whole is no
# longer proven optimal.
_LARGEST_TABLE = 1_000_000

_Block = tuple[range, range]


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
    for block in [middle] if proven else _cut(table, *middle):
        is_small = len(block[0]) * len(block[1]) <= _LARGEST_TABLE
        pairs += _align(table, *block) if is_small else _by_position(table, *block)
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


def _cut(table: Sequence[Column], rows: range, columns: range) -> Iterator[_Block]:
    """Cut both lists at rows that stand once on each side, as many as keep their order."""
    left = _once([column.expected for column in table], rows)
    right = _once([column.actual for column in table], columns)
    common = [(i, right[key]) for key, i in left.items() if key in right]
    start, other = rows.start, columns.start
    for i, j in _longest_rising(common):
        yield range(start, i), range(other, j)
        yield range(i, i + 1), range(j, j + 1)
        start, other = i + 1, j + 1
    yield range(start, rows.stop), range(other, columns.stop)


def _once(columns: Sequence[Sequence[Hashable]], rows: range) -> dict[Hashable, int]:
    """Return the rows that read like no other, by what they read."""
    where: dict[Hashable, list[int]] = {}
    for i in rows:
        where.setdefault(tuple(column[i] for column in columns), []).append(i)
    return {key: found[0] for key, found in where.items() if len(found) == 1}


def _longest_rising(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the longest part of pairs, sorted by the first, whose second number rises too."""
    ends: list[int] = []  # the smallest last number of a rising part, by its length
    at: list[int] = []
    before: list[int] = []
    for k, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before.append(at[length - 1] if length else -1)
        ends[length : length + 1] = [j]
        at[length : length + 1] = [k]
    found: list[Pair] = []
    k = at[-1] if at else -1
    while k >= 0:
        found.append(pairs[k])
        k = before[k]
    return found[::-1]


def _by_position(table: Sequence[Column], rows: range, columns: range) -> list[Pair]:
    pairs = zip(rows, columns, strict=False)
    return [(i, j) for i, j in pairs if any(column.grade(i, j)[0] for column in table)]


def _align(table: Sequence[Column], rows: range, columns: range) -> list[Pair]:
    """Fill the table of the best alignment of every two beginnings, and read it backwards."""
    best = [[0] * (len(columns) + 1)]
    for weights in _weights(table, rows, columns):
        above, last = best[-1], 0
        current = [0]
        for b, j in enumerate(columns):
            last = max(last, above[b + 1])
            if j in weights:
                last = max(last, above[b] + weights[j])
            current.append(last)
        best.append(current)
    return _trace(best, rows, columns)


def _weights(table: Sequence[Column], rows: range, columns: range) -> Iterator[dict[int, int]]:
    """Yield what each row gains by the rows it shares a right cell with."""
    hits: dict[int, dict[int, int]] = {i: {} for i in rows}
    for column in table:
        for i, near in column.agreements(rows, columns):
            for j in near:
                hits[i][j] = hits[i].get(j, 0) + column.grade(i, j)[0]
    soft = [column for column in table if not column.is_listable]
    unit = unit_weight(soft, min(len(rows), len(columns)))
    for i, line in hits.items():
        yield {j: unit * right + shade(soft, i, j) for j, right in line.items()}


def _trace(best: list[list[int]], rows: range, columns: range) -> list[Pair]:
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
