"""Rows of two tables matched one to one, order-free, with the most right cells.

The objective, in this order: rows that read the same pair with each other; then the number of
right cells; then the similarity of the cells. Rows without a right cell in common stay alone.

Three exact steps make it fast. Equal rows are one kind with a count. A pair of kinds is fixed when
no exchange can beat it: its weight is above the best its row and its column could get elsewhere.
What is left is solved as an assignment problem with integer weights. Only where more than
`LARGEST_BLOCK` rows are left on a side is the rest cut into blocks of likely partners, each solved
exactly, and the result says that the whole is no longer proven optimal.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from novadoc.metrics._assignment import Pair, assign
from novadoc.metrics._columns import Column, shade, unit_weight

LARGEST_BLOCK = 1_000

# Agreements of one column listed pair by pair; a constant column would have a square of them.
_MOST_LISTED = 700_000

T = TypeVar("T")

Kinds = dict[int, list[int]]
"""A representative row -> all rows that read the same."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)  # never compared or shown
class Matching:
    """Which rows belong together."""

    pairs: list[Pair]
    """(expected, predicted) positions, ascending."""
    expected_only: list[int]
    actual_only: list[int]
    proven: bool = True
    """Whether the number of right cells is proven to be the largest possible."""


@dataclass(slots=True, eq=False, repr=False)  # never compared or shown
class _Work:
    rows: Kinds
    columns: Kinds
    pairs: list[Pair] = field(default_factory=list[Pair])
    proven: bool = True

    def take(self, i: int, j: int) -> None:
        """Pair as many copies of both kinds as there are."""
        left, right = self.rows[i], self.columns[j]
        for _ in range(min(len(left), len(right))):
            self.pairs.append((left.pop(), right.pop()))
        if not left:
            del self.rows[i]
        if not right:
            del self.columns[j]

    def take_one(self, i: int, j: int) -> None:
        """Pair one copy of each kind."""
        self.pairs.append((self.rows[i].pop(), self.columns[j].pop()))
        if not self.rows[i]:
            del self.rows[i]
        if not self.columns[j]:
            del self.columns[j]


def match(table: Sequence[Column], rows: int, columns: int) -> Matching:
    """Match the rows of two tables given column by column."""
    expected = _keys((column.expected for column in table), rows)
    actual = _keys((column.actual for column in table), columns)
    work = _pair_equal(expected, actual)
    if work.rows and work.columns:
        bounds = _Bounds(table, list(work.rows), list(work.columns))
        _settle(work, bounds)
        if work.rows and work.columns:
            _solve_rest(table, work, bounds, (expected, actual))
    return Matching(
        sorted(work.pairs),
        sorted(i for kind in work.rows.values() for i in kind),
        sorted(j for kind in work.columns.values() for j in kind),
        work.proven,
    )


def _keys(columns: Iterable[Sequence[Hashable]], count: int) -> list[tuple[Hashable, ...]]:
    return list(zip(*columns, strict=True)) or [()] * count


def _pair_equal(expected: Sequence[Hashable], actual: Sequence[Hashable]) -> _Work:
    """Pair rows that read the same, and sort what is left into kinds.

    Where every column decides by equality this is optimal: the number of differing cells is a
    metric. With tolerances it is the rule readers expect.
    """
    where: defaultdict[Hashable, list[int]] = defaultdict(list)
    for j in range(len(actual) - 1, -1, -1):
        where[actual[j]].append(j)
    pairs: list[Pair] = []
    alone: defaultdict[Hashable, list[int]] = defaultdict(list)
    for i, key in enumerate(expected):
        equals = where.get(key)
        if equals:
            pairs.append((i, equals.pop()))
        else:
            alone[key].append(i)
    rows = {kind[0]: kind[::-1] for kind in alone.values()}
    columns = {kind[-1]: kind for kind in where.values() if kind}
    return _Work(rows, columns, pairs)


def _settle(work: _Work, bounds: _Bounds) -> None:
    """Fix pairs of kinds that no exchange can improve, round after round."""
    while work.rows and work.columns:
        fixed = list(bounds.dominant(work))
        if not fixed:
            return
        for i, j in fixed:
            work.take(i, j)


class _Bounds:
    """What is known of every pair's weight without looking at every pair.

    Columns whose right cells are few are counted exactly; the others (`vague`) add at most their
    cap to any pair, and are looked up for single candidates only.
    """

    def __init__(self, table: Sequence[Column], rows: list[int], columns: list[int]) -> None:
        self.sure: dict[int, dict[int, int]] = {i: {} for i in rows}
        self.vague: list[Column] = []
        many = min(64 * (len(rows) + len(columns)), _MOST_LISTED)
        for column in table:
            if not self._count(column, rows, columns, many):
                self.vague.append(column)
        self.slack = sum(column.cap for column in self.vague)
        self.floor = sum(_is_constant(column, rows, columns) for column in self.vague)
        self._exact: dict[Pair, int] = {}

    def _count(
        self, column: Column, rows: Sequence[int], columns: Sequence[int], many: int
    ) -> bool:
        """Add a column's right cells to the sure weights; refuse when they are too many."""
        if not column.is_listable:
            return False
        listed: list[tuple[int, Sequence[int]]] = []
        for i, near in column.agreements(rows, columns):
            many -= len(near)
            if many < 0:
                return False
            listed.append((i, near))
        for i, near in listed:
            line = self.sure[i]
            for j in near:
                line[j] = line.get(j, 0) + 1
        return True

    def dominant(self, work: _Work) -> Iterator[Pair]:
        """Yield pairs whose weight exceeds the best elsewhere in their row plus their column."""
        best, second, owner = self._column_peaks(work)
        for i in list(work.rows):
            first, other, at = 0, 0, -1
            for j, weight in self.sure[i].items():
                if j in work.columns:
                    if weight > first:
                        first, other, at = weight, first, j
                    elif weight > other:
                        other = weight
            if at < 0 or owner[at] != i or best[at] != first:
                continue
            rival = other + second.get(at, 0) + 2 * self.slack - self.floor
            if first + self.slack > rival and self.weight(i, at, first) > rival:
                yield i, at

    def _column_peaks(self, work: _Work) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
        best: dict[int, int] = {}
        second: dict[int, int] = {}
        owner: dict[int, int] = {}
        for i in work.rows:
            for j, weight in self.sure[i].items():
                if weight > best.get(j, 0):
                    second[j] = best.get(j, 0)
                    best[j], owner[j] = weight, i
                elif weight > second.get(j, 0):
                    second[j] = weight
        return best, second, owner

    def weight(self, i: int, j: int, sure: int) -> int:
        found = self._exact.get((i, j))
        if found is None:
            found = sure + sum(column.grade(i, j)[0] for column in self.vague)
            self._exact[i, j] = found
        return found

    def weights(
        self, rows: Sequence[int], columns: Sequence[int], unit: int
    ) -> dict[int, dict[int, int]]:
        """Count the right cells of every pair of rows, `unit` each."""
        grid: dict[int, dict[int, int]] = {}
        for i in rows:
            line = grid[i] = dict.fromkeys(columns, 0)
            for j, weight in self.sure[i].items():
                if j in line:
                    line[j] = unit * weight
        for column in self.vague:
            for i, near in column.agreements(rows, columns):
                line = grid[i]
                for j in near:
                    line[j] += unit * (column.grade(i, j)[0] if column.cap > 1 else 1)
        return grid


def _is_constant(column: Column, rows: Sequence[int], columns: Sequence[int]) -> bool:
    """Return whether all cells of a column read the same, so that every pair gets a hit from it."""
    first = column.expected[rows[0]]
    return (
        column.cap == 1
        and first is not None
        and all(column.expected[i] == first for i in rows)
        and all(column.actual[j] == first for j in columns)
    )


def _solve_rest(
    table: Sequence[Column],
    work: _Work,
    bounds: _Bounds,
    keys: tuple[Sequence[Hashable], Sequence[Hashable]],
) -> None:
    """Solve what no bound could decide, in blocks when it is too much for one."""
    # A canonical order makes the choice among equally good solutions independent of the input's.
    rows = sorted(work.rows, key=lambda i: repr(keys[0][i]))
    columns = sorted(work.columns, key=lambda j: repr(keys[1][j]))
    count = -(-max(map(_copies, (work.rows, work.columns))) // LARGEST_BLOCK)
    pairs = _greedy(work, rows, columns, bounds) if count > 1 else []
    work.proven = count == 1
    taken = Counter(i for i, _ in pairs), Counter(j for _, j in pairs)
    alone = [i for i in rows for _ in range(len(work.rows[i]) - taken[0][i])]
    others = [j for j in columns for _ in range(len(work.columns[j]) - taken[1][j])]
    for block in range(count):
        likely = _slice(pairs, block, count)
        some = [i for i, _ in likely] + _slice(alone, block, count)
        others_too = [j for _, j in likely] + _slice(others, block, count)
        for i, j in _solve_block(table, bounds, some, others_too):
            work.take_one(i, j)


def _copies(kinds: Kinds) -> int:
    return sum(map(len, kinds.values()))


def _slice(items: list[T], block: int, count: int) -> list[T]:
    return items[len(items) * block // count : len(items) * (block + 1) // count]


def _greedy(
    work: _Work, rows: Sequence[int], columns: Sequence[int], bounds: _Bounds
) -> list[Pair]:
    """Pair rows that share most, so that blocks made of such pairs can only do better."""
    by_weight: defaultdict[int, list[Pair]] = defaultdict(list)
    for i in rows:
        for j, sure in bounds.sure[i].items():
            if j in work.columns:
                by_weight[bounds.weight(i, j, sure)].append((i, j))
    left = {i: len(work.rows[i]) for i in rows}
    right = {j: len(work.columns[j]) for j in columns}
    pairs: list[Pair] = []
    for weight in sorted(by_weight, reverse=True):
        for i, j in by_weight[weight]:
            both = min(left[i], right[j])
            left[i], right[j] = left[i] - both, right[j] - both
            pairs += [(i, j)] * both
    position = {i: k for k, i in enumerate(rows)}
    return sorted(pairs, key=lambda pair: position[pair[0]])


def _solve_block(
    table: Sequence[Column], bounds: _Bounds, rows: Sequence[int], columns: Sequence[int]
) -> list[Pair]:
    if not rows or not columns:
        return []
    soft = [column for column in table if not column.is_listable]
    unit = unit_weight(soft, min(len(rows), len(columns)))
    grid = bounds.weights(list(dict.fromkeys(rows)), list(dict.fromkeys(columns)), unit)
    for i, line in grid.items():
        for j, weight in line.items():
            if soft and weight:
                line[j] = weight + shade(soft, i, j)
    weights = [[grid[i][j] for j in columns] for i in rows]
    return [(rows[a], columns[b]) for a, b in assign(weights) if weights[a][b]]
