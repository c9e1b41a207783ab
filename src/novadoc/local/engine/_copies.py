"""The copies of one form that share a sheet of paper, told apart by what is printed again."""

from __future__ import annotations

import math
import statistics
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from novadoc.local.engine._layout import Box
from novadoc.local.engine._values import squeeze

_FEWEST_TWINS = 8
_SHARE_OF_TWINS = 0.2
"""Share of a sheet's texts that must repeat at one distance for it to be copies."""
_SHARE_OF_VALUES = 0.2
"""The same for the numbers among them: a form filled in twice repeats its labels alone."""
_SHARE_OF_REST = 0.15
"""Share of a sheet's texts from which what stands beside the copies is a sheet of its own."""
_ALIKE = 80
"""Similarity from which two texts are taken for prints of one, in percent."""
_GAP = 5.0
"""Widest gap inside a copy, in line heights."""
_CLOSEST = 16
"""Least distance of two copies, in line heights."""

Pairs = Sequence[tuple[Box, Box]]
"""A text and the same text printed again, below or to the right."""


def sheets(found: Sequence[Box]) -> tuple[tuple[Box, ...], ...]:
    """Split a page that shows one form several times into its copies, upper left first.

    They may stand in a row, in a column or in a grid; what stands beside them is another sheet.
    """
    unit = _height(found)
    pairs = _twins(found, unit)
    if not pairs:
        return (tuple(found),)
    parts = _Grid(pairs, unit).parts(found)
    return tuple(sheet for part in parts for sheet in sheets(part)) if parts else (tuple(found),)


class _Grid:
    """Copies one after the other, all at about the same distance."""

    def __init__(self, pairs: Pairs, unit: float) -> None:
        x = statistics.median(other.left - one.left for one, other in pairs)
        y = statistics.median(other.middle - one.middle for one, other in pairs)
        self._along_x = abs(x) > abs(y)
        self._distance = max(abs(x), abs(y))
        self._unit = unit
        self._twins = [box for pair in pairs for box in pair]

    def parts(self, found: Sequence[Box]) -> list[list[Box]]:
        """Share a page out to its copies, and perhaps one part for what is none."""
        low, high = self._band()
        inside = [box for box in found if low <= self._across(box) <= high]
        beside = [box for box in found if not low <= self._across(box) <= high]
        if len(beside) < max(_FEWEST_TWINS, _SHARE_OF_REST * len(found)):
            inside, beside = list(found), []  # a margin, not another sheet
        cuts = self._cuts(inside)
        copies: list[list[Box]] = [[] for _ in range(len(cuts) + 1)]
        for box in inside:
            copies[bisect(cuts, self._along(box))].append(box)
        return sorted(filter(None, [*copies, beside]), key=self._upper_left) if cuts else []

    def _band(self) -> tuple[float, float]:
        """Return where the copies stand across their row; some twins are twins by chance."""
        groups: list[list[float]] = [[]]
        for place in sorted(self._across(box) for box in self._twins):
            if groups[-1] and place - groups[-1][-1] > _GAP * self._unit:
                groups.append([])
            groups[-1].append(place)
        least = _SHARE_OF_TWINS * max(map(len, groups))
        kept = [place for group in groups if len(group) >= least for place in group]
        return kept[0] - self._unit, kept[-1] + self._unit

    def _cuts(self, inside: Sequence[Box]) -> list[float]:
        """Return where each copy but the first begins."""
        low, high = self._band()
        starts = sorted(self._along(box) for box in self._twins if low <= self._across(box) <= high)
        copies: defaultdict[int, list[float]] = defaultdict(list)
        for start in starts:
            copies[math.floor((start - starts[0] + self._unit) / self._distance)].append(start)
        real = [own for _, own in sorted(copies.items()) if len(own) >= _FEWEST_TWINS // 2]
        return [self._gutter(own[0], inside) for own in real[1:]]

    def _gutter(self, start: float, inside: Sequence[Box]) -> float:
        """Find the middle of the widest blank strip shortly before where a copy starts."""
        end = start - self._distance / 4
        widest, middle = 0.0, start
        spans = sorted(span for box in inside if (span := self._span(box))[0] < start)
        for begins, ends in [*((a, b) for a, b in spans if end < b <= start), (start, start)]:
            if begins - end > widest:
                widest, middle = begins - end, (begins + end) / 2
            end = max(end, ends)
        return middle

    def _span(self, box: Box) -> tuple[float, float]:
        return (box.left, box.right) if self._along_x else (box.top, box.bottom)

    def _along(self, box: Box) -> float:
        return box.left if self._along_x else box.middle

    def _across(self, box: Box) -> float:
        return box.middle if self._along_x else box.left

    def _upper_left(self, part: Sequence[Box]) -> tuple[float, float]:
        top = min(box.middle for box in part)
        return top // (4 * self._unit), min(box.left for box in part)


def _twins(found: Sequence[Box], unit: float) -> Pairs:
    """Find the commonest distance between equal texts; nothing where that is mere chance."""
    texts = [box for box in found if len(squeeze(box.text)) >= 5]
    size = 2 * unit
    pairs = list(_pairs(texts))
    apart = [((b.left - a.left) / size, (b.middle - a.middle) / size) for a, b in pairs]
    votes = Counter(cell for x, y in apart for cell in _cells(x, y))
    far = [cell for cell in votes if size * max(map(abs, cell)) >= _CLOSEST * unit]
    if not far:
        return ()
    best = max(far, key=lambda cell: (votes[cell], -sum(map(abs, cell))))
    near = [
        pair
        for pair, (x, y) in zip(pairs, apart, strict=True)
        if abs(x - best[0]) <= 1 and abs(y - best[1]) <= 1
    ]
    enough = len(near) >= max(_FEWEST_TWINS, _SHARE_OF_TWINS * len(texts))
    return near if enough and _same_values(texts, near) else ()


def _same_values(texts: Sequence[Box], pairs: Pairs) -> bool:
    inside = _within([box for pair in pairs for box in pair])
    values = sum(_is_value(box.text) for box in texts if inside(box))
    same = sum(_is_value(a.text) and squeeze(a.text) == squeeze(b.text) for a, b in pairs)
    return same >= _SHARE_OF_VALUES * values


def _within(boxes: Sequence[Box]) -> Callable[[Box], bool]:
    left, right = min(box.left for box in boxes), max(box.left for box in boxes)
    top, bottom = min(box.middle for box in boxes), max(box.middle for box in boxes)
    return lambda box: left <= box.left <= right and top <= box.middle <= bottom


def _is_value(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= 3


def _pairs(texts: Sequence[Box]) -> Iterator[tuple[Box, Box]]:
    """Yield boxes that read alike, the upper (or left) one first."""
    keys = [squeeze(box.text) for box in texts]
    alike: npt.NDArray[np.uint8] = process.cdist(
        keys, keys, scorer=fuzz.ratio, score_cutoff=_ALIKE, dtype=np.uint8
    )
    upper, lower = np.triu(alike, 1).nonzero()
    for i, j in zip(upper, lower, strict=True):
        one, other = texts[int(i)], texts[int(j)]
        later = (one.middle, one.left) > (other.middle, other.left)
        yield (other, one) if later else (one, other)


def _cells(x: float, y: float) -> Iterator[tuple[int, int]]:
    """Vote for both neighbouring cells, so that no pair falls between two of them."""
    for across in {math.floor(x), math.ceil(x)}:
        for down in {math.floor(y), math.ceil(y)}:
            yield across, down


def _height(found: Sequence[Box]) -> float:
    heights = [box.height for box in found if box.tick is None]
    return statistics.median(heights) if heights else 1.0
