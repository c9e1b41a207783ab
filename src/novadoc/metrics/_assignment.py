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
    rows = [*range(len(weights))]
    columns: list[int] = [*range(len(weights[0]))] if rows else []
    part = weights
    pairs: list[Pair] = []
    while rows and columns:
        fixed = _dominant(part)
        # Rounds that settle little cost more than solving what is left.
        last = 8 * len(fixed) < len(rows)
        if last:
            fixed = _solve_either_way(part)
        pairs += [(rows[a], columns[b]) for a, b in fixed]
        if last:
            break
        used_rows, used_columns = {a for a, _ in fixed}, {b for _, b in fixed}
        kept = [b for b in range(len(columns)) if b not in used_columns]
        part = [[line[b] for b in kept] for a, line in enumerate(part) if a not in used_rows]
        rows = [i for a, i in enumerate(rows) if a not in used_rows]
        columns = [columns[b] for b in kept]
    return sorted(pairs)


def _dominant(weights: Weights) -> list[Pair]:
    """Find cells at least as large as the best elsewhere in their row plus in their column.

    Such a cell belongs to some optimum: exchanging it into any other assignment loses at most
    those two, as no weight is negative.
    """
    tops = [_peak(column) for column in zip(*weights, strict=True)]
    found: list[Pair] = []
    for a, line in enumerate(weights):
        first, second, at = _peak(line)
        if first and tops[at].at == a and first >= second + tops[at].second:
            found.append((a, at))
    return found


def _peak(line: Sequence[int]) -> _Peak:
    first = max(line)
    at = line.index(first)
    others = list(line)
    del others[at]
    return _Peak(first, max(others, default=0), at)


def _solve_either_way(weights: Weights) -> list[Pair]:
    if len(weights) <= len(weights[0]):
        return _solve(weights)
    return [(i, j) for j, i in _solve(list(zip(*weights, strict=True)))]


def _solve(weights: Weights) -> list[Pair]:
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
