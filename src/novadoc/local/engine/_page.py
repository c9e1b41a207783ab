"""One sheet as words, segments and who stands next to whom."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from novadoc.local.engine._copies import sheets
from novadoc.local.engine._layout import Box, boxes, moved
from novadoc.local.engine._reading import Reading

_Floats = npt.NDArray[np.float64]

_ABOVE = 7.0
"""How far up a label is looked for, in line heights."""
_IN_BOX = 1.6
"""How far under a label a value stands that does not share its column, in line heights."""
_BELOW = 2.4
"""How far down the next line of a block is looked for, in line heights."""
_PIECE = re.compile(
    r"(?:RM|\$)(?=\d)"  # currency glued to its amount
    r"|[A-Z]{2}(?=\d\d)"  # a state glued to its number
    r"|[^\s:]*?:(?=[A-Za-z\d])(?<!\d:)"  # a label glued to its value
    r"|.+"
)


@dataclass(frozen=True)
class Word:
    """A piece of a segment without spaces."""

    text: str
    segment: int
    start: int
    """Characters from the segment's start."""
    end: int
    left: float
    right: float


class Page:
    """A sheet, its content starting at the origin; lengths are in pixels.

    A segment is one box the OCR found; a row is what stands on one line across the sheet.
    """

    def __init__(self, found: Sequence[Box]) -> None:
        placed = moved(found)
        self.margin = min((box.left for box in found), default=0.0)
        """How far from the left edge of the paper the content begins."""
        self.ticks = tuple(box for box in placed if box.tick is not None)
        texts = [box for box in placed if box.tick is None]
        self.height = statistics.median([box.height for box in texts]) if texts else 1.0
        """Median height of a line of text."""
        self.rows: tuple[tuple[int, ...], ...]
        self.segments, self.rows = _in_reading_order(texts, self.height)
        self.row_of = [number for number, row in enumerate(self.rows) for _ in row]
        self.width = max((box.right for box in self.segments), default=1.0) or 1.0
        self.depth = max((box.bottom for box in self.segments), default=1.0) or 1.0
        self.words: tuple[Word, ...]
        self.words, self.words_of = _split(self.segments)

    def __repr__(self) -> str:
        return f"Page({len(self.segments)} segments, {len(self.words)} words)"

    @cached_property
    def above(self) -> list[list[int]]:
        """Up to four segments over each segment, nearest first."""
        return self._stacked(_ABOVE, up=True)

    @cached_property
    def below(self) -> list[int | None]:
        """The next line of the block each segment may belong to."""
        return [found[0] if found else None for found in self._stacked(_BELOW, up=False)]

    @cached_property
    def left(self) -> list[int | None]:
        """The segment before each segment in its row."""
        return [k - 1 if k and self.row_of[k - 1] == row else None for k, row in self._numbered()]

    @cached_property
    def right(self) -> list[int | None]:
        """The segment after each segment in its row."""
        last = len(self.segments) - 1
        return [
            k + 1 if k < last and self.row_of[k + 1] == row else None for k, row in self._numbered()
        ]

    def _numbered(self) -> Iterator[tuple[int, int]]:
        return iter(enumerate(self.row_of))

    def _stacked(self, reach: float, *, up: bool) -> list[list[int]]:
        """Rank segments over (or under) each other by distance, for those that share a column."""
        if not self.segments:
            return []
        unit = self.height
        left, top, right, bottom = (self._edges[:, k] for k in range(4))
        middle = (top + bottom) / 2
        gap = top[:, None] - bottom[None, :] if up else top[None, :] - bottom[:, None]
        apart = middle[:, None] - middle[None, :] if up else middle[None, :] - middle[:, None]
        shared = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
        if up:
            # A value set to the right of its box still stands under the label at its left.
            in_box = (left[:, None] > left) & (right[:, None] < self._cell_ends + unit)
            shared = np.where(in_box & (gap < _IN_BOX * unit), 1.0, shared)
        offset = np.abs(left[:, None] - left)
        fits = (gap > -0.5 * unit) & (gap < reach * unit) & (apart > 0.4 * unit)
        fits &= (shared > 0) | (offset < 1.5 * unit)
        cost = np.where(fits, np.maximum(gap, 0) + (0.15 if up else 0.3) * offset, np.inf)
        order = np.argsort(cost, axis=1, kind="stable")[:, :4]
        return [[int(j) for j in ranks if cost[i, j] < np.inf] for i, ranks in enumerate(order)]

    @cached_property
    def _cell_ends(self) -> _Floats:
        """Where the box a segment stands in may end: at the next text of its row."""
        return np.array(
            [
                min(box.right + 14 * self.height, self.segments[j].left)
                if (j := self.right[k]) is not None
                else box.right + 14 * self.height
                for k, box in enumerate(self.segments)
            ]
        )

    @cached_property
    def _edges(self) -> _Floats:
        return np.array([(b.left, b.top, b.right, b.bottom) for b in self.segments], float)

    def text(self, run: Sequence[int]) -> list[str]:
        """Return the text of words as printed, one item for each segment they stand in."""
        parts: list[str] = []
        for segment, members in _by_segment(self.words[k] for k in run):
            whole = self.segments[segment].text
            parts.append(whole[members[0].start : members[-1].end])
        return parts


def pages(reading: Reading) -> tuple[Page, ...]:
    """Return a page for each copy of the form on a sheet of paper."""
    return tuple(Page(sheet) for sheet in sheets(boxes(reading)))


def _by_segment(words: Iterable[Word]) -> list[tuple[int, list[Word]]]:
    groups: list[tuple[int, list[Word]]] = []
    for word in words:
        if groups and groups[-1][0] == word.segment:
            groups[-1][1].append(word)
        else:
            groups.append((word.segment, [word]))
    return groups


def _in_reading_order(
    texts: Sequence[Box], unit: float
) -> tuple[tuple[Box, ...], tuple[tuple[int, ...], ...]]:
    """Sort into rows from top to bottom, each from left to right."""
    rows: list[list[Box]] = []
    for box in sorted(texts, key=lambda box: box.middle):
        limit = 0.5 * max(box.height, 0.7 * unit)
        if rows and box.middle - statistics.fmean(b.middle for b in rows[-1]) < limit:
            rows[-1].append(box)
        else:
            rows.append([box])
    ordered: list[Box] = []
    numbers: list[tuple[int, ...]] = []
    for row in rows:
        numbers.append(tuple(range(len(ordered), len(ordered) + len(row))))
        ordered.extend(sorted(row, key=lambda box: box.left))
    return tuple(ordered), tuple(numbers)


def _split(segments: Sequence[Box]) -> tuple[tuple[Word, ...], list[list[int]]]:
    words: list[Word] = []
    owned: list[list[int]] = []
    for number, box in enumerate(segments):
        scale = (box.right - box.left) / max(len(box.text), 1)
        owned.append([])
        for token in re.finditer(r"\S+", box.text):
            for piece in _PIECE.finditer(token.group()):
                start, end = token.start() + piece.start(), token.start() + piece.end()
                owned[-1].append(len(words))
                left, right = box.left + start * scale, box.left + end * scale
                words.append(Word(piece.group(), number, start, end, left, right))
    return tuple(words), owned
