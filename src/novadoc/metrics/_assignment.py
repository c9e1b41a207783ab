"""The assignment problem: one-to-one pairs of largest total weight, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

Weights = Sequence[Sequence[int]]
Pair = tuple[int, int]

# Above any sum of weights a document can have, and still an integer.
_INFINITE = 1 << 200


class _Peak(NamedTuple):
    """The two largest weights of a row or column, and where the largest stands."""

    first: int
    second: int
    at: int


def assign(weights: Weights) -> list[Pair]:
    """Return (row, column) pairs that maximise the sum of non-negative integer weights.

    Every row or every column is used, whichever there are fewer of. Integers keep it exact.
    Cells that dominate their row and column are fixed first; what is left is solved by shortest
    augmenting paths, cubic in its size.

    Example:
        >>> assign([[3, 2], [3, 0]])
        [(0, 1), (1, 0)]
    """
    rows: list[int] = list(range(len(weights)))
    columns: list[int] = list(range(len(weights[0]))) if rows else []
    pairs: list[Pair] = []
    while rows and columns:
        fixed = _dominant(weights, rows, columns)
        if not fixed:
            pairs += _solve_part(weights, rows, columns)
            break
        pairs += fixed
        used_rows, used_columns = {i for i, _ in fixed}, {j for _, j in fixed}
        rows = [i for i in rows if i not in used_rows]
        columns = [j for j in columns if j not in used_columns]
    return sorted(pairs)


def _dominant(weights: Weights, rows: list[int], columns: list[int]) -> list[Pair]:
    """Find cells at least as large as the best elsewhere in their row plus in their column.

    Such a cell belongs to some optimum: exchanging it into any other assignment loses at most
    those two, as no weight is negative.
    """
    row_peaks = {i: _peak(weights[i], columns) for i in rows}
    tops: dict[int, _Peak] = dict.fromkeys(columns, _Peak(-1, 0, -1))
    for i in rows:
        line = weights[i]
        for j in columns:
            weight, top = line[j], tops[j]
            if weight > top.first:
                tops[j] = _Peak(weight, max(top.first, 0), i)
            elif weight > top.second:
                tops[j] = _Peak(top.first, weight, top.at)
    return [
        (i, peak.at)
        for i, peak in row_peaks.items()
        if tops[peak.at].at == i and peak.first >= peak.second + tops[peak.at].second
    ]


def _peak(line: Sequence[int], columns: list[int]) -> _Peak:
    first, second, at = -1, 0, -1
    for j in columns:
        weight = line[j]
        if weight > first:
            first, second, at = weight, max(first, 0), j
        elif weight > second:
            second = weight
    return _Peak(first, second, at)


def _solve_part(weights: Weights, rows: list[int], columns: list[int]) -> list[Pair]:
    part = [[weights[i][j] for j in columns] for i in rows]
    if len(rows) <= len(columns):
        return [(rows[i], columns[j]) for i, j in _solve(part)]
    turned = [list(column) for column in zip(*part, strict=True)]
    return [(rows[i], columns[j]) for j, i in _solve(turned)]


def _solve(weights: list[list[int]]) -> list[Pair]:
    """Solve with at most as many rows as columns: add a row at a time, keeping the dual prices."""
    top = max(map(max, weights))
    costs = [[top - weight for weight in line] for line in weights]
    prices = _Prices(len(costs), len(costs[0]))
    for row in range(len(costs)):
        prices.augment(row, costs)
    return [(i, j) for j, i in enumerate(prices.owner) if i >= 0]


class _Prices:
    """Dual prices of rows and columns, and who owns each column so far."""

    def __init__(self, rows: int, columns: int) -> None:
        self.row = [0] * rows
        self.column = [0] * columns
        self.owner = [-1] * columns

    def augment(self, row: int, costs: list[list[int]]) -> None:
        """Give `row` a column along the cheapest path of reassignments (Dijkstra)."""
        owner, column_price = self.owner, self.column
        distance = [_INFINITE] * len(owner)
        before = [-1] * len(owner)
        open_columns = list(range(len(owner)))
        settled: list[int] = []
        current, reached, last = row, 0, -1
        while True:
            line, base = costs[current], reached - self.row[current]
            best, chosen = _INFINITE, -1
            for j in open_columns:
                through = base + line[j] - column_price[j]
                if through < distance[j]:
                    distance[j], before[j] = through, last
                if distance[j] < best or (distance[j] == best and owner[j] < 0 <= owner[chosen]):
                    best, chosen = distance[j], j
            reached, last = best, chosen
            if owner[chosen] < 0:
                break
            open_columns.remove(chosen)
            settled.append(chosen)
            current = owner[chosen]
        self._reprice(row, reached, settled, distance)
        while last >= 0:
            owner[last] = owner[before[last]] if before[last] >= 0 else row
            last = before[last]

    def _reprice(self, row: int, reached: int, settled: list[int], distance: list[int]) -> None:
        self.row[row] += reached
        for j in settled:
            shift = reached - distance[j]
            self.row[self.owner[j]] += shift
            self.column[j] -= shift
