"""Which values of a list belong to the same record: those of one row, or of one column."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from novadoc.local.engine._page import Page
from novadoc.local.engine._values import numeric, words
from novadoc.types import JsonScalar


@dataclass(frozen=True)
class Item:
    """One value of a list field."""

    path: str
    value: JsonScalar
    confidence: float
    left: float
    middle: float
    segment: int | None = None
    """Where the value is printed; `None` for a mark."""


Rows = list[list[Item]]


def rows_of(page: Page, items: Sequence[Item]) -> Rows:
    """Group the values of one list into records, in reading order.

    A list mostly has one record a line. Where a form prints the columns of a record in several
    bands, the distance from the label above tells the records apart; where records stand side by
    side, their columns do.
    """
    if not items:
        return []
    if _side_by_side(page, items):
        rows = _cluster(items, lambda item: item.left, 4.0 * page.height)
    else:
        rows = _cluster(items, lambda item: item.middle, 0.7 * page.height)
        rows = _without_bands(page, rows)
    return [_without_rivals(row) for row in rows]


def owners(outer: Rows, inner: Rows, height: float) -> list[int]:
    """Say which outer record each inner one belongs to, below 0 for one of an earlier page.

    An outer record stands over its inner ones, or on the line of the first; only where none is
    left over at the end do they stand under them, as sums do.
    """
    if not outer:
        return [-1] * len(inner)
    reach = 0.7 * height
    tops = [min(item.middle for item in row) for row in outer]
    places = [min(item.middle for item in row) for row in inner]
    if len(outer) > 1 and max(tops) - min(tops) < reach:
        return _columns(outer, inner, 2 * height)
    under = places and min(places) < tops[0] - reach and max(places) < tops[-1] - reach
    if under:
        return [sum(top < place - reach for top in tops) for place in places]
    return [sum(top < place + reach for top in tops) - 1 for place in places]


def _columns(outer: Rows, inner: Rows, reach: float) -> list[int]:
    lefts = [min(item.left for item in row) for row in outer]
    starts = [min(item.left for item in row) for row in inner]
    return [max(0, sum(left < start + reach for left in lefts) - 1) for start in starts]


def _without_bands(page: Page, rows: Rows) -> Rows:
    """Join the parts of a record that are printed in different bands of the form.

    Lines that hold different fields are parts of one record as long as there are more lines than
    values of any field. Which lines go together is told by their order within their bands, then
    by their distance from the labels above.
    """
    rows = list(rows)
    expected = max(sum(_has(row, path) for row in rows) for path in _paths(rows))
    while len(rows) > expected:
        pairs = [
            (_rank_apart(rows, i, j), abs(_depth(page, rows[i]) - _depth(page, rows[j])), i, j)
            for i in range(len(rows))
            for j in range(i)
            if _paths([rows[i]]).isdisjoint(_paths([rows[j]]))
        ]
        if not pairs:
            break
        *_, i, j = min(pairs)
        rows[j] = rows[j] + rows.pop(i)
    return rows


def _rank_apart(rows: Rows, one: int, other: int) -> int:
    return abs(_rank(rows, one) - _rank(rows, other))


def _rank(rows: Rows, number: int) -> int:
    """Count the lines above that hold the same fields."""
    own = _paths([rows[number]])
    return sum(not own.isdisjoint(_paths([row])) for row in rows[:number])


def _paths(rows: Rows) -> set[str]:
    return {item.path for row in rows for item in row}


def _has(row: Sequence[Item], path: str) -> bool:
    return any(item.path == path for item in row)


def _depth(page: Page, row: Sequence[Item]) -> float:
    return statistics.median(_below_label(page, item) for item in row)


def _below_label(page: Page, item: Item) -> float:
    """Return the distance to the nearest text above that reads like a label."""
    top = item.middle
    for other in () if item.segment is None else page.above[item.segment]:
        text = page.segments[other]
        top = text.middle
        if len(words(text.text)) > 1 and not numeric(text.text):
            break
    return item.middle - top


def _side_by_side(page: Page, items: Sequence[Item]) -> bool:
    """Tell whether values of one field stand on one line more often than under each other."""
    level = stacked = 0
    by_path: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_path[item.path].append(item)
    for same in by_path.values():
        for one, other in pairwise(same):
            if abs(one.middle - other.middle) < 0.7 * page.height:
                level += 1
            else:
                stacked += 1
    return level > stacked


def _cluster(items: Sequence[Item], way: Callable[[Item], float], reach: float) -> Rows:
    rows: Rows = []
    last = 0.0
    for item in sorted(items, key=way):
        place = way(item)
        if rows and place - last < reach:
            rows[-1].append(item)
        else:
            rows.append([item])
        last = place
    return rows


def _without_rivals(row: list[Item]) -> list[Item]:
    """Keep the surest value of each field."""
    best: dict[str, Item] = {}
    for item in row:
        if item.path not in best or item.confidence > best[item.path].confidence:
            best[item.path] = item
    return list(best.values())
