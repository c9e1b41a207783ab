"""Matched rows of leaves, counted column by column: their cells were read to match them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from novadoc.metrics._assignment import Pair
from novadoc.metrics._columns import EqualColumn
from novadoc.metrics._comparators import Bool, ByType, Exact, Identifier, OneOf, checked
from novadoc.metrics._counts import EMPTY, EXTRA, HIT, LANES, MISSING, WRONG
from novadoc.metrics._quantities import Date, Money, Number
from novadoc.metrics._tables import Field

# They know no "nearly": values whose keys differ are nothing alike.
_CRISP = frozenset({Bool, ByType, Date, Exact, Identifier, Money, Number, OneOf})


@dataclass(slots=True, eq=False, repr=False)  # never compared or shown
class ColumnCount:
    """What became of a column's cells in matched rows."""

    counts: list[int] = field(default_factory=lambda: [0] * LANES)
    deficit: float = 0.0
    """What the similarities lack to 1, in sum."""
    flaws: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    """(number of the pair of rows, outcome) of cells that are not right."""


def count(column: Field, pairs: Sequence[Pair], *, is_declared: bool) -> ColumnCount:
    """Count a column; equal keys are right, and only what is left is compared."""
    one, two = column.column.expected, column.column.actual
    found = ColumnCount()
    hits = len(pairs)
    for number, (i, j) in enumerate(pairs):
        a, b = one[i], two[j]
        if a == b and a is not None:
            continue
        hits -= 1
        if a is None:
            outcome = EMPTY if b is None else EXTRA
            if outcome == EMPTY and not is_declared and not column.is_asked(i, j):
                continue
        elif b is None:
            outcome = MISSING
        else:
            similarity = _similarity(column, i, j)
            found.deficit += 1 - similarity
            outcome = HIT if similarity >= column.node.threshold else WRONG
        found.counts[outcome] += 1
        if outcome not in {HIT, EMPTY}:
            found.flaws.append((number, outcome))
    found.counts[HIT] += hits
    return found


def _similarity(column: Field, i: int, j: int) -> float:
    comparator = column.node.comparator
    if isinstance(column.column, EqualColumn):
        if comparator.__class__ in _CRISP:
            return 0.0
        # Keys that decide are wrong when they differ, but the values may still be alike.
        similarity = comparator.similarity(column.expected[i], column.actual[j])
        return checked(similarity, comparator, column.node.path)
    return column.column.grade(i, j)[1]
