"""Which values of a list belong to the same record: by row, by column, or by place under a label."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from novadoc.local.engine._page import Page
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
    expected = max(Counter(item.path for item in items).values())
    across = _side_by_side(page, items)
    ways: tuple[Callable[[Item], float], ...] = (
        (lambda item: page.words[item.words[0]].left,)
        if across
        else (lambda item: _middle(page, item), lambda item: _below_label(page, item))
    )
    reach = (4.0 if across else 0.7) * page.height
    groupings = [_cluster(items, way, reach) for way in ways]
    return [
        _without_rivals(row)
        for row in min(groupings, key=lambda rows: abs(len(rows) - expected))
    ]


def _middle(page: Page, item: Item) -> float:
    return page.segments[page.words[item.words[0]].segment].middle


def _below_label(page: Page, item: Item) -> float:
    """Return the distance to the first text above that is no value of the list."""
    segment = page.words[item.words[0]].segment
    own = page.segments[segment]
    top = own
    for other in page.above[segment]:
        top = page.segments[other]
        if not any(char.isdigit() for char in top.text[3:]) and len(top.text) > 6:
            break
    return own.middle - top.middle


def _side_by_side(page: Page, items: Sequence[Item]) -> bool:
    """Tell whether values of one field stand on one line more often than under each other."""
    level = stacked = 0
    by_path: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_path[item.path].append(item)
    for same in by_path.values():
        for one, other in zip(same, same[1:]):  # noqa: B905 - pairs of neighbours
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
