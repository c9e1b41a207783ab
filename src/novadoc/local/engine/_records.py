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
    words: tuple[int, ...]


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
        rows = _cluster(items, lambda item: page.words[item.words[0]].left, 4.0 * page.height)
    else:
        rows = _cluster(items, lambda item: _middle(page, item), 0.7 * page.height)
        rows = _without_bands(page, rows)
    return [_without_rivals(row) for row in rows]


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


def _middle(page: Page, item: Item) -> float:
    return page.segments[page.words[item.words[0]].segment].middle


def _below_label(page: Page, item: Item) -> float:
    """Return the distance to the nearest text above that reads like a label."""
    segment = page.words[item.words[0]].segment
    own = page.segments[segment]
    top = own
    for other in page.above[segment]:
        top = page.segments[other]
        if len(words(top.text)) > 1 and not numeric(top.text):
            break
    return own.middle - top.middle


def _side_by_side(page: Page, items: Sequence[Item]) -> bool:
    """Tell whether values of one field stand on one line more often than under each other."""
    level = stacked = 0
    by_path: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_path[item.path].append(item)
    for same in by_path.values():
        for one, other in pairwise(same):
            if abs(_middle(page, one) - _middle(page, other)) < 0.7 * page.height:
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
